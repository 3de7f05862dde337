import { describe, expect, test } from 'vitest';
import { splitUrl } from '../../../src/plan/request/target-url.ts';
import { partsOf } from '../../../src/plan/request/template-text.ts';
import { Values } from '../../../src/plan/request/values.ts';

function split(url: string, secrets: Record<string, string> = {}): ReturnType<typeof splitUrl> {
  return splitUrl('t', partsOf(url, 'URL'), new Values('t', { secrets, data: null, seed: 1 }));
}

describe('splitUrl', () => {
  test('leaves path and query in parts', () => {
    expect(split('http://h:81/a/${seq}?b=${uuid}')).toEqual({
      origin: 'http://h:81',
      authorization: null,
      rest: ['', '/a/', { kind: 'seq', offset: 14 }, '?b=', { kind: 'uuid', offset: 23 }],
    });
  });

  test('reads the scheme from a secret too', () => {
    const secrets = { 'env:S': 'https', 'env:H': 'h', 'env:P': '8443' };
    expect(split('${env:S}://${env:H}:${env:P}/x', secrets).origin).toBe('https://h:8443');
  });

  test('leaves out the newline that ends the file of a base URL', () => {
    expect(split('${file:base}/x', { 'file:base': 'http://h:81\n' }).origin).toBe('http://h:81');
  });

  test('decodes credentials once, and takes broken encoding as it is', () => {
    const authorization = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(split('http://a%40b:c%3Ad@h/').authorization).toBe(authorization('a@b:c:d'));
    expect(split('http://u:100%@h/').authorization).toBe(authorization('u:100%'));
    expect(split('http://u@h/').authorization).toBe(authorization('u:'));
  });
});
