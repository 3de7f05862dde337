import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exactDuration, exactRate, exactRatio } from '../../src/core/units.ts';
import { planHash, redactedPlan } from '../../src/plan/canonical.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import { memoryReads } from './memory-reads.ts';

const reads = memoryReads({ env: { T: 'sesame' } });
const ms = fc.double({ min: 1e-3, max: 1e8, noNaN: true }).map(exactDuration);
const rate = fc.double({ min: 1e-3, max: 1e5, noNaN: true }).map(exactRate);
const word = fc.string({ maxLength: 12 }).filter((text) => !text.includes('${'));
const value = fc.oneof(word, fc.integer(), fc.boolean(), fc.constant(null));
const match = fc.oneof(
  fc.constantFrom('present', 'absent', '/a+/i', '/\\//'),
  value.map((equals) => ({ equals })),
  fc
    .string({ minLength: 1 })
    .filter((text) => !text.includes('${'))
    .map((contains) => ({ contains })),
);
const stage = fc.oneof(
  fc.record({ rate, for: ms }),
  fc.record({ ramp: fc.tuple(rate, rate).map(([a, b]) => `${a}..${b}`), for: ms }),
);
const body = fc.oneof(
  fc.record({ json: fc.dictionary(fc.constantFrom('a', 'b'), value) }),
  fc.record({
    body: fc.oneof(
      word,
      fc.uint8Array({ maxLength: 9 }).map((bytes) => ({ base64: Buffer.from(bytes).toString('base64') })),
    ),
  }),
  fc.record({ form: fc.dictionary(fc.constantFrom('a', 'b'), word) }),
  fc.constant({}),
);
const target = fc
  .record({
    request: fc.constantFrom(
      { get: 'https://example.com/a?b=1' },
      { method: 'PURGE', url: 'http://example.com' },
      { post: '/x/${uuid}' },
    ),
    headers: fc.dictionary(fc.constantFrom('x-a', 'x-b', 'accept'), fc.stringMatching(/^[a-z ]*$/)),
    body,
    weight: fc.double({ min: 0.01, max: 100, noNaN: true }),
    timeout: ms,
    expect: fc.record(
      {
        status: fc.constantFrom(200, '2xx', [200, '300-399']),
        header: fc.dictionary(fc.constantFrom('a', 'b'), match),
        json: fc.dictionary(fc.constantFrom('$.a', '$..b'), match),
        size: fc.constantFrom('<10KB', '>=1', 7, '1..2'),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ request, body: content, ...rest }) => ({ ...request, ...content, ...rest }));
const clock = fc.constantFrom('02:00-04:00', '23:30-00:15', '00:00-24:00');
const canary = fc.record(
  {
    check: fc.constantFrom('a', 'shop/check-out_1.2'),
    every: fc.constantFrom('10m', '1h', '1d'),
    rate: fc.double({ min: 1, max: 1000, noNaN: true }).map(exactRate),
    for: fc.double({ min: 1000, max: 50_000, noNaN: true }).map(exactDuration),
    fail: fc.constantFrom('3 of 5', '1 of 1', { bad: 2, of: 100 }),
    recover: fc.integer({ min: 1, max: 100 }),
    remind: fc.oneof(ms, fc.constant('never')),
    blind: fc.integer({ min: 1, max: 100 }),
    slo: fc.double({ min: 0.51, max: 0.9999, noNaN: true }).map(exactRatio),
    period: fc.double({ min: 1e9, max: 1e11, noNaN: true }).map(exactDuration),
    certificate: fc.oneof(ms, fc.constant('never')),
    control: fc.constantFrom('https://example.org/', 'https://${env:T}/'),
    maintenance: fc.array(
      fc.oneof(
        fc.tuple(fc.constantFrom('daily', 'Sun', 'mon-fri, sat'), clock).map((pair) => pair.join(' ')),
        fc.constantFrom('2026-12-01T22:00Z/2h', 'Tue 01:00-02:00 Asia/Kolkata'),
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);
const notifier = fc
  .tuple(
    fc.constantFrom(
      { pagerduty: '${env:T}' },
      { pagerduty: { routingKey: '${env:T}', url: 'https://example.com/x' } },
      { alertmanager: { urls: ['http://a:9093', 'http://b:9093/am'], labels: { team: 'a' } } },
      { slack: '${env:T}' },
      { teams: { url: 'https://example.com/${env:T}' } },
      { webhook: { url: 'https://example.com', secret: '${file:s}' } },
      { exec: ['notify', '--token', '${env:T}', 'a b', ''] },
      { healthchecks: '${env:T}' },
    ),
    fc.record({ least: fc.constantFrom('page', 'ticket') }, { requiredKeys: [] }),
  )
  .map(([kind, facts]) => ({ ...kind, ...facts }));
const plans = fc.record(
  {
    version: fc.constant(1),
    base: fc.constantFrom('https://example.com', 'http://[::1]:1/v1/'),
    targets: fc.array(target, { minLength: 1, maxLength: 3 }),
    load: fc.oneof(
      fc.record({
        stages: fc.array(stage, { minLength: 1, maxLength: 3 }),
        warmup: ms,
        arrivals: fc.constantFrom('poisson', 'uniform'),
      }),
      fc.record({ closed: fc.record({ users: fc.integer({ min: 1, max: 99 }) }), duration: ms, drain: ms }),
      fc.record({
        requests: fc.integer({ min: 1, max: 1000 }),
        rate,
        connections: fc.record({
          max: fc.integer({ min: 1, max: 9 }),
          lifetime: fc.constantFrom('never', '5s'),
        }),
      }),
    ),
    canary,
    notify: fc.array(notifier, { maxLength: 4 }),
    objectives: fc.subarray(['p99 < 250ms', 'errors<0.7%', 'p(95)<3 abort', 'rps > 3']),
  },
  { requiredKeys: ['version', 'base', 'targets'] },
);

test('a plan that is written out and read again is the same plan', () => {
  fc.assert(
    fc.property(plans, (tree) => {
      const first = parsePlan({ file: 'p.json', text: JSON.stringify(tree) }, {}, reads).plan;
      const text = JSON.stringify(redactedPlan(first));
      const again = parsePlan({ file: 'p.json', text }, {}, reads).plan;
      expect(planHash(again)).toBe(planHash(first));
      expect(again.targets).toEqual(first.targets);
      expect(again.load).toEqual(first.load);
      expect(again.canary).toEqual(first.canary);
      expect(again.notify).toEqual(first.notify);
    }),
    { numRuns: 150 },
  );
});
