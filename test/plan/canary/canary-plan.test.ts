import { describe, expect, test } from 'vitest';
import { canaryObjectives, canaryPlan } from '../../../src/plan/canary/canary-plan.ts';
import type { Overrides } from '../../../src/plan/flags.ts';
import { createPacer } from '../../../src/plan/pacer.ts';
import { parseCanaryPlan } from '../../../src/plan/parse.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { memoryReads } from '../memory-reads.ts';

function plan(rest: string, flags: Overrides = {}): Plan {
  const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\n${rest}\n`;
  return parseCanaryPlan({ file: 'p.yaml', text }, flags, memoryReads()).plan;
}

/** How many requests a plan sends. */
function arrivalsOf({ load, seed }: Plan): number {
  if (load.kind === 'closed') throw new Error('a closed loop has no schedule');
  const pacer = createPacer(load, seed);
  let count = 0;
  while (pacer.next()) count += 1;
  return count;
}

describe('the load of a canary', () => {
  test.each([
    ['stages', 'load: { stages: [ { ramp: 1/s..900/s, for: 1h } ], warmup: 1m, connections: 5, drain: 1m }'],
    ['a closed loop', 'load: { closed: { users: 50 }, requests: 100000 }'],
    ['the time that it takes to decide', 'load: { untilDecided: true, workers: 4, maxDuration: 1h }'],
  ])('takes the place of %s', (_what, load) => {
    expect(canaryPlan(plan(load)).load).toEqual({
      kind: 'open',
      arrivals: 'uniform',
      stages: [{ kind: 'constant', ratePerSecond: 4, durationMs: 5000 }],
      warmupMs: 0,
      drainMs: null,
      connections: { max: null, lifetimeMs: 30_000, freshRatio: 0.5 },
      workers: null,
      requests: null,
      maxDurationMs: null,
    });
  });

  test('is what flags and section say', () => {
    const flags = { canary: { requests: '7' }, timeout: '2s' };
    const { load, targets } = canaryPlan(plan('canary: { rate: 2/s, for: 20s }', flags));
    expect(load).toMatchObject({ stages: [{ kind: 'constant', ratePerSecond: 2, durationMs: 3500 }] });
    expect(targets[0]?.timeoutMs).toBe(2000);
  });

  test.each([
    ['{ rate: 3/s }', { requests: '7' }, 7],
    ['{ rate: 7/m, every: 24h }', { requests: '11' }, 11],
    ['{}', {}, 20],
  ])('%s with %j sends as many requests as were asked for', (section, canary, count) => {
    expect(arrivalsOf(canaryPlan(plan(`canary: ${section}`, { canary })))).toBe(count);
  });
});

describe('the objectives of a canary', () => {
  test('are those of the plan, without windows that no run holds and without abort', () => {
    const asked = plan('objectives: [ "p99 < 250ms for 10s", "errors < 1% for 2s abort", "p50 < 90ms" ]');
    const { objectives, objectivesDefaulted } = canaryPlan(asked);
    expect(objectives.map(({ text, windowMs, abort }) => [text, windowMs, abort])).toEqual([
      ['p99 < 250ms', null, false],
      ['errors < 1% for 2s', 2000, false],
      ['p50 < 90ms', null, false],
    ]);
    expect(objectivesDefaulted).toBe(false);
    expect(canaryObjectives(asked).widened.map(({ text }) => text)).toEqual(['p99 < 250ms for 10s']);
  });

  test('leave out what no run of a canary can be held against', () => {
    const asked = plan(
      'objectives: [ "p99 < baseline + 10%", "throughput > 100/s", "goodput > 1/s", "rps < 9/s" ]',
    );
    expect(canaryPlan(asked).objectives.map(({ text }) => text)).toEqual(['goodput > 1/s', 'rps < 9/s']);
    expect(canaryObjectives(asked).leftOut.map(({ objective, why }) => [objective.text, why])).toEqual([
      ['p99 < baseline + 10%', expect.stringContaining('relative to a baseline')],
      ['throughput > 100/s', 'a canary sends less than it asks for'],
    ]);
  });

  test('are the default when none is left', () => {
    const { objectives, objectivesDefaulted } = canaryPlan(plan('objectives: [ "throughput > 100/s" ]'));
    expect(objectives.map(({ text }) => text)).toEqual(['errors < 1%']);
    expect(objectivesDefaulted).toBe(true);
  });

  test('of an agreement lose the same windows', () => {
    const asked = plan('objectives: [ "p99 < 200ms" ]\nagreement: [ "p99 < 500ms for 15s" ]');
    expect(canaryPlan(asked).agreement.map(({ text }) => text)).toEqual(['p99 < 500ms']);
  });
});
