import { describe, expect, test } from 'vitest';
import { capacityReport, capacityVerdict } from '../../../src/verdict/capacity/capacity-report.ts';
import type { CapacityReport } from '../../../src/verdict/capacity/report.ts';
import {
  autoscaled,
  flatDelay,
  hysteretic,
  leaky,
  linearDelay,
  mdc,
  metastable,
  mm1,
  pausing,
  rateLimited,
} from '../../support/simulator/servers.ts';
import { truth } from '../../support/simulator/truth.ts';
import { type Quest, searchOf } from './searches.ts';

const SEEDS = [1, 2, 3];

function found(quest: Quest): { report: CapacityReport; codes: string[]; status: string } {
  const report = capacityReport(searchOf(quest));
  return { report, codes: report.findings.map(({ code }) => code), status: capacityVerdict(report).status };
}

describe('a limiter of 500/s', () => {
  test.each([503, 429] as const)('that answers %d is bracketed within a twentieth, and named', (status) => {
    for (const seed of SEEDS) {
      const quest = {
        server: rateLimited(500, status),
        objectives: ['errors < 1%'],
        seed,
        precisionRatio: 0.05,
      };
      const { report, codes, status: verdict } = found(quest);
      expect(report.heldPerSecond).toBeGreaterThanOrEqual(0.95 * 500);
      expect(report.heldPerSecond).toBeLessThanOrEqual(500);
      // Up to one request in a hundred may be refused: that is so up to 505/s.
      expect(report.brokePerSecond).toBeGreaterThan(500);
      expect(report.brokePerSecond).toBeLessThanOrEqual(1.05 * 505);
      expect(codes).toEqual(['RATE_LIMITED']);
      expect(verdict).toBe('pass');
      expect(report.limitedBy).toBe('server');
    }
  });

  test.each(SEEDS)(
    'is named for a latency objective too, which what is refused exceeds (seed %d)',
    (seed) => {
      const { report, codes } = found({ server: rateLimited(500, 429), objectives: ['p99 < 250ms'], seed });
      expect(codes).toEqual(['RATE_LIMITED']);
      expect(report.widthRatio).toBeLessThanOrEqual(0.1);
    },
  );

  test('is said to admit what it admits', () => {
    const { report } = found({ server: rateLimited(500), objectives: ['errors < 1%'] });
    const text = report.findings.find(({ code }) => code === 'RATE_LIMITED')?.text ?? '';
    const admitted = Number(/about (?<rate>\d+)\/s/u.exec(text)?.groups?.['rate']);
    expect(admitted).toBeGreaterThan(475);
    expect(admitted).toBeLessThan(525);
  });
});

describe('a server whose delay grows in proportion to the rate', () => {
  test.each(SEEDS)('is FLAT (seed %d)', (seed) => {
    // p99 = ln 100 (20 ms + 0.2 ms x rate): 250 ms at 171.4/s.
    const { report, codes } = found({ server: linearDelay(20, 0.2), seed });
    expect(codes).toEqual(['FLAT']);
    expect(report.heldPerSecond).toBeLessThan(171.4);
    expect(report.brokePerSecond).toBeGreaterThan(171.4);
  });

  test('is another thing than a queue', () => {
    expect(found({ server: mm1(10), budgetMs: 900_000 }).codes).not.toContain('FLAT');
  });
});

describe('a server that is as slow at any rate', () => {
  test.each([
    ['because a share of its answers is slow', flatDelay(0.05)],
    ['because it pauses', pausing(5, 5000, 400)],
  ])('%s holds no rate, and not for its traffic', (_, server) => {
    const { report, codes, status } = found({ server, startPerSecond: 20 });
    expect(report.heldPerSecond).toBeNull();
    expect(codes).toEqual(['NO_RATE_HOLDS', 'FLAT']);
    expect(status).toBe('fail');
  });
});

describe('a server whose service times grow by 1 % a second', () => {
  test.each(SEEDS)('is UNSTABLE, whatever the bracket (seed %d)', (seed) => {
    const { codes, status } = found({ server: leaky(10), seed });
    expect(codes).toContain('UNSTABLE');
    expect(codes).not.toContain('METASTABLE');
    expect(status).not.toBe('pass');
  });
});

describe('a server that is five times slower after overload until nearly all load is gone', () => {
  test.each(SEEDS)('is METASTABLE, and has no capacity to speak of (seed %d)', (seed) => {
    const { report, codes, status } = found({ server: metastable(10), seed });
    expect(codes).toEqual(['METASTABLE']);
    expect(status).toBe('fail');
    expect(report.findings[0]?.text).toContain('The vulnerable region starts at or below 40/s.');
  });

  test('is not searched any further', () => {
    const { trials } = found({ server: metastable(10) }).report;
    expect(trials.at(-1)?.purpose).toBe('recovery');
  });
});

describe('a server that loses a fifth of its capacity for good once it was overloaded', () => {
  test.each(SEEDS)('shows HYSTERESIS, and the bracket is what it carries then (seed %d)', (seed) => {
    const { report, codes } = found({ server: hysteretic(10), seed, budgetMs: 1_800_000 });
    expect(codes).toContain('HYSTERESIS');
    const after = truth.mm1({ serviceMs: 12.5, limitMs: 250, q: 0.99 });
    expect(report.heldPerSecond ?? 0).toBeLessThanOrEqual(after * 1.02);
    expect(report.brokePerSecond ?? Infinity).toBeGreaterThanOrEqual(after * 0.98);
    expect(report.brokePerSecond).toBeLessThan(truth.mm1({ serviceMs: 10, limitMs: 250, q: 0.99 }));
  });
});

describe('a queue that overload left behind', () => {
  test.each([1, 2])('is not called METASTABLE while it drains (seed %d)', (seed) => {
    const quest = { server: mm1(10), objectives: ['errors < 1%'], startPerSecond: 30, seed };
    const { report, codes } = found({ ...quest, budgetMs: 900_000 });
    expect(codes).not.toContain('METASTABLE');
    expect(
      report.trials.find(({ purpose, shows }) => purpose === 'recovery' && shows === 'held'),
    ).toBeDefined();
  });
});

describe('a target that never answers', () => {
  test.each(SEEDS)('is UNREACHABLE after one trial (seed %d)', (seed) => {
    const { report, codes, status } = found({ server: mm1(1e9), objectives: ['errors < 1%'], seed });
    expect(report.trials).toHaveLength(1);
    expect(codes).toEqual(['UNREACHABLE']);
    expect(status).toBe('fail');
    expect(report.limitedBy).toBeNull();
  });
});

describe('a server that refuses everything', () => {
  test('is RATE_LIMITED, and was at no limit of its own', () => {
    const server = { ...mm1(1), errors: { share: 1, status: 429 } };
    const { report, codes, status } = found({ server, objectives: ['errors < 1%'] });
    expect(codes).toEqual(['NO_RATE_HOLDS', 'RATE_LIMITED']);
    expect(report.limitedBy).toBeNull();
    expect(status).toBe('fail');
  });
});

describe('a server that scales out slowly', () => {
  test.each([1, 2])('is not FLAT for what the breaker ended (seed %d)', (seed) => {
    const { codes } = found({ server: autoscaled(20, 20, 15_000), seed, budgetMs: 1_200_000 });
    expect(codes).toContain('SCALING');
    expect(codes).not.toContain('FLAT');
  });
});

describe('a server whose queue grows without an error', () => {
  test.each([1, 2])('is not asked for ever (seed %d)', (seed) => {
    const search = searchOf({ server: mdc(4, 20), objectives: ['errors < 1%'], seed });
    expect(search.elapsedMs).toBeLessThan(40 * 60_000);
    expect(capacityReport(search).heldPerSecond).toBeGreaterThan(160);
  });
});

describe('a sound server', () => {
  test.each(SEEDS)('is not called anything (seed %d)', (seed) => {
    const { codes } = found({ server: mm1(10), objectives: ['p90 < 150ms'], seed });
    expect(codes).toEqual([]);
  });
});
