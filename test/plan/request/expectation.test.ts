import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { Expectation, Match } from '../../../src/plan/plan.ts';
import { compileExpectation, type ResponseView } from '../../../src/plan/request/expectation.ts';

const NOTHING: Expectation = { statuses: null, headers: [], body: [], json: [], size: null };
const PRESENT: Match = { kind: 'present' };

function expectation(part: Partial<Expectation>): Expectation {
  return { ...NOTHING, ...part };
}

function response(part: {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}): ResponseView {
  const body =
    typeof part.body === 'string' ? new TextEncoder().encode(part.body) : (part.body ?? new Uint8Array());
  const headers = new Map(Object.entries(part.headers ?? {}));
  return {
    status: part.status ?? 200,
    header: (name) => headers.get(name) ?? null,
    bodyBytes: body.length,
    body,
  };
}

describe('the status', () => {
  test.each([
    { statuses: null, accepted: [100, 200, 204, 304, 399], refused: [0, 400, 404, 500, 599] },
    { statuses: [{ from: 200, to: 200 }], accepted: [200], refused: [199, 201, 404] },
    {
      statuses: [
        { from: 404, to: 404 },
        { from: 500, to: 599 },
      ],
      accepted: [404, 500, 599],
      refused: [200, 600],
    },
    { statuses: [], accepted: [], refused: [200] },
  ])('is accepted by $statuses', ({ statuses, accepted, refused }) => {
    const check = compileExpectation(expectation({ statuses }));
    expect(accepted.filter((status) => !check.acceptsStatus(status))).toEqual([]);
    expect(refused.filter((status) => check.acceptsStatus(status))).toEqual([]);
  });

  test.each([
    { statuses: null, line: 'status 503, expected less than 400' },
    { statuses: [{ from: 200, to: 200 }], line: 'status 503, expected 200' },
    {
      statuses: [
        { from: 200, to: 299 },
        { from: 404, to: 404 },
        { from: 420, to: 429 },
      ],
      line: 'status 503, expected 2xx or 404 or 420-429',
    },
  ])('is told: $line', ({ statuses, line }) => {
    expect(compileExpectation(expectation({ statuses })).mismatch(response({ status: 503 }))).toBe(line);
  });
});

describe('headers, size and body', () => {
  test.each<{ expect: Partial<Expectation>; came: Parameters<typeof response>[0]; line: string | null }>([
    {
      expect: { headers: [{ name: 'Content-Type', match: { kind: 'contains', text: 'json' } }] },
      came: { headers: { 'content-type': 'application/json' } },
      line: null,
    },
    {
      expect: { headers: [{ name: 'x-id', match: PRESENT }] },
      came: {},
      line: 'header x-id is none, expected present',
    },
    {
      expect: { headers: [{ name: 'x-debug', match: { kind: 'absent' } }] },
      came: { headers: { 'x-debug': '1' } },
      line: 'header x-debug is "1", expected absent',
    },
    { expect: { size: { min: 2, max: 4 } }, came: { body: 'abcd' }, line: null },
    {
      expect: { size: { min: 2, max: 4 } },
      came: { body: 'a' },
      line: 'size 1 bytes, expected 2 to 4 bytes',
    },
    {
      expect: { size: { min: 2, max: Infinity } },
      came: { body: 'a' },
      line: 'size 1 bytes, expected at least 2 bytes',
    },
    { expect: { body: [PRESENT] }, came: { body: 'a' }, line: null },
    { expect: { body: [PRESENT] }, came: {}, line: 'body of 0 bytes, expected present' },
    { expect: { body: [{ kind: 'absent' }] }, came: { body: 'a' }, line: 'body of 1 bytes, expected absent' },
    { expect: { body: [{ kind: 'equals', value: 'ok' }] }, came: { body: 'ok' }, line: null },
    {
      expect: { body: [{ kind: 'contains', text: 'ok' }] },
      came: { body: 'no\nway' },
      line: 'body is "no\\nway", expected text with "ok"',
    },
    { expect: { body: [{ kind: 'matches', source: '^o.$', flags: '' }] }, came: { body: 'ok' }, line: null },
    {
      expect: { body: [{ kind: 'contains', text: 'é' }] },
      came: { body: new Uint8Array([0xe9]), headers: { 'content-type': 'text/html; charset="ISO-8859-1"' } },
      line: null,
    },
    {
      expect: { body: [{ kind: 'contains', text: 'é' }] },
      came: { body: 'é', headers: { 'content-type': 'text/html; charset=no-such-thing' } },
      line: null,
    },
    {
      expect: { body: [{ kind: 'contains', text: 'é' }] },
      came: { body: new Uint8Array([0xe9]) },
      line: 'body is "\uFFFD", expected text with "é"',
    },
  ])('$expect', ({ expect: part, came, line }) => {
    expect(compileExpectation(expectation(part)).mismatch(response(came))).toBe(line);
  });

  test('the first thing that does not hold is told, the status before all', () => {
    const check = compileExpectation(
      expectation({ headers: [{ name: 'x', match: PRESENT }], body: [{ kind: 'contains', text: 'a' }] }),
    );
    expect(check.mismatch(response({ status: 404 }))).toBe('status 404, expected less than 400');
    expect(check.mismatch(response({ body: 'a' }))).toBe('header x is none, expected present');
    expect(check.mismatch(response({ headers: { x: '' }, body: 'a' }))).toBeNull();
  });

  test.each<{ part: Partial<Expectation>; needsBody: boolean }>([
    { part: {}, needsBody: false },
    { part: { size: { min: 1, max: 2 } }, needsBody: false },
    { part: { body: [PRESENT] }, needsBody: false },
    { part: { body: [{ kind: 'equals', value: '' }] }, needsBody: true },
    { part: { json: [{ path: '$', match: PRESENT }] }, needsBody: true },
  ])('the body is needed for $part: $needsBody', ({ part, needsBody }) => {
    expect(compileExpectation(expectation(part)).needsBody).toBe(needsBody);
  });
});

describe('JSON', () => {
  function jsonMismatch(path: string, match: Match, body: string | Uint8Array): string | null {
    return compileExpectation(expectation({ json: [{ path, match }] })).mismatch(response({ body }));
  }

  test.each<{ path: string; match: Match; body: string; line: string | null }>([
    { path: '$.next', match: PRESENT, body: '{"next":null}', line: null },
    { path: '$.next', match: PRESENT, body: '{}', line: 'json $.next is absent, expected present' },
    {
      path: '$.next',
      match: { kind: 'absent' },
      body: '{"next":7}',
      line: 'json $.next is 7, expected absent',
    },
    { path: '$.id', match: { kind: 'equals', value: 7 }, body: '\uFEFF{"id":7}', line: null },
    {
      path: '$.id',
      match: { kind: 'equals', value: 7 },
      body: '{"id":"7"}',
      line: 'json $.id is "7", expected 7',
    },
    {
      path: '$.items[*].ok',
      match: { kind: 'equals', value: true },
      body: '{"items":[{"ok":true},{"ok":[1]}]}',
      line: 'json $.items[*].ok is an array of 1, expected true',
    },
    {
      path: '$.id',
      match: { kind: 'equals', value: 2 ** 53 },
      body: '{"id":9007199254740993}',
      line: 'json $.id is 9007199254740992, a number too large to compare, expected 9007199254740992',
    },
    {
      path: '$.id',
      match: { kind: 'equals', value: 1 },
      body: '{"id":1e999}',
      line: 'json $.id is Infinity, a number too large to compare, expected 1',
    },
    {
      path: '$.id',
      match: { kind: 'equals', value: 1 },
      body: '{"id":1,"id":1}',
      line: 'body is "{\\"id\\":1,\\"id\\":1}", expected JSON: a key is given twice in one object',
    },
    { path: '$', match: PRESENT, body: '<p>', line: 'body is "<p>", expected JSON: not JSON' },
    { path: '$', match: PRESENT, body: '', line: 'body is "", expected JSON: not JSON' },
    { path: '$', match: { kind: 'absent' }, body: 'oops', line: 'body is "oops", expected JSON: not JSON' },
    { path: '$.toString', match: PRESENT, body: '{}', line: 'json $.toString is absent, expected present' },
    { path: '$.__proto__.x', match: { kind: 'equals', value: 1 }, body: '{"__proto__":{"x":1}}', line: null },
  ])('$path of $body: $line', ({ path, match, body, line }) => {
    expect(jsonMismatch(path, match, body)).toBe(line);
  });

  test('nested a hundred thousand levels deep is a mismatch, quickly', () => {
    const startMs = performance.now();
    for (const path of ['$', '$..a', '$[?@.a]', '$[0][0]']) {
      const body = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
      expect(jsonMismatch(path, PRESENT, body)).toMatch(/expected JSON: nested deeper than 500 levels$/);
    }
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  test('that is not UTF-8 is a mismatch', () => {
    expect(jsonMismatch('$', PRESENT, new Uint8Array([0x22, 0xff, 0x22]))).toBe(
      'body is not UTF-8, expected JSON',
    );
  });

  test('of any bytes is held or missed in one short line, never a crash', () => {
    const check = compileExpectation(
      expectation({
        json: [{ path: '$..a[?@.b]', match: { kind: 'contains', text: 'x' } }],
        headers: [{ name: 'content-type', match: { kind: 'matches', source: '.', flags: '' } }],
      }),
    );
    const bodies = fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.json().map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(
        bodies,
        fc.string({ minLength: 1, maxLength: 400, unit: 'binary' }),
        (body, contentType) => {
          const line = check.mismatch(response({ body, headers: { 'content-type': contentType } }));
          expect(line === null || (line.length <= 200 && !/[\r\n]/.test(line))).toBe(true);
        },
      ),
    );
  });
});

test('a line is never longer than 200 characters, whatever plan and server say', () => {
  const long = 'y'.repeat(5000);
  const check = compileExpectation(
    expectation({
      headers: [{ name: long, match: { kind: 'equals', value: long } }],
      statuses: Array.from({ length: 100 }, (_, from) => ({ from, to: from })),
    }),
  );
  expect(check.mismatch(response({ status: 500 }))).toHaveLength(200);
  expect(
    check.mismatch(response({ status: 50, headers: { [long]: 'x'.repeat(5000) } }))?.length,
  ).toBeLessThanOrEqual(200);
});

test('a path or an expression that is not valid is a usage error', () => {
  expect(() => compileExpectation(expectation({ json: [{ path: 'a', match: PRESENT }] }))).toThrow(
    UsageError,
  );
  const body: Match[] = [{ kind: 'matches', source: '[', flags: '' }];
  expect(() => compileExpectation(expectation({ body }))).toThrow(UsageError);
});
