import { describe, expect, test } from 'vitest';
import { planHash, redactedPlan } from '../../src/plan/canonical.ts';
import type { Overrides } from '../../src/plan/flags.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { memoryReads } from './memory-reads.ts';

function plan(text: string, flags: Overrides = {}, env: Record<string, string> = { T: 'sesame' }): Plan {
  return parsePlan({ file: 'p.yaml', text: `version: 1\n${text}` }, flags, memoryReads({ env })).plan;
}

const ONE = 'targets: [ { get: https://example.com/ } ]\n';

describe('the hash of a plan', () => {
  test('is a SHA-256 that stays what it is', () => {
    expect(planHash(plan(ONE))).toMatchInlineSnapshot(
      `"f4cb8909db3678804674048bbc4d58254a6e9e5bbdfd749f43cc8161a541d352"`,
    );
  });

  test.each([
    [
      'another order of keys',
      `load: { rate: 5/s, duration: 10s }\n${ONE}`,
      `${ONE}load: { duration: 10s, rate: 5/s }`,
    ],
    [
      'another spelling of numbers',
      `${ONE}load: { rate: 60/m, duration: 1m }`,
      `${ONE}load: { rate: 1, duration: 60s }`,
    ],
    [
      'another spelling of objectives',
      `${ONE}objectives: [ "p99<250" ]`,
      `${ONE}objectives: [ "p(99) < 0.25s" ]`,
    ],
    [
      'a default spelled out',
      ONE,
      `${ONE}load: { rate: 30/s, duration: 20s, timeout: 10s }\nobjectives: [ errors < 1% ]`,
    ],
    ['another seed', `${ONE}load: { seed: 1 }`, `${ONE}load: { seed: 2 }`],
    ['another owner and agreement', `${ONE}owner: a`, `${ONE}owner: b\nagreement: [ errors < 5% ]`],
    ['a launch question', ONE, `${ONE}launch: { peak: 30/s, zones: 3, lose: 1 }`],
    [
      'a canary and somebody who is told',
      ONE,
      `${ONE}canary: { every: 5m, rate: 9/s }\nnotify: [ { slack: https://a.example/x } ]`,
    ],
    ['another literal secret', `${ONE}headers: { x-token: a }`, `${ONE}headers: { x-token: b }`],
  ])('is the same with %s', (_what, one, other) => {
    expect(planHash(plan(one))).toBe(planHash(plan(other)));
  });

  test('is the same whatever the values of references are', () => {
    const text = `${ONE}headers: { authorization: "Bearer \${env:T}" }`;
    expect(planHash(plan(text, {}, { T: 'one' }))).toBe(planHash(plan(text, {}, { T: 'two' })));
  });

  test.each([
    ['path', 'targets: [ { get: https://example.com/x } ]\n'],
    ['method', 'targets: [ { head: https://example.com/ } ]\n'],
    ['weight', 'targets: [ { get: https://example.com/, weight: 2 } ]\n'],
    ['body', 'targets: [ { get: https://example.com/, body: a } ]\n'],
    ['expectation', 'targets: [ { get: https://example.com/, expect: { status: 200 } } ]\n'],
    ['header', `${ONE}headers: { x-a: "1" }`],
    ['rate', `${ONE}load: { rate: 31/s }`],
    ['timeout', `${ONE}load: { timeout: 9s }`],
    ['connections', `${ONE}load: { connections: 5 }`],
    ['objective', `${ONE}objectives: [ errors < 2% ]`],
    ['end', `${ONE}load: { untilDecided: true }`],
  ])('tells another %s apart', (_what, text) => {
    expect(planHash(plan(text))).not.toBe(planHash(plan(ONE)));
  });
});

describe('a redacted plan', () => {
  test('hides literal secrets and shows references', () => {
    const text = [
      'headers: { authorization: Bearer sesame, x-api-key: "${env:T}", cookie: "a=${env:T}", x-b: open }',
      'targets:',
      '  - { name: a, get: "https://ali:sesame@example.com/?token=sesame&page=2" }',
      '  - { name: b, post: https://example.com/, json: { user: ali, password: sesame, pin: 1234, token: "${env:T}" } }',
      '  - { name: c, post: https://example.com/, form: { user: ali, secret: sesame } }',
      'http: { proxy: "http://ali:sesame@proxy:1" }',
    ].join('\n');
    const written = redactedPlan(plan(text));
    expect(written).toMatchObject({
      targets: [
        {
          get: 'https://example.com/?token=***&page=2',
          headers: { authorization: '***', 'x-api-key': '${env:T}', cookie: '***${env:T}', 'x-b': 'open' },
        },
        { body: '{"user":"ali","password":"***","pin":"***","token":"${env:T}"}' },
        { body: 'user=ali&secret=***' },
      ],
      http: { proxy: 'http://***@proxy:1' },
    });
    expect(JSON.stringify(written)).not.toMatch(/sesame|1234/);
  });

  test('keeps the scheme before a reference', () => {
    const text = `${ONE}headers: { authorization: "Bearer \${env:T}" }`;
    expect(redactedPlan(plan(text))).toMatchObject({
      targets: [{ headers: { authorization: 'Bearer ${env:T}' } }],
    });
  });

  test('names a large body by its hash', () => {
    const written = redactedPlan(plan(ONE, { body: 'a'.repeat(20_000) }));
    const [target] = Array.isArray(written['targets']) ? written['targets'] : [];
    expect(target.body).toMatch(/^\*\*\* \(20000 characters, SHA-256 [\da-f]{64}\)$/);
  });

  test.each([
    ['{ peak: 6000/m, margin: 120% }', { peak: '100/s', margin: '120%', zones: 1, lose: 0 }],
    [
      '{ users: 300, think: 1m, requestsPerVisit: 2, zones: 3, lose: 1 }',
      { users: 300, think: '60s', requestsPerVisit: 2, margin: '30%', zones: 3, lose: 1 },
    ],
  ])('shows the launch question %s with its defaults', (section, launch) => {
    expect(redactedPlan(plan(`${ONE}launch: ${section}`))).toMatchObject({ launch });
  });

  test('leaves a body alone that holds no secret', () => {
    expect(redactedPlan(plan(ONE, { body: '{ "a": 1 }' }))).toMatchObject({
      targets: [{ body: '{ "a": 1 }' }],
    });
    expect(redactedPlan(plan(ONE, { body: 'a=1&b=2' }))).toMatchObject({ targets: [{ body: 'a=1&b=2' }] });
  });
});
