import { describe, expect, test } from 'vitest';
import { createRedactor } from '../../src/core/text.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import { collectReferences, expand, mapLiterals, secretValues } from '../../src/plan/secrets.ts';
import { memoryReads } from './memory-reads.ts';

describe('references', () => {
  test('are found wherever they are read, with their place', () => {
    const { references, issues } = collectReferences({
      base: '${env:BASE}',
      headers: { 'x-a': 'a ${file:t} ${seq}' },
      targets: [{ post: '/${uuid}', json: { list: [{ '${data.k}': '${data.v}' }] } }],
      http: { proxy: 'http://${env:P}' },
    });
    expect(issues).toEqual([]);
    expect(
      references.map(({ path, onKey, reference }) => [
        path.join('/'),
        onKey,
        reference.kind,
        reference.offset,
      ]),
    ).toEqual([
      ['base', false, 'env', 0],
      ['headers/x-a', false, 'file', 2],
      ['headers/x-a', false, 'seq', 12],
      ['targets/0/post', false, 'uuid', 1],
      ['targets/0/json/list/0/${data.k}', true, 'data', 0],
      ['targets/0/json/list/0/${data.k}', false, 'data', 0],
      ['http/proxy', false, 'env', 7],
    ]);
  });

  test.each([
    [{ base: 'http://${seq}' }, 'this reference cannot stand here', 7],
    [{ owner: 'team ${env:X}' }, 'this reference cannot stand here', 5],
    [{ headers: { '${env:X}': 'a' } }, 'this reference cannot stand here', 0],
    [{ targets: [{ name: '${uuid}' }] }, 'this reference cannot stand here', 0],
    [{ headers: { a: '${uid}' } }, 'unknown reference "${uid}"', 0],
    [{ headers: { a: '${env:9}' } }, expect.stringContaining('unknown reference'), 0],
  ])('in %j are refused', (tree, message, offset) => {
    expect(collectReferences(tree)).toMatchObject({ references: [], issues: [{ message, offset }] });
  });

  test('are left alone where a literal "${" is meant', () => {
    expect(collectReferences({ owner: '$${env:X} ${x}', headers: { a: '$${uid}' } })).toEqual({
      references: [],
      issues: [],
    });
  });

  test('are expanded when their value is known', () => {
    const secrets = { 'env:A': 'one', 'file:b c': 'two' };
    expect(expand('${env:A}-${file:b c}-${env:B}-${data.x}-$${env:A}', secrets)).toBe(
      'one-two-${env:B}-${data.x}-${env:A}',
    );
    expect(expand('${env:constructor} ${', secrets)).toBe('${env:constructor} ${');
  });

  test('stay as they are while the text around them changes', () => {
    expect(mapLiterals('a ${env:A} b${seq}', (text) => text.toUpperCase())).toBe('A ${env:A} B${seq}');
  });
});

test('every value that must not be shown is known, wherever in the plan it stands', () => {
  const text = [
    'version: 1',
    'headers: { authorization: "Basic YWxpOm9wZW4tc2VzYW1l", x-api-key: literal-key, cookie: "sid=cookie-value; theme=dark", x-t: "${env:T}" }',
    'targets:',
    '  - { get: "https://example.com/?token=query-value" }',
    '  - { post: "https://example.com/a", json: { user: ali, password: body-value, deep: { secret: [ list-value ] } } }',
    '  - { post: "https://example.com/b", form: { api_key: form-value } }',
    'http: { proxy: "http://ali:proxy-value@proxy:1" }',
  ].join('\n');
  const { plan, secrets } = parsePlan({ file: 'p', text }, {}, memoryReads({ env: { T: 'env-value' } }));
  const redact = createRedactor(secretValues(plan, secrets));
  for (const value of [
    'open-sesame',
    'YWxpOm9wZW4tc2VzYW1l',
    'literal-key',
    'cookie-value',
    'env-value',
    'query-value',
    'body-value',
    'list-value',
    'form-value',
    'proxy-value',
  ]) {
    expect([value, redact(`<${value}>`)]).toEqual([value, '<***>']);
  }
  expect(redact('https://example.com/a')).toBe('https://example.com/a');
});
