/** A comparison that found a candidate slower at p99, for tests of what carries and shows one. */

import type { BlockReport, ComparisonReport } from '../../src/verdict/compare/report.ts';

/** Blocks of a side, 12 of each in turn. */
function blocks(): BlockReport[] {
  return Array.from({ length: 24 }, (_, index) => {
    const side = index % 4 === 0 || index % 4 === 3 ? 'baseline' : 'candidate';
    const wobble = 1 + 0.15 * Math.sin(index);
    const isCandidate = side === 'candidate';
    return {
      side,
      startedMs: index * 3100,
      durationMs: 2000,
      sent: 200,
      failed: isCandidate && index % 5 === 0 ? 1 : 0,
      p50Ms: Math.round(8210 * wobble) / 1000,
      p99Ms: index === 10 ? null : Math.round((isCandidate ? 52_400 : 40_300) * wobble) / 1000,
    };
  });
}

/** The comparison, with the given keys replaced. */
export function sampleComparison(over: Partial<ComparisonReport> = {}): ComparisonReport {
  return {
    mode: 'live',
    sides: {
      baseline: {
        label: 'http://127.0.0.1:8080/',
        runIds: ['r-00112233445566778899aabb'],
        commit: null,
        sent: 2400,
        failed: 0,
      },
      candidate: {
        label: 'http://127.0.0.1:8081/',
        runIds: ['r-00112233445566778899aabb'],
        commit: '4f0ccd5a1b7d0cf1f3f1b7a0a4f7f9fb1a2b3c4d',
        sent: 2400,
        failed: 3,
      },
    },
    blocks: blocks(),
    findings: [
      {
        indicator: 'p50',
        status: 'pass',
        effect: { value: 1.004, low: 0.981, high: 1.026 },
        minimumEffect: 0.05,
        confidence: 0.9918,
        shown: '~',
        text: 'p50 is +0.4% [-1.9%, +2.6%]: not slower by 5%.',
      },
      {
        indicator: 'p99',
        status: 'fail',
        effect: { value: 1.294, low: 1.161, high: null },
        minimumEffect: 0.1,
        confidence: 0.9918,
        shown: 'slower',
        text: 'p99 is +29.4% [+16.1%, …], beyond the 10% that matter.',
      },
      {
        indicator: 'errors',
        status: 'inconclusive',
        effect: { value: 0.00125, low: -0.0031, high: 0.0056 },
        minimumEffect: 0.005,
        confidence: 0.9918,
        shown: '~',
        text: 'errors are +0.13 points [-0.31 points, +0.56 points]: whether they are more by 0.5 points is open.',
      },
    ],
    maxBlocks: 64,
    looks: 2,
    ...over,
  };
}
