/** Live comparisons where the truth is known: the same system on both sides, and one that is slower by half. */

import { afterEach, expect, test } from 'vitest';
import type { ResultDocument } from '../../src/result/document.ts';
import { headroom } from '../cli/binary.ts';
import { type BuiltDemo, buildDemo } from '../demo/built-demo.ts';
import { startTimed } from '../support/timed-server.ts';

const closing: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

/** Blocks of 120 requests in half a second, eight of each unless told. */
async function compare(
  baseline: string,
  candidate: string,
  blocks = '8',
): Promise<{ code: number | null; result: ResultDocument }> {
  const sides = ['--baseline', baseline, '--candidate', candidate];
  const size = ['-r', '240/s', '--block', '500ms', '--blocks', blocks];
  const { code, out } = await headroom(['compare', ...sides, ...size, '--json', '-q']);
  return { code, result: JSON.parse(out) as ResultDocument };
}

function statuses({ comparison }: ResultDocument): (string | undefined)[] {
  return (comparison?.findings ?? []).map(({ status }) => status);
}

test('the example system is not worse than itself', { timeout: 120_000 }, async () => {
  const built: BuiltDemo = await buildDemo();
  closing.push(() => built.remove());
  const demo = await built.startDemo();
  closing.push(() => demo.stop());
  const url = `${demo.url}/followers?user=42`;
  const { code, result } = await compare(url, url);
  expect(statuses(result)).not.toContain('fail');
  expect([0, 3]).toContain(code);
  const blocks = result.comparison?.blocks ?? [];
  const order = blocks.map(({ side }) => (side === 'baseline' ? 'B' : 'C')).join('');
  expect(order).toMatch(/^(?:BCCB|CBBC){4}$/);
  // Both sides of a pair get the same arrivals, and every one of them is accounted for.
  const sent = (side: string): number[] =>
    blocks.filter((block) => block.side === side).map((block) => block.sent);
  expect(sent('baseline')).toEqual(sent('candidate'));
  expect(result.totals.sent + result.totals.dropped).toBe(
    sent('candidate').reduce((sum, count) => sum + count, 0),
  );
  expect(result.baseline).toMatchObject({ source: 'live', label: url, errorRatio: 0 });
});

test('a candidate that takes half as long again fails', { timeout: 120_000 }, async () => {
  const [baseline, candidate] = await Promise.all([startTimed({ delayMs: 40 }), startTimed({ delayMs: 60 })]);
  closing.push(() => baseline.close());
  closing.push(() => candidate.close());
  const { code, result } = await compare(baseline.url, candidate.url, '20');
  expect(code).toBe(1);
  expect(statuses(result)[0]).toBe('fail');
  const [p50] = result.comparison?.findings ?? [];
  expect(p50?.effect.value).toBeGreaterThan(1.3);
  expect(p50?.effect.value).toBeLessThan(1.7);
  expect(result.verdict.reasons[0]).toMatchObject({ code: 'SLOWER' });
});
