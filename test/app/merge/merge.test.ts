import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { mergeParts, type PartText } from '../../../src/app/merge/merge.ts';
import { type Attempt, blankAttempt, type FailureCause } from '../../../src/core/attempt.ts';
import { UsageError } from '../../../src/core/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { sampleAttempt } from '../../support/sample-result.ts';
import { sampleServer } from '../../support/sample-servers.ts';
import { SimulatedServer } from '../../support/simulator/server.ts';
import { TrialRun } from '../../support/simulator/trial-run.ts';
import { documentOf, shardedPlan } from './shards.ts';

const TOOL = { version: '0.1.0' };

/** All attempts of a simulated run in the order of their arrivals: failures, timeouts, drops and lag among them. */
function simulated(plan: Plan): Attempt[] {
  if (plan.load.kind === 'closed') throw new Error('expected an open loop');
  const attempts: Attempt[] = [];
  const server = new SimulatedServer({
    seed: 7,
    workers: 2,
    service: { kind: 'mixed', ms: 12, slowMs: 900, slowShare: 0.01 },
    errors: { share: 0.06, status: 503 },
  });
  new TrialRun({
    plan,
    load: plan.load,
    order: { purpose: 'question', ratePerSecond: 100, durationMs: 20_000, approach: [] },
    server,
    generator: { ceilingPerSecond: 97 },
    breaker: false,
    startMs: 0,
    firstId: 0,
    onAttempt: (attempt) => attempts.push({ ...attempt }),
  }).run();
  return attempts.sort((a, b) => a.intendedMs - b.intendedMs);
}

/** What each of `count` machines wrote, by who takes attempt i. */
function shardsOf(
  plan: Plan,
  attempts: readonly Attempt[],
  { count, machineOf = (i) => i % count }: { count: number; machineOf?: (i: number) => number },
): ResultDocument[] {
  return Array.from({ length: count }, (_, machine) => {
    const own = attempts.filter((_attempt, i) => machineOf(i) === machine);
    const shard = { index: machine + 1, count };
    return documentOf(plan, own, { machines: [machine], shard });
  });
}

function texts(documents: readonly ResultDocument[]): PartText[] {
  return documents.map((document) => ({
    file: `part-${document.shard?.index}.json`,
    text: encodeResult(document),
  }));
}

function machines(count: number): number[] {
  return Array.from({ length: count }, (_, machine) => machine);
}

describe('shards of a simulated run, written, read and merged', () => {
  const plan = shardedPlan();
  const attempts = simulated(plan);

  test('come of a run with everything in it', () => {
    const outcomes = new Set(attempts.map(({ outcome, cause, warmup }) => `${outcome} ${cause} ${warmup}`));
    for (const seen of [
      'completed null false',
      'completed null true',
      'completed http-5xx false',
      'broken headers-timeout false',
      'dropped null false',
    ]) {
      expect(outcomes).toContain(seen);
    }
    expect(new Set(attempts.map(({ target }) => target)).size).toBe(2);
  });

  test.each([1, 2, 3, 7])('are, byte for byte, the run of one machine: %i of them', (count) => {
    const whole = documentOf(plan, attempts, { machines: machines(count) });
    const shards = texts(shardsOf(plan, attempts, { count }));
    const merged = mergeParts(shards.toReversed(), TOOL);
    expect(encodeResult(merged)).toBe(encodeResult(whole));
  });

  test('say for themselves that a part is not judged, and what it counted', () => {
    const [shard] = shardsOf(plan, attempts, { count: 3 });
    expect(shard?.verdict).toMatchObject({ status: 'inconclusive', reasons: [{ code: 'SHARD' }] });
    expect(shard?.objectives.map(({ status }) => status)).toEqual(plan.objectives.map(() => 'inconclusive'));
    expect(shard?.objectives[0]?.count).toBeGreaterThan(500);
  });
});

/** Anything that can become of an arrival, of the warm-up and after. */
const anyAttempt: fc.Arbitrary<Attempt> = fc
  .record({
    intendedMs: fc.double({ min: 0, max: 22_000, noNaN: true }),
    lagMs: fc.double({ min: 0, max: 30, noNaN: true }),
    serviceMs: fc.double({ min: 0, max: 400, noNaN: true }),
    target: fc.nat({ max: 1 }),
    fate: fc.constantFrom<[FailureCause | null, number]>(
      [null, 200],
      [null, 204],
      ['http-5xx', 500],
      ['http-4xx', 429],
      ['reset', 0],
      ['headers-timeout', 0],
      [null, -1],
    ),
    remote: fc.constantFrom('127.0.0.1:80', '10.0.0.1:80', '10.0.0.2:80'),
    reused: fc.boolean(),
    detail: fc.constantFrom('read ECONNRESET', '\u001b[31m::error::', 'status 500'),
  })
  .map(({ intendedMs, lagMs, serviceMs, target, fate: [cause, status], remote, reused, detail }) => {
    const readyMs = intendedMs + lagMs;
    const times = { intendedMs, readyMs, endMs: readyMs + serviceMs, target, warmup: intendedMs < 2000 };
    if (status < 0) return { ...blankAttempt(), ...times, phase: 'blocked' };
    const isBroken = status === 0;
    return sampleAttempt({
      ...times,
      sendMs: readyMs,
      sentMs: readyMs,
      firstByteMs: isBroken ? NaN : readyMs + serviceMs,
      outcome: isBroken ? 'broken' : 'completed',
      status,
      cause,
      phase: isBroken ? 'wait' : null,
      detail: cause === null ? null : detail,
      remote,
      reused,
    });
  });

test('whatever became of the arrivals, and whoever sent them, the whole is the same', () => {
  const plan = shardedPlan();
  const splits = fc.record({
    attempts: fc.array(anyAttempt, { maxLength: 60 }),
    count: fc.integer({ min: 1, max: 5 }),
    owners: fc.array(fc.nat(), { minLength: 60, maxLength: 60 }),
    turn: fc.nat(),
  });
  fc.assert(
    fc.property(splits, ({ attempts, count, owners, turn }) => {
      const machineOf = (i: number): number => (owners[i] ?? 0) % count;
      const shards = texts(shardsOf(plan, attempts, { count, machineOf }));
      const turned = [...shards.slice(turn % count), ...shards.slice(0, turn % count)];
      const whole = documentOf(plan, attempts, { machines: machines(count) });
      expect(encodeResult(mergeParts(turned, TOOL))).toBe(encodeResult(whole));
    }),
    { numRuns: 60 },
  );
});

describe('what stands beside the numbers of shards', () => {
  const sink = {
    kind: 'otlp',
    address: 'http://10.0.0.9:4318',
    sent: 10,
    lost: 1,
    failures: 0,
    lastError: null,
  };
  const shards = shardsOf(shardedPlan(), [], { count: 2 });
  const merged = (...over: readonly Partial<ResultDocument>[]): ResultDocument =>
    mergeParts(texts(shards.map((shard, at) => ({ ...shard, ...over[at] }))), TOOL);

  test('is pooled by sink', () => {
    const failing = { ...sink, sent: 5, lost: 0, failures: 2, lastError: 'connect-refused' };
    const { sinks } = merged({ sinks: [sink] }, { sinks: [failing, { ...sink, kind: 'ssf' }] });
    expect(sinks).toEqual([
      { ...sink, sent: 15, failures: 2, lastError: 'connect-refused' },
      { ...sink, kind: 'ssf' },
    ]);
  });

  test('is the place of the traces', () => {
    const trace = { url: 'http://traces.example/{trace_id}', headers: true };
    expect(merged({ trace }, { trace }).trace).toEqual(trace);
    expect(merged()).not.toHaveProperty('trace');
  });

  test('is said of servers, whose readings stay in the parts', () => {
    const { notes, ...rest } = merged({ servers: [sampleServer()] }, {});
    expect(notes[0]).toMatchObject({
      code: 'SERVERS_IN_PARTS',
      text: expect.stringContaining('headroom report part-1.json'),
    });
    expect(rest).not.toHaveProperty('servers');
  });
});

describe('what does not make one run', () => {
  const plan = shardedPlan();
  /** Breaches nothing, or everything. */
  const uniform = (serviceMs: number): Attempt[] =>
    Array.from({ length: 2000 }, (_, index) => {
      const intendedMs = 2000 + index * 10;
      const times = { intendedMs, readyMs: intendedMs, sendMs: intendedMs, sentMs: intendedMs };
      const endMs = intendedMs + serviceMs;
      return sampleAttempt({ ...times, firstByteMs: endMs, endMs, target: index % 2 });
    });
  const good = shardsOf(plan, uniform(20), { count: 3 });
  const bad = shardsOf(plan, uniform(390), { count: 3 });
  const pick = (documents: readonly ResultDocument[], ...indexes: readonly number[]): PartText[] =>
    texts(indexes.map((index) => documents[index - 1]).filter((document) => document !== undefined));
  const codes = (merged: ResultDocument): string[] => merged.verdict.reasons.map(({ code }) => code);
  const textOf = (merged: ResultDocument, code: string): string =>
    merged.validity.checks.find((check) => check.code === code)?.text ?? '';

  test('is nothing, when all are there: they pass or fail', () => {
    expect(mergeParts(pick(good, 1, 2, 3), TOOL).verdict.status).toBe('pass');
    expect(mergeParts(pick(bad, 1, 2, 3), TOOL).verdict.status).toBe('fail');
    expect(mergeParts(pick(good, 1, 2, 3), TOOL)).not.toHaveProperty('part');
  });

  test('a missing shard takes a pass away and is named; a breach stands', () => {
    const merged = mergeParts(pick(good, 3, 1), TOOL);
    expect([merged.exitCode, codes(merged)]).toEqual([3, ['SHARD_MISSING']]);
    expect(textOf(merged, 'SHARD_MISSING')).toContain('2/3');
    const breached = mergeParts(pick(bad, 3, 1), TOOL);
    expect([breached.exitCode, codes(breached)[0]]).toEqual([1, 'BREACH']);
    expect(textOf(breached, 'SHARD_MISSING')).toContain('2/3');
  });

  test('the same file twice is counted once, takes a pass away, and leaves a breach', () => {
    const merged = mergeParts(pick(good, 1, 2, 2, 3), TOOL);
    expect([merged.exitCode, codes(merged)]).toEqual([3, ['SHARD_DUPLICATE']]);
    expect(merged.totals.planned).toBe(2000);
    expect(textOf(merged, 'SHARD_DUPLICATE')).toContain('part-2.json is shard 2');
    expect(mergeParts(pick(bad, 1, 2, 2, 3), TOOL).exitCode).toBe(1);
  });

  test('two runs of one shard leave nothing to be decided', () => {
    const merged = mergeParts([...pick(bad, 1, 2, 3), ...pick(good, 2)], TOOL);
    expect([merged.exitCode, codes(merged)]).toEqual([3, ['SHARD_DUPLICATE']]);
    expect(merged.totals.planned).toBe(2000);
  });

  test.each<[string, Partial<ResultDocument>, RegExp]>([
    ['plan', { planHash: 'f'.repeat(64) }, /part-2\.json \(another plan hash\)/],
    ['seed', { seed: 43 }, /part-2\.json \(seed 43, not 42\)/],
    ['number of shards', { shard: { index: 2, count: 4 } }, /part-2\.json \(of 4 shards, not 3\)/],
  ])('a shard of another %s is left out and named', (_, over, named) => {
    const [one, two, three] = bad;
    const foreign = two === undefined ? [] : [{ ...two, ...over }];
    const merged = mergeParts(texts([one, ...foreign, three].filter((found) => found !== undefined)), TOOL);
    expect([merged.exitCode, codes(merged)]).toEqual([3, ['SHARD_PLAN', 'SHARD_MISSING']]);
    expect(textOf(merged, 'SHARD_PLAN')).toMatch(named);
    expect(merged.totals.planned).toBe(1333);
  });

  test('a shard of another version of headroom, or of its parts, is left out and named', () => {
    const [one, two, three] = good;
    if (one === undefined || two === undefined || three === undefined) throw new Error('three shards');
    const newer = { ...two, tool: { ...two.tool, version: '9.0.0' }, part: { version: 3 } };
    const merged = mergeParts(texts([one, newer, three]), TOOL);
    expect([merged.exitCode, codes(merged)]).toEqual([3, ['SHARD_VERSION', 'SHARD_MISSING']]);
    expect(textOf(merged, 'SHARD_VERSION')).toContain('part-2.json (9.0.0)');
    expect(() => mergeParts(texts([newer]), TOOL)).toThrow(/made by headroom 9\.0\.0/);
  });

  test('shards that began more than a second apart are several loads', () => {
    const late = good.map((document, at) => {
      const { part } = document;
      if (part === undefined || !('startedAtWallMs' in part)) throw new Error('a part');
      const startedAtWallMs = Number(part.startedAtWallMs) + (at === 2 ? 1500 : 0);
      return { ...document, part: { ...part, startedAtWallMs } };
    });
    const merged = mergeParts(texts(late), TOOL);
    expect([merged.exitCode, codes(merged)]).toEqual([3, ['SHARD_CLOCK']]);
    expect(textOf(merged, 'SHARD_CLOCK')).toContain('part-3.json');
    expect(textOf(merged, 'SHARD_CLOCK')).not.toContain('part-1.json');
  });

  test.each<[string, (text: string) => string, RegExp]>([
    ['not JSON', () => 'hello', /part\.json: not JSON/],
    ['cut short', (text) => text.slice(0, 5000), /part\.json: the JSON is cut short/],
    ['no shard', (text) => text.replace('"shard"', '"other"'), /part\.json: not a shard's result/],
    [
      'without counts',
      (text) => text.replace('"completions"', '"x"'),
      /the shard's part is damaged: recording/,
    ],
    ['of odd buckets', (text) => text.replace(/"buckets": "\d/, '"buckets": "x'), /a count is expected/],
    [
      'of too few numbers',
      (text) => text.replace(/("completions": \[\s*)"[\d ]+"/, '$1"1 2"'),
      /4 numbers are expected/,
    ],
    [
      'of other accounts',
      (text) => text.replace(/("counts": \{\s*"planned": )\d+/, '$17'),
      /planned = 7 but/,
    ],
  ])('a file that is %s is refused', (_, spoil, why) => {
    const [{ text } = { text: '' }] = pick(good, 1);
    expect(() => mergeParts([{ file: 'part.json', text: spoil(text) }], TOOL)).toThrow(UsageError);
    expect(() => mergeParts([{ file: 'part.json', text: spoil(text) }], TOOL)).toThrow(why);
  });
});
