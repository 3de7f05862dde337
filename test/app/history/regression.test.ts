import { describe, expect, test } from 'vitest';
import { pastOfResult } from '../../../src/app/history/past.ts';
import { withGit } from '../../../src/app/history/record.ts';
import { heldAgainst } from '../../../src/app/history/regression.ts';
import { baselineFacts } from '../../../src/history/baseline.ts';
import { unfitFor } from '../../../src/history/promotion.ts';
import { decodeResult } from '../../../src/result/decode.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { storedRun } from '../compare/stored-runs.ts';
import { fakeWorld } from '../fake-world.ts';
import { placeIn, placeWith } from './place.ts';

const world = fakeWorld({ env: { GITHUB_SHA: 'a'.repeat(40), GITHUB_REF_NAME: 'main' } });
const results = [1, 2, 3].map((seed) => storedRun({ seed, runId: `earlier-${seed}` }));
const past = { baseline: baselineFacts(results, 'history'), results, creep: null };
const codesOf = ({ notes }: ResultDocument): string[] => notes.map(({ code }) => code);

describe('a run held against its baseline', () => {
  test('that is much slower says so, keeps its verdict, and is no part of a baseline', async () => {
    const held = await heldAgainst(storedRun({ seed: 9, factor: 1.4 }), past);
    expect([codesOf(held), held.verdict.status, held.baseline]).toEqual([
      ['REGRESSED'],
      'pass',
      past.baseline,
    ]);
    expect(held.notes[0]?.text).toMatch(/^Against the last 3 passing runs: p50 is \+(39|40)(\.\d)?% /);
    expect(unfitFor(held)).toMatch(/^it regressed: /);
  });

  test('that looks far slower while too short to show it is no part of a baseline either', async () => {
    const short = { seconds: 0.75, ratePerSecond: 20 };
    const before = [storedRun({ seed: 1, runId: 'earlier', ...short })];
    const held = await heldAgainst(storedRun({ seed: 9, factor: 3, ...short }), {
      baseline: baselineFacts(before, 'history'),
      results: before,
      creep: null,
    });
    expect([codesOf(held), unfitFor(held)]).toEqual([
      ['MAYBE_REGRESSED'],
      expect.stringMatching(/^it regressed: /),
    ]);
  });

  test('that is slower for our own lateness, perhaps, is no part of a baseline either', async () => {
    const held = await heldAgainst(storedRun({ seed: 9, lateMs: 2 }), past);
    expect([codesOf(held), unfitFor(held)]).toEqual([
      ['MAYBE_REGRESSED'],
      expect.stringMatching(
        /: p50 is \+\d.*%\], beyond the 5% that matter\. p50 cannot be judged: Without our own lateness/,
      ),
    ]);
  });

  test('that fails more often says so, however fast its failures are', async () => {
    const held = await heldAgainst(storedRun({ seed: 9, errors: 0.05 }), past);
    expect([codesOf(held), held.notes[0]?.text]).toEqual([
      ['REGRESSED'],
      expect.stringContaining('p99 of the candidate falls among its failures'),
    ]);
  });

  test.each([
    ['like it', 1],
    ['faster', 0.7],
    ['slower by less than matters', 1.01],
  ])('that is %s is left as it is, and may be part of one', async (_, factor) => {
    const held = await heldAgainst(storedRun({ seed: 9, factor }), past);
    expect([codesOf(held), unfitFor(held)]).toEqual([[], null]);
  });

  test('says that the baseline itself got worse, and may be part of it all the same', async () => {
    const creep = { code: 'BASELINE_CREPT', text: 'p99 from 100ms to 150ms' };
    const held = await heldAgainst(storedRun({ seed: 9 }), { ...past, creep });
    expect([held.notes, unfitFor(held)]).toEqual([[creep], null]);
  });

  test('without a baseline is the very same', async () => {
    const run = storedRun({ seed: 9 });
    expect(await heldAgainst(run, { baseline: null, results: [], creep: null })).toBe(run);
  });

  test('keeps its keys in the order in which they are read back', async () => {
    const held = await heldAgainst(storedRun({ seed: 9, factor: 1.4 }), past);
    const text = encodeResult(await withGit(held, world));
    expect(text).toContain(`"commit": "${'a'.repeat(40)}"`);
    expect(encodeResult(decodeResult(text, 'r.json'))).toBe(text);
  });
});

test('a result of shards is held against the baseline of its plan, and never against itself', async () => {
  const slow = storedRun({ seed: 9, runId: 'joined', factor: 1.4 });
  const place = await placeWith([...results, slow]);
  const found = await pastOfResult(slow, place);
  expect(found.results.map(({ runId }) => runId).sort()).toEqual(['earlier-1', 'earlier-2', 'earlier-3']);
  expect(codesOf(await heldAgainst(slow, found))).toEqual(['REGRESSED']);
  expect(await pastOfResult(slow, placeIn())).toEqual({ baseline: null, results: [], creep: null });
});
