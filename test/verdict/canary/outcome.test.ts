import { describe, expect, test } from 'vitest';
import {
  type JudgedFacts,
  type OutcomeFacts,
  outcomeOf,
  talliesOf,
} from '../../../src/verdict/canary/outcome.ts';
import type { ValidityCheck } from '../../../src/verdict/finding.ts';
import { sampleResult } from '../../support/sample-result.ts';

function objective(text: string, over: Partial<JudgedFacts> = {}): JudgedFacts {
  const unit = text.startsWith('p') ? 'ms' : 'ratio';
  return { text, target: null, status: 'inconclusive', unit, count: 20, exceeded: 0, reason: null, ...over };
}

function check(over: Partial<ValidityCheck>): ValidityCheck {
  const text = 'This machine was suspended.';
  return {
    id: 'suspension',
    status: 'fail',
    blocks: 'both',
    measured: 1,
    limit: 0,
    unit: 'ms',
    code: 'SUSPENDED',
    text,
    ...over,
  };
}

interface Over extends Partial<Omit<OutcomeFacts, 'totals'>> {
  readonly totals?: Partial<OutcomeFacts['totals']>;
  readonly causes?: Readonly<Record<string, number>>;
}

/** 20 requests that were answered, with the given keys replaced. */
function facts({ totals, causes = {}, ...over }: Over = {}): OutcomeFacts {
  const failed = Object.values(causes).reduce((sum, count) => sum + count, 0);
  return {
    objectives: [objective('p99 < 250ms'), objective('errors < 1%')],
    validity: { checks: [] },
    failures: [],
    stopped: null,
    control: 'not-asked',
    ...over,
    totals: {
      sent: 20,
      completed: 20,
      broken: 0,
      failed,
      dropped: 0,
      inFlight: 0,
      byCause: causes,
      ...totals,
    },
  };
}

const failing = (exceeded: number, slow = exceeded): JudgedFacts[] => [
  objective('p99 < 250ms', { status: 'fail', exceeded: slow }),
  objective('errors < 1%', { status: 'fail', exceeded }),
];

/** Nothing came back, for one reason. */
const dead = (cause: string): OutcomeFacts =>
  facts({ totals: { completed: 0, broken: 20 }, causes: { [cause]: 20 }, objectives: failing(20) });

describe('what is told of a bad run', () => {
  const told = (over: Over): string => outcomeOf(facts({ objectives: failing(20), ...over })).text;
  const example = (target: string, detail: string, status: number | null = null) => ({
    target,
    status,
    detail,
  });

  test('names the targets that failed, and what the first of them met', () => {
    const body = 'body is "<html>", expected JSON: not JSON';
    const examples = [example('cart', body, 200), example('cart', body, 200), example('search', body, 200)];
    expect(told({ causes: { mismatch: 20 }, failures: [{ cause: 'mismatch', examples }] })).toBe(
      `answers with what is not expected: mismatch in 20 of 20 requests (cart, search: 200 ${body})`,
    );
    const status = [example('cart', 'status 503, expected less than 400', 503)];
    expect(told({ causes: { 'http-5xx': 20 }, failures: [{ cause: 'http-5xx', examples: status }] })).toMatch(
      /\(cart: status 503, expected less than 400\)$/,
    );
    const refused = ['a', 'b', 'c', 'd'].map((name) => example(name, 'connect ECONNREFUSED 10.0.0.1:443'));
    const off = outcomeOf({ ...dead('dns'), failures: [{ cause: 'dns', examples: refused }] });
    expect(off.text).toMatch(/^is offline: dns in 20 of 20 requests \(a, b, c, …: connect ECONNREFUSED/);
  });

  test('says how slow it was, and where', () => {
    const slow = [objective('p99 < 250ms', { status: 'fail', exceeded: 6 })];
    expect(told({ objectives: slow, slowest: [{ target: 'cart', responseMs: 812 }] })).toBe(
      'is slow: p99 < 250ms is breached, 6 of 20 requests took longer (cart: 812ms)',
    );
  });

  test('is never longer than a pager takes, and holds no escape of the server', () => {
    const examples = [example('cart', `body is "\u001b[31m${'x'.repeat(5000)}"`, 200)];
    const text = told({ causes: { mismatch: 20 }, failures: [{ cause: 'mismatch', examples }] });
    expect(text.length).toBeLessThanOrEqual(400);
    expect(text).not.toContain('\u001b');
  });
});

describe('a run', () => {
  test('is ok when answers came and no breach is shown, though nothing is proven', () => {
    expect(outcomeOf(facts())).toEqual({
      outcome: 'ok',
      kind: null,
      indicator: null,
      text: 'answered 20 of 20 requests, and no breach is shown',
    });
    expect(outcomeOf(facts({ causes: { 'http-5xx': 1 } })).outcome).toBe('ok');
  });

  test.each(['connect-refused', 'dns', 'reset', 'headers-timeout', 'connect-timeout', 'tls', 'empty-reply'])(
    'is offline when all is %s',
    (cause) => {
      expect(outcomeOf(dead(cause))).toEqual({
        outcome: 'bad',
        kind: 'offline',
        indicator: cause,
        text: `is offline: ${cause} in 20 of 20 requests`,
      });
    },
  );

  test('is offline also when no objective could be judged, or none was asked for', () => {
    expect(outcomeOf({ ...dead('reset'), objectives: [] })).toMatchObject({
      outcome: 'bad',
      kind: 'offline',
    });
    const silent = facts({ totals: { completed: 0, inFlight: 20 } });
    expect(outcomeOf(silent)).toMatchObject({
      outcome: 'bad',
      kind: 'offline',
      text: 'is offline: none of 20 requests was answered',
    });
  });

  test.each(['truncated', 'protocol', 'too-large', 'decode', 'redirect-limit'])(
    'is wrong when all is %s',
    (cause) => {
      expect(outcomeOf(dead(cause))).toMatchObject({ outcome: 'bad', kind: 'wrong' });
    },
  );

  test.each([
    ['CERT_HAS_EXPIRED: certificate has expired', 'certificate'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT: self-signed certificate', 'certificate'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE: unable to verify the first certificate', 'certificate'],
    ['ERR_TLS_CERT_ALTNAME_INVALID: Hostname does not match', 'certificate'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: tlsv13 alert certificate required', 'offline'],
    ['ECONNRESET: before secure TLS connection was established', 'offline'],
  ])('with handshakes that end by %s is of kind %s', (detail, kind) => {
    const found = outcomeOf({
      ...dead('tls'),
      failures: [{ cause: 'tls', examples: [{ target: 'shop', status: null, detail }] }],
    });
    expect(found).toMatchObject({ outcome: 'bad', kind, indicator: 'tls' });
  });

  test('is erroring, wrong or slow by what most requests did', () => {
    expect(outcomeOf(facts({ causes: { 'http-5xx': 4 }, objectives: failing(4) }))).toEqual({
      outcome: 'bad',
      kind: 'erroring',
      indicator: 'errors < 1%',
      text: 'answers with errors: http-5xx in 4 of 20 requests',
    });
    const wrong = facts({ causes: { mismatch: 20 }, objectives: failing(20) });
    expect(outcomeOf(wrong)).toMatchObject({ kind: 'wrong', indicator: 'errors < 1%' });
    const slow = objective('p99 < 250ms', { status: 'fail', exceeded: 18 });
    expect(outcomeOf(facts({ objectives: [slow, objective('errors < 1%')] }))).toEqual({
      outcome: 'bad',
      kind: 'slow',
      indicator: 'p99 < 250ms',
      text: 'is slow: p99 < 250ms is breached, 18 of 20 requests took longer',
    });
  });

  test('with failures does not pass as slow, though they count as late', () => {
    const onlyLatency = facts({
      causes: { 'http-5xx': 4 },
      objectives: [objective('p99 < 250ms', { status: 'fail', exceeded: 4 })],
    });
    expect(outcomeOf(onlyLatency)).toMatchObject({ kind: 'erroring', indicator: 'p99 < 250ms' });
    const both = facts({ causes: { 'http-5xx': 2 }, objectives: failing(2, 18) });
    expect(outcomeOf(both)).toMatchObject({ kind: 'slow' });
    const equal = facts({ causes: { 'http-5xx': 4 }, objectives: failing(4, 8) });
    expect(outcomeOf(equal)).toMatchObject({ kind: 'erroring' });
  });

  test('in which some time out is slow, and in which few are refused is erroring', () => {
    const some = facts({
      totals: { completed: 14, broken: 6 },
      causes: { 'headers-timeout': 6 },
      objectives: failing(6),
    });
    expect(outcomeOf(some)).toMatchObject({
      kind: 'slow',
      text: 'is slow: headers-timeout in 6 of 20 requests',
    });
    const refused = (count: number): OutcomeFacts =>
      facts({
        totals: { completed: 20 - count, broken: count },
        causes: { 'connect-refused': count },
        objectives: failing(count),
      });
    expect(outcomeOf(refused(8))).toMatchObject({ kind: 'erroring', indicator: 'errors < 1%' });
    expect(outcomeOf(refused(18))).toMatchObject({ kind: 'offline', indicator: 'connect-refused' });
  });

  test('names the target of its indicator', () => {
    const slow = objective('p95 < 100ms', { status: 'fail', exceeded: 9, target: 'record' });
    expect(outcomeOf(facts({ objectives: [slow] })).indicator).toBe('record: p95 < 100ms');
  });

  test('shows nothing of a server that could hurt', () => {
    const slow = objective('mean < 1ms', {
      status: 'fail',
      count: null,
      exceeded: null,
      unit: 'ms',
      because: 'a\u001b[31mb\u202e',
    });
    expect(outcomeOf(facts({ objectives: [slow] })).text).toBe(
      'is slow: mean < 1ms is breached, a\\x1b[31mb\\u202e',
    );
  });
});

describe('a run is blind', () => {
  const outcome = (over: OutcomeFacts): string => outcomeOf(over).outcome;

  test('when nothing was sent, or it was stopped before anything ended', () => {
    expect(outcome(facts({ totals: { sent: 0, completed: 0 } }))).toBe('blind');
    const stopped = { by: 'signal', text: 'SIGTERM' };
    expect(outcome(facts({ totals: { sent: 3, completed: 0, inFlight: 3 }, stopped }))).toBe('blind');
    expect(outcome({ ...dead('connect-refused'), stopped })).toBe('bad');
    expect(outcome(facts({ stopped }))).toBe('ok');
  });

  test('when a check that blocks all verdicts failed', () => {
    const checks = [check({})];
    expect(outcomeOf(facts({ validity: { checks } }))).toEqual({
      outcome: 'blind',
      kind: null,
      indicator: null,
      text: 'cannot be judged: This machine was suspended',
    });
    const undecided = [objective('errors < 1%')];
    expect(outcome({ ...dead('generator-ports'), objectives: undecided, validity: { checks } })).toBe(
      'blind',
    );
  });

  test('when a breach was taken away, and only then', () => {
    const checks = [check({ id: 'busy', blocks: 'fail', code: 'GENERATOR_LIMIT' })];
    const taken = objective('p99 < 250ms', { reason: { code: 'GENERATOR_LIMIT', text: 'busy' } });
    expect(outcome(facts({ validity: { checks }, objectives: [taken] }))).toBe('blind');
    expect(outcome(facts({ validity: { checks } }))).toBe('ok');
    const passes = [check({ id: 'steadiness', blocks: 'pass', code: 'UNSTEADY' })];
    expect(outcome(facts({ validity: { checks: passes } }))).toBe('ok');
  });

  test('when the control URL is silent while the target is, and not when the target answers', () => {
    const silent = outcomeOf({ ...dead('connect-refused'), control: 'silent' });
    expect(silent.outcome).toBe('blind');
    expect(silent.text).toMatch(
      /^cannot be judged: the control URL is silent too, .* connect-refused in 20 of 20 requests$/,
    );
    expect(outcome({ ...dead('connect-refused'), control: 'answered' })).toBe('bad');
    const erroring = facts({ causes: { 'http-5xx': 20 }, objectives: failing(20), control: 'silent' });
    expect(outcome(erroring)).toBe('bad');
    expect(outcome(facts({ control: 'silent' }))).toBe('ok');
  });
});

test('tallies are of the objectives about shares, with their target', () => {
  const objectives = [
    objective('p95 < 100ms', { target: 'record', exceeded: 2 }),
    objective('record: errors < 1%', { target: 'record' }),
    objective('mean < 5ms', { count: null, exceeded: null }),
  ];
  expect(talliesOf(objectives)).toEqual([
    { text: 'record: p95 < 100ms', count: 20, bad: 2 },
    { text: 'record: errors < 1%', count: 20, bad: 0 },
  ]);
});

test('a result document is what is judged', () => {
  const document = sampleResult();
  const { outcome, kind, indicator } = outcomeOf({ ...document, control: 'not-asked' });
  const breached = document.objectives.filter(({ status }) => status === 'fail').map(({ text }) => text);
  expect({ outcome, kind, isOfObjective: breached.includes(indicator ?? '') }).toEqual({
    outcome: 'bad',
    kind: 'erroring',
    isOfObjective: true,
  });
  expect(talliesOf(document.objectives)).toEqual(
    document.objectives.map(({ text, count, exceeded }) => ({ text, count, bad: exceeded })),
  );
});

describe('an objective about a server', () => {
  const because = 'The cpu of api-1 was 97% over 9 looks, at most 99%; asked for < 85%.';
  const server = { name: 'api-1' };
  const hot = objective('server cpu < 85%', { status: 'fail', count: null, exceeded: null, because, server });
  const queue = objective('server run-queue < 10ms', { ...hot, text: 'server run-queue < 10ms', unit: 'ms' });

  test.each([hot, queue])('names a run of good answers: $text', (breached) => {
    const outcome = outcomeOf(facts({ objectives: [objective('errors < 1%'), breached] }));
    expect(outcome).toEqual({
      outcome: 'bad',
      kind: 'saturated',
      indicator: breached.text,
      text: `has a saturated server: ${breached.text} is breached, ${because.replace(/\.$/, '')}`,
    });
  });

  test('is no matter of the network between', () => {
    expect(outcomeOf(facts({ objectives: [hot], control: 'silent' })).kind).toBe('saturated');
  });

  test('says less than what requests met', () => {
    const slow = [objective('p99 < 250ms', { status: 'fail', exceeded: 9 }), hot];
    expect(outcomeOf(facts({ objectives: slow })).kind).toBe('slow');
    const failed = [queue, ...failing(9)];
    expect(outcomeOf(facts({ objectives: failed, causes: { 'http-5xx': 9 } })).kind).toBe('erroring');
    const gone = facts({ totals: { completed: 0, broken: 20 }, causes: { reset: 20 }, objectives: [hot] });
    expect(outcomeOf(gone).kind).toBe('offline');
  });

  test('that is not known makes no run bad', () => {
    const reason = { code: 'SERVER_UNKNOWN', text: 'No server was looked at.' };
    const open = { ...hot, status: 'inconclusive', reason } as const;
    expect(outcomeOf(facts({ objectives: [objective('errors < 1%'), open] })).outcome).toBe('ok');
  });
});
