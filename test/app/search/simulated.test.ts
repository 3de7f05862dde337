/** Whole searches on the simulator: the loop, the judgement and the document are those of real ones. */

import { describe, expect, test } from 'vitest';
import { searchCapacity } from '../../../src/app/search/capacity.ts';
import type { SearchOptions } from '../../../src/app/search/carry-out.ts';
import { askLaunch } from '../../../src/app/search/launch.ts';
import type { SearchMoment, TrialEnd } from '../../../src/app/search/moment.ts';
import { parseObjective } from '../../../src/plan/objective.ts';
import type { LaunchQuestion, Plan } from '../../../src/plan/plan.ts';
import { decodeResult } from '../../../src/result/decode.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import type { ServerModel } from '../../support/simulator/server-model.ts';
import { mmc } from '../../support/simulator/servers.ts';
import { createSimulation } from '../../support/simulator/simulation.ts';
import { mmcTail } from '../../support/simulator/truth.ts';
import { fakeWorld } from '../fake-world.ts';
import { planWith } from '../sample-plan.ts';

const OBJECTIVES = ['p99 < 250ms', 'errors < 1%'].map((text) => parseObjective(text));
/** Four workers of 20 ms: saturates at 200/s. */
const SERVER = mmc(4, 20);
const NOT_SAID = { maxPerSecond: null, maxDurationMs: null };
const CAPACITY = { ...NOT_SAID, startPerSecond: null, precisionRatio: null };
const LAUNCH = {
  ...NOT_SAID,
  surgeMs: null,
  soakMs: null,
  bracket: true,
  acceptNoMargin: false,
  acceptNoSpareZone: false,
};

function planFor(seed: number, launch?: LaunchQuestion): Plan {
  return planWith({
    seed,
    objectives: OBJECTIVES,
    objectivesDefaulted: false,
    ...(launch === undefined ? {} : { launch }),
  });
}

function place(plan: Plan, server: ServerModel = SERVER, hooks: Partial<SearchOptions> = {}) {
  const simulation = createSimulation({ plan, server });
  const said: string[] = [];
  const options: SearchOptions = {
    owned: false,
    breaker: true,
    stateFolder: '/state',
    repeat: 'headroom capacity http://127.0.0.1:8080/',
    say: (line) => said.push(line),
    standIn: {
      runTrial: (order, number) => Promise.resolve(simulation.runTrial(order, number)),
      elapsedMs: () => simulation.clock.nowMs(),
    },
    ...hooks,
  };
  return { subject: { plan, secrets: {} }, world: fakeWorld(), options, said };
}

/** The highest rate at which 99 % of the responses of SERVER take no longer than 250 ms. */
function trueCapacity(): number {
  let [low, high] = [1, 200];
  for (let step = 0; step < 50; step += 1) {
    const middle = (low + high) / 2;
    const tail = mmcTail(middle, { workers: 4, serviceMs: 20, limitMs: 250 });
    if (tail <= 0.01) low = middle;
    else high = middle;
  }
  return low;
}

function question(peakPerSecond: number): LaunchQuestion {
  return { peakPerSecond, marginRatio: 0.3, zones: 3, lose: 1, users: null };
}

function ask(peak: number, wish: Partial<typeof LAUNCH> = {}): Promise<ResultDocument> {
  const { subject, world, options } = place(planFor(3, question(peak)));
  return askLaunch(subject, world, { ...options, ...LAUNCH, maxDurationMs: 300_000, ...wish });
}

describe('a search for the capacity', () => {
  test('brackets the truth, and tells each trial, and each moment, to whoever watches', {
    timeout: 120_000,
  }, async () => {
    const ends: TrialEnd[] = [];
    const moments: SearchMoment[] = [];
    const { subject, world, options, said } = place(planFor(1), SERVER, {
      onTrialEnd: (end) => ends.push(end),
      onMoment: (moment) => moments.push(moment),
    });
    const result = await searchCapacity(subject, world, { ...options, ...CAPACITY });
    const { capacity, totals } = result;
    const truth = trueCapacity();
    expect(capacity?.heldPerSecond).toBeLessThanOrEqual(truth);
    expect(capacity?.brokePerSecond).toBeGreaterThanOrEqual(truth);
    expect(totals.ratePerSecond.asked).toBe(capacity?.heldPerSecond);
    expect(result).toMatchObject({
      command: 'capacity',
      seed: 1,
      exitCode: 0,
      agreement: [],
      stopped: null,
      verdict: { status: 'pass' },
      capacity: { brokeBy: 'p99 < 250ms', limitedBy: 'server' },
    });
    expect(said[0]).toBe(
      'searching for the highest rate that holds p99 < 250ms, errors < 1%, to within 10%, from 30/s on',
    );
    expect(said[1]).toMatch(/^this takes about \d+m/);
    expect(ends.map(({ report }) => report.number)).toEqual(capacity?.trials.map(({ number }) => number));
    expect(moments.some(({ trial }) => trial?.number === 1)).toBe(true);
    expect(moments.at(-1)?.state.trials).toBe(ends.length);
  });

  test('ends with its budget, and has the bracket so far', async () => {
    const { subject, world, options, said } = place(planFor(1));
    const result = await searchCapacity(subject, world, { ...options, ...CAPACITY, maxDurationMs: 120_000 });
    expect(result.capacity?.elapsedMs).toBeLessThanOrEqual(120_000);
    expect(result.capacity?.heldPerSecond ?? 0).toBeLessThanOrEqual(trueCapacity());
    expect(said[1]).toBe('this takes at most 2m');
  });

  test('never sends more than it may', async () => {
    const { subject, world, options } = place(planFor(1));
    const result = await searchCapacity(subject, world, { ...options, ...CAPACITY, maxPerSecond: 100 });
    const rates = result.capacity?.trials.map(({ ratePerSecond }) => ratePerSecond) ?? [];
    expect(Math.max(...rates)).toBe(100);
    expect(result.capacity).toMatchObject({
      heldPerSecond: 100,
      brokePerSecond: null,
      limitedBy: 'rate-cap',
    });
  });

  test('that is stopped before its first trial is a document all the same', async () => {
    const { subject, world, options } = place(planFor(1));
    const stopping = {
      ...world,
      onSignal: (listener: (signal: 'SIGINT') => void) => (listener('SIGINT'), () => undefined),
    };
    const result = await searchCapacity(subject, stopping, { ...options, ...CAPACITY });
    expect(result).toMatchObject({
      exitCode: 130,
      stopped: { by: 'signal' },
      totals: { sent: 0 },
      verdict: { status: 'inconclusive' },
    });
    expect(result.verdict.reasons[0]?.code).toBe('INTERRUPTED');
    expect(decodeResult(encodeResult(result), 'it')).toEqual(result);
  });
});

describe('the launch question', () => {
  test.each([
    [60, 'yes', 0],
    [105, 'yes-without-margin', 1],
    [140, 'yes-without-spare-zone', 1],
    [190, 'no', 1],
  ] as const)('about a peak of %i/s is answered %s', async (peak, answer, exitCode) => {
    const result = await ask(peak);
    expect(result.launch?.answer).toBe(answer);
    expect(result).toMatchObject({ command: 'launch', exitCode });
    expect(result.capacity?.elapsedMs).toBeLessThanOrEqual(300_000);
    expect(result.capacity?.budgetMs).toBe(300_000);
  });

  test('takes a flaw for a pass where it is accepted', async () => {
    const result = await ask(140, { acceptNoSpareZone: true });
    expect(result).toMatchObject({
      launch: { answer: 'yes-without-spare-zone', accepted: true },
      exitCode: 0,
    });
  });

  test('has totals of the rate that the answer rests on', async () => {
    const result = await ask(60);
    expect(result.totals.ratePerSecond.asked).toBeCloseTo(60 * 1.3 * 1.5, 6);
  });

  test('says beforehand what it asks, and how long it takes', async () => {
    const { subject, world, options, said } = place(planFor(3, question(60)));
    await askLaunch(subject, world, { ...options, ...LAUNCH });
    expect(said[0]).toBe(
      'asking whether p99 < 250ms, errors < 1% holds at 117/s, the peak with a margin of 30% and 1 of 3 zones lost',
    );
    expect(said[1]).toMatch(/^if not, at 90\/s, .*; then at 60\/s, /);
    expect(said[2]).toMatch(
      /^the answer takes about \d+s if all goes well; with what is left of 10m the capacity is looked for$/,
    );
  });

  test('says so when the answer needs more time than it may take', async () => {
    const plan = { ...planFor(3, question(60)), objectives: [parseObjective('p99.9 < 250ms')] };
    const { subject, world, options, said } = place(plan);
    await askLaunch(subject, world, { ...options, ...LAUNCH, maxDurationMs: 40_000 });
    expect(said[2]).toMatch(
      /^the answer takes about 1m\d+s if all goes well, which is more than the 40s that it may take: --max-duration/,
    );
  });

  test('refuses a throughput that nothing it sends can have', async () => {
    const plan = { ...planFor(3, question(60)), objectives: [parseObjective('throughput > 200/s')] };
    const { subject, world, options } = place(plan);
    await expect(askLaunch(subject, world, { ...options, ...LAUNCH })).rejects.toThrow(
      '"throughput > 200/s" cannot hold where at most 117/s are asked',
    );
  });
});

/** A search of five minutes, as text. */
async function found(seed: number): Promise<string> {
  const { subject, world, options } = place(planFor(seed));
  return encodeResult(
    await searchCapacity(subject, world, { ...options, ...CAPACITY, maxDurationMs: 300_000 }),
  );
}

describe('the same seed gives the same document, byte for byte', () => {
  test('of a capacity search; and another seed another one', async () => {
    const [first, again, other] = await Promise.all([found(1), found(1), found(2)]);
    expect(again).toBe(first);
    const trials = [first, other].map((text) => decodeResult(text ?? '', 'it').capacity?.trials ?? []);
    expect(trials[0]?.length).toBeGreaterThan(5);
    expect(trials[1]).not.toEqual(trials[0]);
  });

  test('of a launch question', async () => {
    const texts = await Promise.all([ask(90), ask(90)]);
    expect(encodeResult(texts[1])).toBe(encodeResult(texts[0]));
  });
});
