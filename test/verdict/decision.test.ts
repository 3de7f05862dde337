import { beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import { logEvidenceBreached, logEvidenceHeld } from '../../src/stats/e-process.ts';
import { decide } from '../../src/stats/exceedance-test.ts';
import type { Status } from '../../src/verdict/finding.ts';
import { judgeObjectives, type Measured } from '../../src/verdict/objectives.ts';
import {
  behindEachOther,
  GrowingRun,
  measuredQueue,
  type QueueSeries,
  runQueue,
  WINDOW_MS,
} from './lindley.ts';
import { constant, open, planOf } from './measured.ts';

/*
 * The rule against queues whose true p99 is known: of M/M/1 the response time is exponential with mean S / (1 - rho).
 * 100 runs of 60,000 requests per cell, the limit at the true p99, above it, and below it.
 */

const RUNS = 100;
const REQUESTS = 60_000;
const SERVICE_MS = 2;

/** Limits over the true p99. */
const FACTORS = [1, 1 / 0.8, 1 / 1.3] as const;
const [BOUNDARY, ABOVE, BELOW] = [0, 1, 2] as const;

/** Ten batches of a second, and then ten seconds. */
const LOOK_WINDOWS = 10_000 / WINDOW_MS;

type Rule = (series: QueueSeries, plan: Plan, position: number) => Status;

const once: Rule = (series, plan, position) => statusOf(measuredQueue(plan, series, position));

const looks: Rule = (series, plan, position) => {
  const run = new GrowingRun(plan, series, position);
  return lookAgain(series, (upTo, look) => statusOf({ ...run.upTo(upTo), rule: { kind: 'looks', look } }));
};

const naive: Rule = (series, _plan, position) => decide(rawCounts(series, position));

const naiveLooks: Rule = (series, _plan, position) =>
  lookAgain(series, (upTo) => decide(rawCounts(series, position, upTo)));

const rawEvidence: Rule = (series, _plan, position) =>
  lookAgain(series, (upTo) => {
    const counts = rawCounts(series, position, upTo);
    if (logEvidenceHeld(counts) >= Math.log(20)) return 'pass';
    return logEvidenceBreached(counts) >= Math.log(20) ? 'fail' : 'inconclusive';
  });

function statusOf(measured: Measured): Status {
  return judgeObjectives(measured).objectives[0]?.finding.status ?? 'inconclusive';
}

/** Stops as soon as it is decided. */
function lookAgain({ windows }: QueueSeries, look: (upTo: number, number: number) => Status): Status {
  for (let number = 1; number * LOOK_WINDOWS <= windows.length; number += 1) {
    const status = look(number * LOOK_WINDOWS, number);
    if (status !== 'inconclusive') return status;
  }
  return 'inconclusive';
}

function rawCounts({ windows }: QueueSeries, position: number, upTo = windows.length) {
  let [count, exceeded] = [0, 0];
  for (const window of windows.slice(0, upTo)) {
    count += window.sent;
    exceeded += window.exceedances[position]?.exceeded ?? 0;
  }
  return { count, exceeded, q: 0.99, alpha: 0.05 };
}

/** Each rule, and whether it is asked away from the limit too. */
const RULES: Readonly<Record<string, { readonly rule: Rule; readonly positions: readonly number[] }>> = {
  once: { rule: once, positions: [BOUNDARY, ABOVE, BELOW] },
  looks: { rule: looks, positions: [BOUNDARY] },
  naive: { rule: naive, positions: [BOUNDARY] },
  naiveLooks: { rule: naiveLooks, positions: [BOUNDARY] },
  rawEvidence: { rule: rawEvidence, positions: [BOUNDARY] },
};

interface Share {
  pass: number;
  fail: number;
}

/** Shares of passes and fails by rule, and by limit. */
function shares(load: number): (rule: string, position?: number) => Share {
  const p99Ms = (SERVICE_MS * Math.log(100)) / (1 - load);
  const limitsMs = FACTORS.map((factor) => factor * p99Ms);
  const seconds = Math.round((REQUESTS * SERVICE_MS) / load / 1000);
  const stage = constant((load / SERVICE_MS) * 1000, seconds);
  const plans = limitsMs.map((limit) => planOf([`p99 < ${limit}ms`], { load: open([stage]) }));
  const found = new Map<string, Share>();
  const at = (rule: string, position: number = BOUNDARY): Share => {
    const share = found.get(`${rule} ${position}`) ?? { pass: 0, fail: 0 };
    found.set(`${rule} ${position}`, share);
    return share;
  };
  for (let seed = 1; seed <= RUNS; seed += 1) {
    const series = runQueue({ seed, load, serviceMs: SERVICE_MS, seconds, limitsMs });
    for (const [name, { rule, positions }] of Object.entries(RULES)) {
      for (const position of positions) {
        const status = rule(series, plans[position] ?? planOf([]), position);
        if (status !== 'inconclusive') at(name, position)[status] += 1 / RUNS;
      }
    }
  }
  return at;
}

describe.each([0.5, 0.7, 0.9])('a queue at %d of its capacity', (load) => {
  let at: ReturnType<typeof shares>;

  beforeAll(() => {
    at = shares(load);
  }, 120_000);

  test.each(['once', 'looks'])('is rarely judged wrongly at the limit, looked at: %s', (rule) => {
    expect(at(rule).pass).toBeLessThanOrEqual(0.1);
    expect(at(rule).fail).toBeLessThanOrEqual(0.1);
  });

  test('is judged where it is not near the limit, and hardly ever wrongly', () => {
    const [passes, fails] = load === 0.5 ? [0.95, 0.95] : load === 0.7 ? [0.8, 0.95] : [0, 0.4];
    expect(at('once', ABOVE).pass).toBeGreaterThanOrEqual(passes);
    expect(at('once', BELOW).fail).toBeGreaterThanOrEqual(fails);
    expect(at('once', ABOVE).fail).toBeLessThanOrEqual(0.01);
    expect(at('once', BELOW).pass).toBeLessThanOrEqual(0.01);
  });

  test('would be judged wrongly as if requests were independent (a guard of the rule)', () => {
    expect(at('naive').pass).toBeGreaterThan(0.2);
    expect(at('naive').fail).toBeGreaterThan(0.15);
    expect(at('naiveLooks').pass).toBeGreaterThan(0.37);
    expect(at('rawEvidence').pass).toBeGreaterThan(0.37);
  });
});

test('three trials of a queue at 0.9 of its capacity, laid one after another, show that it holds twice its p99', () => {
  const load = 0.9;
  const [runs, seconds] = [40, Math.round((REQUESTS * SERVICE_MS) / load / 1000)];
  const limitsMs = [(2 * SERVICE_MS * Math.log(100)) / (1 - load)];
  const stage = constant((load / SERVICE_MS) * 1000, seconds);
  const plan = planOf([`p99 < ${limitsMs[0]}ms`], { load: open([stage]) });
  const trialStarts = [0, 1, 2].map((trial) => (trial * seconds * 1000) / WINDOW_MS);
  const found = { pass: 0, fail: 0, inconclusive: 0 };
  for (let run = 0; run < runs; run += 1) {
    const trials = [1, 2, 3].map((trial) =>
      runQueue({ seed: 3 * run + trial, load, serviceMs: SERVICE_MS, seconds, limitsMs }),
    );
    found[statusOf({ ...measuredQueue(plan, behindEachOther(trials)), trialStarts })] += 1;
  }
  expect(found.pass).toBeGreaterThanOrEqual(0.6 * runs);
  expect(found.fail).toBe(0);
}, 60_000);
