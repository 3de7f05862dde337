import { describe, expect, test } from 'vitest';
import type { Finding } from '../../../src/verdict/finding.ts';
import { judgeObjectives, type Measured } from '../../../src/verdict/objectives.ts';
import { type Act, many, measured, planOf, scattered } from '../measured.ts';

const SLOW: Act = { ms: 400 };
const FAILED: Act = { status: 503 };

function finding(from: Measured): Finding {
  const [judged] = judgeObjectives(from).objectives;
  if (judged === undefined) throw new Error('nothing was judged');
  return judged.finding;
}

function judge(text: string, acts: readonly Act[], more: Partial<Measured> = {}): Finding {
  return finding({ ...measured(planOf([text]), acts), ...more });
}

const LOOK = { rule: { kind: 'looks', look: 1 } } as const;

describe('requests that fare alike', () => {
  /** As many seconds of twenty in which every request is slow. */
  const spellOf = (seconds: number): Act[] =>
    many(600, (index) => (index >= 150 && index < 150 + 30 * seconds ? SLOW : {}));
  const spell = spellOf(1);

  test('weigh as fewer, and the finding says so', () => {
    const found = judge('p99 < 250ms', spell);
    expect(found.inflation).toBeCloseTo((30 * 20) / 19, 9);
    expect(found).toMatchObject({
      status: 'inconclusive',
      count: 600,
      exceeded: 30,
      reason: {
        code: 'AUTOCORRELATED',
        text: expect.stringMatching(
          /^Neighbouring requests fare alike: 600 requests weigh as 19 independent ones, too few to be sure\. All 30 that count against it came within 1s from 5s on: one spell does not tell how often it comes\. About [\d,]+ more requests \(.* at this rate\) would settle it\.$/,
        ),
      },
    });
    expect(judge('p99 < 250ms', scattered(600, 60, SLOW))).toMatchObject({ status: 'fail', inflation: 1 });
  });

  test('weigh as fractions of independent ones, lest most of a spell be lost', () => {
    // 60 / V = 1.9 of 600 / V = 19: as a whole number, one.
    expect(judge('p99 < 250ms', spellOf(2))).toMatchObject({ status: 'fail', exceeded: 60 });
    const both = measured(
      planOf(['p99 < 250ms', 'errors < 1%']),
      many(
        1800,
        (index) => {
          return index >= 900 && index < 1050 ? FAILED : {};
        },
        60_000,
      ),
      { offeredMs: 60_000 },
    );
    expect(judgeObjectives(both).objectives.map((judged) => judged.finding.status)).toEqual(['fail', 'fail']);
  });

  test('show no bound on the other side of the value', () => {
    const rising = many(600, (index) => ({ ms: index < 540 ? 10 : 100 + index }), 200);
    const few = judge('p99 < 800ms', rising, { offeredMs: 200 });
    expect(few).toMatchObject({ inflation: 600, high: null });
    expect(few.low).toBeLessThanOrEqual(few.value ?? 0);
  });

  test('do not pass either, though the limit itself is never reached', () => {
    const queue = many(6000, (index) => (Math.floor(index / 300) % 5 === 0 ? { ms: 200 } : {}));
    expect(judge('p99 < 250ms', queue)).toMatchObject({
      status: 'inconclusive',
      exceeded: 0,
      reason: { code: 'AUTOCORRELATED' },
    });
    expect(judge('errors < 1%', queue)).toMatchObject({ status: 'pass', inflation: 1 });
  });

  test('widen what is shown', () => {
    const wide = judge(
      'errors < 50%',
      many(600, (index) => (Math.floor(index / 30) % 4 === 0 ? FAILED : {})),
    );
    const narrow = judge('errors < 50%', scattered(600, 150, FAILED));
    expect(wide.value).toBe(0.25);
    expect((wide.high ?? 0) - (wide.low ?? 0)).toBeGreaterThan(4 * ((narrow.high ?? 0) - (narrow.low ?? 0)));
    const slow = judge(
      'p50 < 400ms',
      many(6000, (index) => ({ ms: 100 + Math.floor(index / 300) * 10 })),
    );
    expect(slow.low).toBeLessThan(180);
    expect(slow.high).toBeGreaterThan(210);
    expect(judge('p99 < 1.5s', spell)).toMatchObject({ value: expect.closeTo(400, 0), high: null });
  });

  test('count less of our own lag by the same weight', () => {
    const late = scattered(600, 60, { ms: 400, lagMs: 390 });
    const [judged] = judgeObjectives(measured(planOf(['p99 < 250ms']), late)).objectives;
    expect(judged).toMatchObject({ finding: { status: 'fail' }, ownStatus: 'pass' });
  });

  test.each([
    [400, 200, 'fail'],
    [100, 56, 'fail'],
    [20, 10, 'fail'],
    [10, 5, 'fail'],
    [400, 15, 'inconclusive'],
    [20, 3, 'inconclusive'],
    [10, 2, 'inconclusive'],
  ])('of a moment weigh at most as many groups as each has members: %i with %i bad', (count, bad, status) => {
    const blink = many(count, (index) => ((index * bad) % count < bad ? FAILED : {}), 200);
    const { moreRequests, reason, ...found } = judge('errors < 1%', blink, { offeredMs: 200 });
    expect(found).toMatchObject({ status, count, exceeded: bad });
    expect(reason?.code ?? null).toBe(status === 'fail' ? null : 'RUN_TOO_SHORT');
    expect(moreRequests).toBeNull();
  });

  test('of a run too short to see them are no pass', () => {
    const slow = many(400, (index) => (index % 10 === 0 ? { ms: 90 } : {}), 200);
    expect(judge('p99 < 250ms', slow, { offeredMs: 200 })).toMatchObject({
      status: 'inconclusive',
      reason: { code: 'RUN_TOO_SHORT' },
    });
    const clean = measured(planOf(['errors < 1%']), many(400, {}, 200), { offeredMs: 200 });
    expect(finding(clean).status).toBe('pass');
  });
});

describe('data that is looked at again and again', () => {
  test.each([
    [448, 0, 'inconclusive'],
    [449, 0, 'pass'],
    [682, 1, 'inconclusive'],
    [683, 1, 'pass'],
    [82, 3, 'inconclusive'],
    [82, 8, 'fail'],
  ] as const)('takes more to decide: %i with %i bad is %s', (count, bad, status) => {
    expect(judge('errors < 1%', scattered(count, bad, FAILED), LOOK).status).toBe(status);
  });

  test('says what it takes by the same rule', () => {
    expect(judge('errors < 1%', many(300), LOOK)).toMatchObject({
      moreRequests: 149,
      reason: { code: 'N_TOO_SMALL', text: expect.stringContaining('it takes 449 to be sure') },
    });
  });

  test('leaves what is unanswered as it is: bad for a pass, good for a fail', () => {
    const held = measured(planOf(['errors < 1%']), many(682), { inFlight: 1 });
    expect(finding({ ...held, ...LOOK }).status).toBe('pass');
    const open = measured(planOf(['errors < 1%']), many(681), { inFlight: 1 });
    expect(finding({ ...open, ...LOOK }).status).toBe('inconclusive');
  });

  test.each([
    [1, 'pass'],
    [2, 'inconclusive'],
  ] as const)('spends the level of a mean over its looks: look %i is %s', (look, status) => {
    const noisy = many(600, (index) => ({ ms: (index * index * 31) % 601 }));
    const plain = judge('mean < 317ms', noisy);
    expect(plain.status).toBe('pass');
    expect(judge('mean < 317ms', noisy, { rule: { kind: 'looks', look } }).status).toBe(status);
  });
});

test('a mean says how many more requests would settle it', () => {
  const noisy = many(600, (index) => ({ ms: (index * index * 31) % 601 }));
  const found = judge('mean < 304ms', noisy);
  expect(found.status).toBe('inconclusive');
  expect(found.moreRequests).toBeGreaterThan(600);
  expect(found.reason?.text).toMatch(
    /a longer run narrows it\. About [\d,]+ more requests \(.* at this rate\)/,
  );
});
