import { expect, test } from 'vitest';
import { parseReference } from '../../src/history/reference.ts';

test.each([
  ['latest', { kind: 'latest', back: 0 }],
  ['latest~2', { kind: 'latest', back: 2 }],
  ['baseline', { kind: 'baseline' }],
  ['3f2a', { kind: 'id', prefix: '3f2a' }],
  ['0b547992-f432-4d52', { kind: 'id', prefix: '0b547992-f432-4d52' }],
  ['3f2', null],
  ['', null],
  ['latest~', null],
  ['result.json', null],
  ['../../etc/passwd', null],
  ["a' OR 1=1 --", null],
])('%j names %j', (text, reference) => {
  expect(parseReference(text)).toEqual(reference);
});
