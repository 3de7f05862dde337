import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Block } from '../../../src/verdict/compare/block.ts';
import { type ComparisonSetting, judgeBlocks, MINIMUM_EFFECTS } from '../../../src/verdict/compare/judge.ts';
import { lookOnce, looksUpTo } from '../../../src/verdict/compare/looks.ts';
import { block, simulate } from './simulated.ts';

const PAIRED: ComparisonSetting = { ...looksUpTo(64), pairing: 'paired', minimumEffects: MINIMUM_EFFECTS };

/** Alternating blocks, the candidate's by `over` other. */
function like(count: number, over: (index: number) => Partial<Block> = () => ({})): Block[] {
  return Array.from({ length: count }, (_, index) => {
    const wobble = 1 + 0.01 * Math.sin(index);
    return [
      block('baseline', 10 * wobble, 40 * wobble),
      block('candidate', 10 / wobble, 40 / wobble, over(index)),
    ];
  }).flat();
}

function statuses(blocks: readonly Block[], setting = PAIRED): string[] {
  return judgeBlocks(blocks, setting).findings.map(({ indicator, status }) => `${indicator} ${status}`);
}

describe('judgeBlocks', () => {
  test('passes two that are alike at the first look', () => {
    const { findings, looks, isOver } = judgeBlocks(like(8), PAIRED);
    expect(findings.map(({ status }) => status)).toEqual(['pass', 'pass', 'pass']);
    expect(findings.map(({ shown }) => shown)).toEqual(['~', '~', '~']);
    expect({ looks, isOver }).toEqual({ looks: 1, isOver: true });
  });

  test('is not over before the first look, and decides nothing then', () => {
    const { findings, looks, isOver } = judgeBlocks(like(7), PAIRED);
    expect(findings.map(({ status }) => status)).toEqual(['inconclusive', 'inconclusive', 'inconclusive']);
    expect({ looks, isOver }).toEqual({ looks: 0, isOver: false });
    expect(findings[0]?.text).toBe('p50: 7 blocks of each side tell too little.');
    expect(judgeBlocks([], PAIRED).findings[0]?.text).toMatch(/no block of each side/);
  });

  test('says of a baseline that falls among its failures that nothing is slower, and no number', () => {
    const broken = { p50Ms: null, p99Ms: null, own: { p50Ms: null, p99Ms: null }, failed: 200 };
    const sides = like(8, () => broken).map((each) => {
      return { ...each, side: each.side === 'baseline' ? ('candidate' as const) : ('baseline' as const) };
    });
    const [p50] = judgeBlocks(sides, PAIRED).findings;
    expect([p50?.status, p50?.text]).toEqual([
      'pass',
      'p50 of the baseline falls among its failures, which are infinitely slow: nothing is slower.',
    ]);
  });

  test('fails a candidate whose blocks all fail, by percentiles and errors', () => {
    const failing = { p50Ms: null, p99Ms: null, own: { p50Ms: null, p99Ms: null }, failed: 200 };
    const { findings } = judgeBlocks(
      like(8, () => failing),
      PAIRED,
    );
    expect(findings.map(({ status }) => status)).toEqual(['fail', 'fail', 'fail']);
    expect(findings[1]).toMatchObject({ effect: { value: null }, shown: 'slower' });
    expect(findings[1]?.text).toBe(
      'p99 of the candidate falls among its failures, which are infinitely slow.',
    );
    expect(findings[2]).toMatchObject({ effect: { value: 1 }, shown: 'more' });
  });

  test('is not fooled by failures that come fast', () => {
    const fast = { p50Ms: 1, p99Ms: null, own: { p50Ms: 1, p99Ms: null }, failed: 40 };
    expect(statuses(like(8, () => fast))).toEqual(['p50 pass', 'p99 fail', 'errors fail']);
  });

  test('compares no percentile that falls among failures on both sides', () => {
    const blocks = like(8).map((each) => ({
      ...each,
      failed: 10,
      p99Ms: null,
      own: { ...each.own, p99Ms: null },
    }));
    const { findings } = judgeBlocks(blocks, PAIRED);
    expect(findings[1]).toMatchObject({ status: 'inconclusive', effect: { value: null } });
    expect(findings[1]?.text).toMatch(/both sides falls among their failures/);
  });

  test('says which blocks would have a p99', () => {
    const short = like(8).map((each) => ({ ...each, sent: 60 }));
    const { findings } = judgeBlocks(short, PAIRED);
    expect(findings[1]?.status).toBe('inconclusive');
    expect(findings[1]?.text).toBe(
      'p99 of a block needs 100 attempts, and these have 60: blocks of 4s, or 60/s, would do.',
    );
  });

  test('sees failures that come in bursts as undecided, and not as none', () => {
    const burst = (index: number): Partial<Block> => (index === 3 ? { failed: 200 } : {});
    const { findings } = judgeBlocks(like(12, burst), PAIRED);
    expect(findings[2]).toMatchObject({ indicator: 'errors', status: 'inconclusive' });
    expect(findings[2]?.effect.value).toBeCloseTo(1 / 12, 12);
  });

  test('bounds errors by the counts where none failed', () => {
    const { findings } = judgeBlocks(like(8), PAIRED);
    const { low, high } = findings[2]?.effect ?? {};
    expect(high).toBeGreaterThan(0.003);
    expect(high).toBeLessThan(0.005);
    expect(low).toBeCloseTo(-(high ?? 0), 12);
    const few = like(8).map((each) => ({ ...each, sent: 110 }));
    expect(judgeBlocks(few, PAIRED).findings[2]?.status).toBe('inconclusive');
  });

  test('keeps what was decided at an earlier look', () => {
    // Alike for twelve pairs, and slower at p50 from then on; p99 stays open.
    const later = (index: number): Partial<Block> => {
      const p99Ms = index % 2 === 0 ? 20 : 80;
      return index < 12
        ? { p99Ms, own: { p50Ms: 10, p99Ms } }
        : { p50Ms: 30, p99Ms, own: { p50Ms: 30, p99Ms } };
    };
    expect(statuses(like(32, later))[0]).toBe('p50 pass');
  });

  test('counts the failures of a candidate that the breaker spared', () => {
    const blocks = like(1, () => ({ sent: 90, failed: 90, p50Ms: null, p99Ms: null }));
    expect(statuses(blocks)).toEqual(['p50 inconclusive', 'p99 inconclusive', 'errors inconclusive']);
    expect(statuses(blocks, { ...PAIRED, isTripped: true })).toEqual([
      'p50 inconclusive',
      'p99 inconclusive',
      'errors fail',
    ]);
  });

  test.each([
    ['before the first look', 2],
    ['between two looks, when it was open', 9],
    ['after it was shown not to fail more', 30],
  ])('fails a candidate that dies %s, in a block that has no partner', (_, pairs) => {
    const dead = { p50Ms: null, p99Ms: null };
    const last = block('candidate', 10, 40, { ...dead, own: dead, sent: 120, failed: 117 });
    const blocks = [...like(pairs), last];
    expect(statuses(blocks)[2]).not.toBe('errors fail');
    const { findings } = judgeBlocks(blocks, { ...PAIRED, isTripped: true });
    expect(findings[2]).toMatchObject({ indicator: 'errors', status: 'fail', shown: 'more' });
  });

  test('leaves what it found of a candidate that was spared for something else', () => {
    const blocks = like(12);
    expect(judgeBlocks(blocks, { ...PAIRED, isTripped: true })).toEqual(judgeBlocks(blocks, PAIRED));
  });

  test('of a run and itself finds no effect at all', () => {
    const setting = { ...PAIRED, ...lookOnce(20) };
    const own = simulate({ seed: 5, blocks: 20 }).filter(({ side }) => side === 'baseline');
    const both = [...own, ...own.map((each) => ({ ...each, side: 'candidate' as const }))];
    for (const pairing of ['paired', 'apart'] as const) {
      const { findings } = judgeBlocks(both, { ...setting, pairing });
      expect(findings.map(({ effect }) => effect.value)).toEqual([1, 1, 0]);
    }
  });
});

type Bounds = readonly [value: number, low: number, high: number];

/** Of p50, p99 and errors; NaN where there is no bound. */
function effectsOf(blocks: readonly Block[], setting: ComparisonSetting): [Bounds, Bounds, Bounds] {
  const [p50, p99, errors] = judgeBlocks(blocks, setting).findings.map(({ effect }): Bounds => {
    return [effect.value ?? NaN, effect.low ?? NaN, effect.high ?? NaN];
  });
  const none: Bounds = [NaN, NaN, NaN];
  return [p50 ?? none, p99 ?? none, errors ?? none];
}

/** The same, the two ends of the interval changed about. */
function expectClose([value, low, high]: Bounds, turned: readonly number[]): void {
  expect(value).toBeCloseTo(turned[0] ?? NaN, 9);
  expect(low).toBeCloseTo(turned[2] ?? NaN, 9);
  expect(high).toBeCloseTo(turned[1] ?? NaN, 9);
}

describe('laws of a comparison', () => {
  const pairs = fc.record({
    seed: fc.nat(1e6),
    blocks: fc.integer({ min: 8, max: 24 }),
    p50: fc.double({ min: 0.5, max: 2, noNaN: true }),
    p99: fc.double({ min: 0.5, max: 2, noNaN: true }),
  });
  const pairing = fc.constantFrom('paired' as const, 'apart' as const);

  test('changing the sides inverts the effect', () => {
    fc.assert(
      fc.property(pairs, pairing, (pair, how) => {
        const setting = { ...PAIRED, ...lookOnce(pair.blocks), pairing: how };
        const blocks = simulate(pair);
        const swapped = blocks.map((each): Block => {
          return { ...each, side: each.side === 'baseline' ? 'candidate' : 'baseline' };
        });
        const [p50, p99, errors] = effectsOf(blocks, setting);
        const [otherP50, otherP99, fewer] = effectsOf(swapped, setting);
        expectClose(
          otherP50,
          p50.map((ratio) => 1 / ratio),
        );
        expectClose(
          otherP99,
          p99.map((ratio) => 1 / ratio),
        );
        expectClose(
          fewer,
          errors.map((difference) => -difference),
        );
      }),
      { numRuns: 50 },
    );
  });

  test('the unit of time changes nothing', () => {
    fc.assert(
      fc.property(pairs, pairing, fc.double({ min: 0.1, max: 100, noNaN: true }), (pair, how, factor) => {
        const setting = { ...PAIRED, pairing: how };
        const blocks = simulate(pair);
        const scaled = blocks.map((each): Block => {
          const own = { p50Ms: (each.p50Ms ?? 0) * factor, p99Ms: (each.p99Ms ?? 0) * factor };
          return { ...each, ...own, own };
        });
        const [plain, other] = [blocks, scaled].map((each) => judgeBlocks(each, setting));
        expect(other?.looks).toBe(plain?.looks);
        other?.findings.forEach((found, index) => {
          expect(found.status).toBe(plain?.findings[index]?.status);
          expect(found.effect.value ?? NaN).toBeCloseTo(plain?.findings[index]?.effect.value ?? NaN, 9);
        });
      }),
      { numRuns: 50 },
    );
  });
});
