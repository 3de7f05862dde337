import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { UnitError } from '../../../src/core/units.ts';
import { planHash, redactedPlan } from '../../../src/plan/canonical.ts';
import { readTag } from '../../../src/plan/emit/sink-text.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import { secretValues } from '../../../src/plan/secrets.ts';
import { memoryReads } from '../memory-reads.ts';

const reads = memoryReads({ env: { AT: '127.0.0.1:8126', TOKEN: 'sesame-of-the-sink' } });
const HEAD = 'version: 1\ntargets: [ { get: https://example.com/ } ]\n';

function planOf(rest: string): ReturnType<typeof parsePlan> {
  return parsePlan({ file: 'p.yaml', text: `${HEAD}${rest}\n` }, {}, reads);
}

function refusal(read: () => unknown): UsageError {
  try {
    read();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

function tagOrNothing(text: string): string {
  try {
    return readTag(text);
  } catch (error) {
    if (error instanceof UnitError) return '';
    throw error;
  }
}

describe('a sink', () => {
  test.each<readonly [entry: string, expected: Record<string, unknown>]>([
    [
      '{ dogstatsd: "udp://127.0.0.1:8126" }',
      { kind: 'dogstatsd', url: 'udp://127.0.0.1:8126', prefix: 'headroom', tags: [] },
    ],
    [
      '{ dogstatsd: "tcp://[::1]:8125", prefix: "shop.", tags: [ "env:staging", "a:b:c" ] }',
      { kind: 'dogstatsd', url: 'tcp://[::1]:8125', prefix: 'shop', tags: ['env:staging', 'a:b:c'] },
    ],
    [
      'dogstatsd=127.0.0.1:8125',
      { kind: 'dogstatsd', url: 'udp://127.0.0.1:8125', prefix: 'headroom', tags: [] },
    ],
    [
      '{ dogstatsd: "udp://${env:AT}" }',
      { kind: 'dogstatsd', url: 'udp://${env:AT}', prefix: 'headroom', tags: [] },
    ],
    [
      '{ ssf: "unix:///run/veneur.sock", service: checkout }',
      { kind: 'ssf', url: 'unix:///run/veneur.sock', service: 'checkout', tags: [] },
    ],
    ['ssf=udp://h:8128', { kind: 'ssf', url: 'udp://h:8128', service: 'headroom', tags: [] }],
    ['{ prometheus: "127.0.0.1:0" }', { kind: 'prometheus', listen: '127.0.0.1:0' }],
    [
      '{ pushgateway: "http://p:9091" }',
      { kind: 'pushgateway', url: 'http://p:9091', headers: [], tags: [] },
    ],
    [
      '{ remote-write: "http://p:9090", headers: { X-A: b } }',
      { kind: 'remote-write', url: 'http://p:9090/api/v1/write', headers: [['x-a', 'b']], tags: [] },
    ],
    [
      'otlp=http://127.0.0.1:4318',
      { kind: 'otlp', url: 'http://127.0.0.1:4318/v1/metrics', headers: [], tags: [] },
    ],
    ['otlp=http://o/own', { kind: 'otlp', url: 'http://o/own', headers: [], tags: [] }],
  ])('%s is read', (entry, expected) => {
    expect(planOf(`emit: [ ${entry} ]`).plan.emit).toEqual([expected]);
  });

  test('of flags takes the place of those of the file', () => {
    const text = `${HEAD}emit: [ "otlp=http://o" ]\n`;
    const { plan } = parsePlan({ file: 'p.yaml', text }, { emit: ['ssf=h:1', 'prometheus=h:2'] }, reads);
    expect(plan.emit?.map(({ kind }) => kind)).toEqual(['ssf', 'prometheus']);
  });

  test.each<readonly [entry: string, says: string]>([
    ['{ dogstatsd: "udp://h" }', 'no address of such a sink'],
    ['{ dogstatsd: "udp://h:99999" }', 'no address of such a sink'],
    ['{ dogstatsd: "udp://h:0" }', 'no address of such a sink'],
    ['{ dogstatsd: "http://h:1" }', 'no address of such a sink'],
    ['{ ssf: "tcp://h:1" }', 'no address of such a sink'],
    ['{ ssf: "unix://run/x" }', 'no address of such a sink'],
    [`{ ssf: "unix:///${'é'.repeat(54)}" }`, 'the path of a socket has at most 107 bytes'],
    ['{ prometheus: ":9464" }', 'no address of such a sink'],
    ['{ otlp: "h:4318" }', 'not an absolute http'],
    ['{ otlp: "http://h/#a" }', 'fragment'],
    ['{ otlp: "http://h", prefix: a }', '"prefix" does not go with "otlp"'],
    ['{ dogstatsd: "h:1", service: a }', '"service" does not go with "dogstatsd"'],
    ['{ prometheus: "h:1", tags: [ "a:b" ] }', '"tags" does not go with "prometheus"'],
    ['{ ssf: "h:1", headers: { a: b } }', '"headers" does not go with "ssf"'],
    ['{ ssf: "h:1", otlp: "http://h" }', '"otlp" does not go with "ssf"'],
    ['{ tags: [ "a:b" ] }', 'this sink has no kind'],
    ['{ dogstatsd: "h:1", prefix: "a b" }', 'cannot stand in the name of a metric'],
    ['{ dogstatsd: "h:1", tags: [ "a" ] }', 'this is no tag'],
    ['{ dogstatsd: "h:1", tags: [ "a:b|c" ] }', 'cannot stand in a tag'],
    ['"h:1"', 'does not say what kind of sink'],
    ['statsd=h:1', '"statsd" is no kind of sink'],
    ['otlp=http://h, otlp=http://h/v1/metrics', 'there twice'],
  ])('%s is refused', (entry, says) => {
    const { message } = refusal(() => planOf(`emit: [ ${entry} ]`));
    expect(message).toMatch(/^p\.yaml:3:\d+: /);
    expect(message).toContain(says);
  });

  test('has at most twenty tags, none of which breaks a line of StatsD', () => {
    const tags = (count: number): string =>
      JSON.stringify(Array.from({ length: count }, (_, at) => `k${at}:v`));
    expect(planOf(`emit: [ { ssf: "h:1", tags: ${tags(20)} } ]`).plan.emit).toHaveLength(1);
    expect(refusal(() => planOf(`emit: [ { ssf: "h:1", tags: ${tags(21)} } ]`)).message).toContain('20');
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 12 }), (text) => {
        expect(tagOrNothing(`k:${text}`)).not.toMatch(/[|#,\p{Cc}]/u);
      }),
    );
  });

  test('shows no secret, and changes no hash', () => {
    const { plan, secrets } = planOf(
      'emit: [ { otlp: "http://u:passw0rd@h", headers: { api-key: abcd1234efgh, x: "${env:TOKEN}" } }, { ssf: "h:1", tags: [ "a:b" ] } ]',
    );
    expect(redactedPlan(plan)['emit']).toEqual([
      { otlp: 'http://***@h/v1/metrics', headers: { 'api-key': '***', x: '${env:TOKEN}' } },
      { ssf: 'udp://h:1', service: 'headroom', tags: ['a:b'] },
    ]);
    expect(secretValues(plan, secrets)).toEqual(
      expect.arrayContaining(['passw0rd', 'abcd1234efgh', 'sesame-of-the-sink']),
    );
    expect(planHash(plan)).toBe(planHash(planOf('').plan));
  });
});

describe('trace', () => {
  const URL_OF = 'https://t.example.com/{trace_id}?x=1';
  test.each<readonly [section: string, expected: Record<string, unknown> | undefined]>([
    ['true', { headers: true, phases: false, url: null }],
    ['false', undefined],
    ['{ phases: true }', { headers: true, phases: true, url: null }],
    ['{ headers: false, phases: true }', { headers: false, phases: true, url: null }],
    [`{ url: "${URL_OF}" }`, { headers: true, phases: false, url: URL_OF }],
  ])('%s is read', (section, expected) => {
    const { plan } = planOf(`trace: ${section}`);
    expect(plan.trace).toEqual(expected);
    expect(planHash(plan)).toBe(planHash(planOf('').plan));
    if (expected === undefined) return;
    expect(planOf(`trace: ${JSON.stringify(redactedPlan(plan)['trace'])}`).plan.trace).toEqual(expected);
  });

  test('of flags is laid over that of the file, key by key', () => {
    const text = `${HEAD}trace: { headers: false, url: "https://a/{trace_id}" }\n`;
    const overrides = { trace: true, tracePhases: true };
    const { plan } = parsePlan({ file: 'p.yaml', text }, overrides, reads);
    expect(plan.trace).toEqual({ headers: true, phases: true, url: 'https://a/{trace_id}' });
  });

  test.each<readonly [url: string, says: string]>([
    ['https://a/', 'does not hold {trace_id}'],
    ['https://a/{traceid}', 'only {trace_id}'],
    ['https://a/{trace_id}/{span_id}', 'only {trace_id}'],
    ['ftp://a/{trace_id}', 'not an absolute http'],
    ['{trace_id}', 'not an absolute http'],
    ['https://u:p@a/{trace_id}', 'shown in reports'],
  ])('the URL %s is refused', (url, says) => {
    expect(refusal(() => planOf(`trace: { url: "${url}" }`)).message).toContain(says);
    const typed = refusal(() => parsePlan(null, { url: 'https://example.com/', traceUrl: url }, reads));
    expect(typed.message).toMatch(/^--trace-url: /);
  });
});
