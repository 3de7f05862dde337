import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { decodeResult } from '../../src/result/decode.ts';
import { encodeResult } from '../../src/result/encode.ts';
import { sampleResult } from '../support/sample-result.ts';

const TEXT = encodeResult(sampleResult());

/** The sample's JSON with one value replaced, at a path such as `totals.sent`. */
function withValue(path: string, value: unknown): string {
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const root: unknown = JSON.parse(TEXT);
  let holder: unknown = root;
  for (const key of keys) holder = Reflect.get(Object(holder), key);
  if (value === undefined) Reflect.deleteProperty(Object(holder), last);
  else Reflect.set(Object(holder), last, value);
  return JSON.stringify(root);
}

describe('a result file', () => {
  test('is read back as it was', () => {
    expect(decodeResult(TEXT, 'result.json')).toEqual(sampleResult());
  });

  test('may begin with a byte order mark', () => {
    expect(decodeResult(`\ufeff${TEXT}`, 'result.json').seed).toBe(42);
  });

  test('may hold keys of a later version, which stay', () => {
    const decoded: object = decodeResult(withValue('totals.later', { a: 1 }), 'result.json').totals;
    expect(decoded).toHaveProperty('later', { a: 1 });
    expect(decodeResult(withValue('fleet', { servers: [] }), 'r')).toHaveProperty('fleet', {
      servers: [],
    });
  });

  test('is written the same again', () => {
    expect(encodeResult(decodeResult(TEXT, 'result.json'))).toBe(TEXT);
  });
});

describe('a file that is no result', () => {
  test.each([
    ['nothing', '', 'r.json: empty'],
    ['spaces', ' \n', 'r.json: empty'],
    ['prose', 'Hello', 'r.json: not JSON'],
    ['HTML', '<!doctype html>', 'r.json: not JSON'],
    ['broken JSON', '{"schema": headroom}', 'r.json: not JSON'],
    ['half a file', TEXT.slice(0, TEXT.length / 2), 'r.json: the JSON is cut short'],
    ['a file without its last brace', TEXT.trim().slice(0, -1), 'r.json: the JSON is cut short'],
    ['a file cut inside a string', '{"schema": "headroom.res', 'r.json: the JSON is cut short'],
    ['a file cut after an escape', '{"schema": "a\\', 'r.json: the JSON is cut short'],
    ['a file cut after an escaped quote', '{"schema": "a\\"}', 'r.json: the JSON is cut short'],
    ['a list', '[1, 2]', 'r.json: not a headroom result: it has no key "schema"'],
    ['null', 'null', 'r.json: not a headroom result: it has no key "schema"'],
    ['a plan', '{"version": 1}', 'r.json: not a headroom result: it has no key "schema"'],
    [
      'a newer result',
      '{"schema": "headroom.result/2"}',
      'r.json: headroom.result/2: made by a newer headroom',
    ],
    ['another document', '{"schema": "k6/1"}', 'r.json: not a headroom result: its schema is "k6/1"'],
    ['a hostile schema', '{"schema": "\\u001b[2J"}', 'its schema is "\\x1b[2J"'],
  ])('%s', (_, text, message) => {
    expect(() => decodeResult(text, 'r.json')).toThrow(UsageError);
    expect(() => decodeResult(text, 'r.json')).toThrow(message);
  });

  test('more than 64 MB are not even parsed', () => {
    expect(() => decodeResult(' '.repeat(64 * 1024 * 1024 + 1), 'r.json')).toThrow(
      'r.json: larger than 64 MB',
    );
  });

  test('has a harmless name in the message', () => {
    expect(() => decodeResult('', 'a\u001b[2J.json')).toThrow('a\\x1b[2J.json: empty');
  });
});

describe('a result that is not whole', () => {
  test.each([
    ['totals.sent', undefined, 'totals.sent'],
    ['totals.sent', 'many', 'totals.sent'],
    ['totals.sent', -1, 'totals.sent'],
    ['totals.sent', 1.5, 'totals.sent'],
    ['totals.response.quantiles.p99.valueMs', '12', 'totals.response.quantiles.p99.valueMs'],
    ['targets.1.name', 7, 'targets.1.name'],
    ['series.3.good', null, 'series.3.good'],
    ['objectives.0.status', 'PASS', 'objectives.0.status'],
    ['validity.checks.0.blocks', 'all', 'validity.checks.0.blocks'],
    ['failures.0.examples.0.detail', undefined, 'failures.0.examples.0.detail'],
    ['histograms.response', 5, 'histograms.response'],
    ['startedAt', 'yesterday', 'startedAt'],
    ['verdict', undefined, 'verdict'],
    ['exitCode', '0', 'exitCode'],
  ])('%s = %j', (path, value, wrongKey) => {
    expect(() => decodeResult(withValue(path, value), 'r.json')).toThrow(
      `r.json: not a whole result: ${wrongKey}: `,
    );
  });

  test.each([
    ['totals.response.quantiles.p99', undefined],
    ['totals.lag', null],
    ['calibration', null],
  ])('is whole all the same with %s = %j', (path, value) => {
    expect(() => decodeResult(withValue(path, value), 'r.json')).not.toThrow();
  });
});
