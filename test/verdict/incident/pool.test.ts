import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { atLeast } from '../../../src/stats/binomial.ts';
import type { ObjectiveTally } from '../../../src/verdict/canary/run.ts';
import { HOUR_MS, VirtualCanary } from '../../support/canary-runs.ts';

const P99 = 'p99 < 250ms';
const ERRORS = 'errors < 1%';

const tally = (text: string, bad: number): ObjectiveTally => ({ text, count: 20, bad });

/** Runs of 20 requests, each slow with the given probability; a run is bad as the exact test has it. */
function slowRuns(
  canary: VirtualCanary,
  ratio: number,
  { runs, seed }: { runs: number; seed: number },
): void {
  for (let run = 0; run < runs; run += 1) {
    const from = canary.runs.length * 20;
    let bad = 0;
    for (let index = 0; index < 20; index += 1) bad += uniformAt(seed, 1, from + index) < ratio ? 1 : 0;
    const isBad = atLeast(bad, { n: 20, p: 0.01 }) <= 0.05;
    canary.run(isBad ? 'b' : 'o', {
      kind: 'slow',
      indicator: P99,
      text: `is slow: ${P99} is breached, ${bad} of 20 requests took longer`,
      failed: 0,
      tallies: [tally(P99, bad), tally(ERRORS, 0)],
    });
  }
}

/** Every so many requests one is slow: at most one in a run, so that no run shows it. */
function sparseRuns(canary: VirtualCanary, every: number, runs: number): void {
  for (let run = 0; run < runs; run += 1) {
    const from = canary.runs.length * 20;
    const bad = Math.floor((from + 20) / every) - Math.floor(from / every);
    canary.run('o', { tallies: [tally(P99, bad), tally(ERRORS, 0)] });
  }
}

const services = (canary: VirtualCanary): string[] => {
  return canary.told().filter((event) => event.startsWith('service'));
};

describe('two per cent of slow answers against a p99', () => {
  test('are named slow after some 1,300 requests, though no run shows them', () => {
    const canary = new VirtualCanary();
    sparseRuns(canary, 50, 100);
    expect(services(canary)).toEqual(['service trigger']);
    const [page] = canary.events;
    expect(page).toMatchObject({ severity: 'page', kind: 'slow', indicator: P99, dedupKey: 'headroom/shop' });
    const requests = 20 * (1 + canary.runs.findIndex(({ runId }) => runId === page?.runId));
    expect(requests).toBeGreaterThan(1200);
    expect(requests).toBeLessThanOrEqual(1400);
    expect(page?.summary).toMatch(
      /^shop is slow: p99 < 250ms is breached, 2\d of 1,\d00 requests \(.*at most 1% may$/,
    );
  });

  test('are named slow where they come by chance, and after hours without', () => {
    const found = [1, 2, 3, 4].map((seed) => {
      const canary = new VirtualCanary();
      slowRuns(canary, 0.001, { runs: 180, seed });
      expect(services(canary)).toEqual([]);
      slowRuns(canary, 0.02, { runs: 150, seed });
      return canary.events.find(({ subject }) => subject === 'service')?.kind;
    });
    expect(found).toEqual(['slow', 'slow', 'slow', 'slow']);
  });

  test('are over when what comes is unlike what showed them, and ok runs alone do not end them', () => {
    const canary = new VirtualCanary();
    sparseRuns(canary, 50, 70);
    expect(canary.state?.incidents.service?.pooled?.requests).toBeGreaterThan(1200);
    sparseRuns(canary, 50, 240);
    expect(services(canary)).toEqual(['service trigger', 'service remind']);
    expect(canary.state?.name).toBe('firing');
    const fixedMs = canary.nowMs;
    sparseRuns(canary, 1e9, 60);
    expect(services(canary).at(-1)).toBe('service resolve');
    const minutes = ((canary.events.at(-1)?.atMs ?? 0) - fixedMs) / 60_000;
    expect(minutes).toBeGreaterThan(15);
    expect(minutes).toBeLessThan(45);
    // What was told does not count again.
    sparseRuns(canary, 1e9, 120);
    expect(services(canary)).toHaveLength(3);
  });

  test('end after a day within the limit where a gentler plan never sends as many again', () => {
    const canary = new VirtualCanary();
    sparseRuns(canary, 50, 70);
    canary.settings.everyMs = 2 * HOUR_MS;
    sparseRuns(canary, 1e9, 12);
    expect(services(canary)).not.toContain('service resolve');
    sparseRuns(canary, 1e9, 2);
    expect(services(canary).at(-1)).toBe('service resolve');
  });

  test('end with an outage that comes in between, once that is over, and are not called one any longer', () => {
    const canary = new VirtualCanary({ remindMs: 30 * 60_000 });
    sparseRuns(canary, 50, 130);
    canary.nowMs += 30 * 60_000;
    for (let run = 0; run < 15; run += 1) {
      canary.run('b', { tallies: [{ text: 'p99 < 250ms', count: 20, bad: 20 }] });
    }
    expect(canary.events.at(-1)).toMatchObject({ action: 'remind', kind: 'offline' });
    canary.nowMs += 30 * 60_000;
    sparseRuns(canary, 1e9, 1);
    expect(canary.events.at(-1)).toMatchObject({ action: 'remind', kind: 'slow', subject: 'service' });
    sparseRuns(canary, 1e9, 30);
    expect(services(canary).at(-1)).toBe('service resolve');
  });

  test('of an objective that is no longer asked for hold nothing up', () => {
    const canary = new VirtualCanary();
    sparseRuns(canary, 50, 70);
    canary.script('oo');
    expect(services(canary)).toEqual(['service trigger', 'service resolve']);
  });
});

describe('what is pooled', () => {
  test('is a pass only when many runs show it', () => {
    const canary = new VirtualCanary();
    sparseRuns(canary, 1e9, 20);
    const pooled = (): string[] =>
      canary.run('o', { tallies: [tally(P99, 0)] }).report.pooled.map(({ status }) => status);
    expect(pooled()).toEqual(['inconclusive']);
    sparseRuns(canary, 1e9, 3);
    expect(pooled()).toEqual(['pass']);
  });

  test('is nothing of a healthy p99 in a day', () => {
    const canary = new VirtualCanary();
    slowRuns(canary, 0.003, { runs: 1440, seed: 11 });
    expect(canary.events).toEqual([]);
    expect(canary.run('o', { tallies: [tally(P99, 0)] }).report.pooled).toEqual([
      expect.objectContaining({ text: P99, status: 'pass' }),
    ]);
  });

  test('leaves outages to k of n: a run of which all is bad counts once', () => {
    const canary = new VirtualCanary();
    for (let run = 0; run < 300; run += 1) {
      const isOut = run % 12 === 0;
      canary.run(isOut ? 'b' : 'o', {
        kind: 'erroring',
        indicator: ERRORS,
        tallies: [tally(ERRORS, isOut ? 20 : 0)],
      });
    }
    expect(services(canary)).toEqual([]);
    expect(canary.state?.incidents.service).toBeNull();
  });

  test('is named by the failures where a latency objective counts them', () => {
    const canary = new VirtualCanary();
    for (let run = 0; run < 100; run += 1) {
      const failed = run % 2;
      canary.run('o', { failed, tallies: [tally(P99, failed)] });
    }
    expect(canary.events[0]).toMatchObject({ subject: 'service', kind: 'erroring', indicator: P99 });
    expect(canary.events[0]?.summary).toMatch(/^shop fails now and then: /);
  });

  test('knows no objective that is about no share, and none that it cannot read', () => {
    const canary = new VirtualCanary();
    const tallies = ['max < 1s', 'mean < 5ms', 'gibberish', 'errors < baseline + 1%'].map((text) =>
      tally(text, 0),
    );
    expect(canary.run('o', { tallies }).report.pooled).toEqual([]);
  });

  test('shows of how many runs, and since when', () => {
    const canary = new VirtualCanary();
    sparseRuns(canary, 1e9, 11);
    const { report } = canary.run('o', { tallies: [{ text: 'shop: p99 < 250ms', count: 20, bad: 0 }] });
    expect(report.pooled).toEqual([
      {
        text: 'shop: p99 < 250ms',
        status: 'inconclusive',
        runs: 1,
        since: '2026-01-05T12:11:00.000Z',
        count: 20,
        bad: 0,
        inflation: 1,
        because: '0 of 20 requests (0%) in 1 run count against it; at most 1% may',
      },
    ]);
  });
});
