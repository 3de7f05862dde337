import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRedactor } from '../../../src/core/text.ts';
import { planHash, redactedPlan } from '../../../src/plan/canonical.ts';
import { OBSERVE_KINDS } from '../../../src/plan/observe/observe-source.ts';
import { serverNameOf } from '../../../src/plan/observe/server-name.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import { secretValues } from '../../../src/plan/secrets.ts';
import { memoryReads } from '../memory-reads.ts';

const ENV = { TOKEN: 'sesame-of-the-page', HOST: '10.0.0.9', PAGE: 'http://10.0.0.9/own' };
const reads = memoryReads({ env: ENV });
const HEAD = 'version: 1\ntargets: [ { get: https://example.com/ } ]\n';

function planOf(list: string): ReturnType<typeof parsePlan> {
  return parsePlan({ file: 'p.yaml', text: `${HEAD}observe: ${list}\n` }, {}, reads);
}

function withFlags(...observe: string[]): ReturnType<typeof parsePlan> {
  return parsePlan(null, { url: 'https://example.com/', observe }, reads);
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

describe('a source', () => {
  const plain = { server: null, headers: [], match: null };
  test.each<readonly [entry: string, expected: Record<string, unknown>]>([
    ['{ prometheus: "http://a:9100/metrics" }', { kind: 'prometheus', url: 'http://a:9100/metrics' }],
    ['{ prometheus: "http://a:9100" }', { kind: 'prometheus', url: 'http://a:9100/metrics' }],
    ['{ expvar: "http://a:6060/" }', { kind: 'expvar', url: 'http://a:6060/debug/vars' }],
    ['{ pprof: "https://a" }', { kind: 'pprof', url: 'https://a/debug/pprof/' }],
    ['{ pprof: "http://${env:HOST}:1" }', { kind: 'pprof', url: 'http://${env:HOST}:1/debug/pprof/' }],
    ['{ expvar: "${env:PAGE}" }', { kind: 'expvar', url: '${env:PAGE}' }],
    ['{ orca: true, server: api-1 }', { kind: 'orca', url: null, server: 'api-1' }],
    ['{ host: true }', { kind: 'host', url: null }],
    [
      '{ prometheus-api: "http://prom:9090", match: \'job="api"\' }',
      { kind: 'prometheus-api', url: 'http://prom:9090', match: 'job="api"' },
    ],
    [
      '{ prometheus: "http://a/m", headers: { X-Scope: 7, Authorization: "Bearer ${env:TOKEN}" } }',
      {
        kind: 'prometheus',
        url: 'http://a/m',
        headers: [
          ['x-scope', '7'],
          ['authorization', 'Bearer ${env:TOKEN}'],
        ],
      },
    ],
    ['"http://a:1/metrics"', { kind: 'prometheus', url: 'http://a:1/metrics' }],
    ['"http://a:1/debug/vars?x=1"', { kind: 'expvar', url: 'http://a:1/debug/vars?x=1' }],
    ['"http://a:1/debug/pprof"', { kind: 'pprof', url: 'http://a:1/debug/pprof' }],
    ['orca', { kind: 'orca', url: null }],
    ['expvar=http://a', { kind: 'expvar', url: 'http://a/debug/vars' }],
  ])('%s is read', (entry, expected) => {
    expect(planOf(`[ ${entry} ]`).plan.observe).toEqual([{ ...plain, ...expected }]);
  });

  test('of flags takes the place of those of the file', () => {
    const text = `${HEAD}observe: [ orca ]\n`;
    const { plan } = parsePlan({ file: 'p.yaml', text }, { observe: ['host'] }, reads);
    expect(plan.observe?.map(({ kind }) => kind)).toEqual(['host']);
  });

  test('is absent without the section, and where it is empty', () => {
    expect(parsePlan({ file: 'p.yaml', text: HEAD }, {}, reads).plan.observe).toBeUndefined();
    expect(planOf('[]').plan.observe).toBeUndefined();
  });

  test('has its name from the plan, or from its URL', () => {
    const { plan, secrets } = planOf(
      '[ { expvar: "http://${env:HOST}:6060" }, { pprof: "https://b" }, { expvar: "http://b", server: api-2 }, { prometheus-api: "http://p" }, host, orca ]',
    );
    const names = plan.observe?.map((source) => serverNameOf(source, secrets));
    expect(serverNameOf({ kind: 'expvar', server: null, url: 'http://${env:HOST}:1' }, {})).toBeNull();
    expect(names).toEqual(['10.0.0.9:6060', 'b:443', 'api-2', null, 'this machine', null]);
  });
});

describe('a source is refused', () => {
  test.each<readonly [entry: string, says: string, hint: string]>([
    ['{ prometheus: "ftp://a" }', 'not an absolute http', 'https://host'],
    ['{ prometheus: "http://a/#x" }', 'fragment', '#'],
    ['{ prometheus: "http://a b/" }', 'a space', 'https://host'],
    ['{ prometeus: "http://a" }', 'unknown key "prometeus"', 'did you mean "prometheus"'],
    ['{ expvar: "http://a", pprof: "http://a" }', '"pprof" does not go with "expvar"', 'an item of the list'],
    ['{ expvar: "http://a", match: x }', '"match" does not go with "expvar"', 'prometheus-api'],
    ['{ orca: true, headers: { a: b } }', '"headers" does not go with "orca"', 'leave them out'],
    ['{ orca: "http://a" }', 'expected true', 'no address'],
    ['{ server: a }', 'this source has no kind', 'add one of'],
    ['{ host: true, server: "a(b)" }', 'cannot stand in the name', 'api-1'],
    ['{ expvar: "http://${env:NONE}" }', 'NONE is not set', 'export NONE'],
    ['{ host: true, server: "${env:HOST}" }', 'this reference cannot stand here', 'observe and emit'],
    ['nagios=http://a', '"nagios" is no kind of source', 'known are'],
    ['promtheus=http://a', '"promtheus" is no kind', 'did you mean prometheus?'],
    ['"http://a/other"', 'the path of this URL does not tell', 'KIND=URL'],
    ['host=http://a', '"host" has no address', 'write host alone'],
  ])('%s', (entry, says, hint) => {
    const refused = refusal(() => planOf(`[ ${entry} ]`));
    expect(refused.message).toMatch(/^p\.yaml:3:\d+: /);
    expect(refused.message).toContain(says);
    expect(`${refused.hint ?? ''}${refused.message}`).toContain(hint);
  });

  test('when it is there twice, be it with its usual path or without', () => {
    const refused = refusal(() => planOf('[ { expvar: "http://a" }, { expvar: "http://a/debug/vars" } ]'));
    expect(refused.message).toContain('there twice');
  });

  test('beyond a hundred of them', () => {
    const many = (count: number): string =>
      `[ ${Array.from({ length: count }, (_, index) => `{ expvar: "http://a${index}" }`).join(', ')} ]`;
    expect(planOf(many(100)).plan.observe).toHaveLength(100);
    expect(refusal(() => planOf(many(101))).message).toContain('100');
  });

  test.each(['http://a/x', 'expvar=', 'expvar=ftp://a', 'nothing'])('as the flag %s', (typed) => {
    expect(refusal(() => withFlags(typed)).message).toMatch(/^--observe: /);
  });
});

describe('what is secret in sources', () => {
  const list =
    '[ { prometheus: "http://u:passw0rd@a/m?token=tok3nvalue", headers: { authorization: "Bearer abcd1234efgh" } } ]';

  test('is in no plan that is shown, and is known to be hidden', () => {
    const { plan, secrets } = planOf(list);
    const shown = JSON.stringify(redactedPlan(plan));
    const values = secretValues(plan, secrets);
    for (const secret of ['passw0rd', 'tok3nvalue', 'abcd1234efgh']) {
      expect(shown).not.toContain(secret);
      expect(values).toContain(secret);
    }
    expect(redactedPlan(plan)['observe']).toEqual([
      { prometheus: 'http://***@a/m?token=***', headers: { authorization: '***' } },
    ]);
  });

  test('is read, and stays a reference in the plan', () => {
    const { plan, secrets } = planOf(
      '[ { expvar: "http://a", headers: { authorization: "Bearer ${env:TOKEN}" } } ]',
    );
    expect(secrets).toEqual({ 'env:TOKEN': ENV.TOKEN });
    expect(JSON.stringify(redactedPlan(plan)['observe'])).toContain('Bearer ${env:TOKEN}');
    const redact = createRedactor(secretValues(plan, secrets));
    expect(redact(`got Bearer ${ENV.TOKEN}`)).not.toContain('sesame');
  });

  test('does not change the hash of the plan', () => {
    const bare = parsePlan({ file: 'p.yaml', text: HEAD }, {}, reads);
    expect(planHash(planOf(list).plan)).toBe(planHash(bare.plan));
  });
});

test('sources that are written back are the same sources', () => {
  const server = fc.option(fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/), { nil: null });
  const host = fc.stringMatching(/^[a-z]{1,8}(:[1-9]\d{1,3})?$/);
  const path = fc.constantFrom('', '/', '/metrics', '/own/page?x=1');
  const source = fc.record({ kind: fc.constantFrom(...OBSERVE_KINDS), server, host, path });
  fc.assert(
    fc.property(fc.array(source, { minLength: 1, maxLength: 5 }), (entries) => {
      const list = entries.map(({ kind, server: name, host: at, path: page }, index) => ({
        [kind]: kind === 'orca' || kind === 'host' ? true : `http://h${index}.${at}${page}`,
        ...(name === null ? {} : { server: name }),
      }));
      const isTwice =
        new Set(list.map((entry) => JSON.stringify(Object.entries(entry)[0]))).size < list.length;
      fc.pre(!isTwice);
      const { plan } = planOf(JSON.stringify(list));
      const again = planOf(JSON.stringify(redactedPlan(plan)['observe']));
      expect(again.plan.observe).toEqual(plan.observe);
    }),
    { numRuns: 60 },
  );
});
