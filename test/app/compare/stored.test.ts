import { describe, expect, test } from 'vitest';
import { type Finder, loadSources, type Source } from '../../../src/app/compare/sources.ts';
import { compareStored } from '../../../src/app/compare/stored.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { compareResults } from '../../../src/index.ts';
import { decodeResult } from '../../../src/result/decode.ts';
import type { ResultDocument, ValidityCheck } from '../../../src/result/document.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { fakeFiles, fakeWorld } from '../fake-world.ts';
import { storedRun } from './stored-runs.ts';

const OPTIONS = { force: false, repeat: 'headroom compare a.json b.json' };

function source(...documents: ResultDocument[]): Source {
  return { kind: 'file', label: 'runs', documents };
}

function busy(document: ResultDocument): ResultDocument {
  const check: ValidityCheck = {
    id: 'busy',
    status: 'fail',
    blocks: 'fail',
    measured: 0.97,
    limit: 0.9,
    unit: 'ratio',
    code: 'GENERATOR_LIMIT',
    text: 'The busiest worker worked 97% of the time.',
  };
  return { ...document, validity: { status: 'fail', checks: [check] } };
}

describe('compareStored', () => {
  const [before, same, slow] = [
    storedRun({ seed: 1, runId: 'r-1' }),
    storedRun({ seed: 2, runId: 'r-2' }),
    storedRun({ seed: 3, runId: 'r-3', factor: 1.6 }),
  ];

  test('blames no candidate for what its generator was late', () => {
    const late = storedRun({ seed: 3, lateMs: 9 });
    const { verdict, comparison } = compareResults({ baseline: before, candidate: late });
    expect(verdict).toMatchObject({ status: 'inconclusive', reasons: [{ code: 'SEND_LAG' }] });
    expect(comparison?.findings[0]?.effect.low).toBeGreaterThan(1.3);
    // As late on both sides, it is what the servers did that differs.
    const both = [storedRun({ seed: 1, lateMs: 1 }), storedRun({ seed: 3, lateMs: 1, factor: 1.6 })] as const;
    expect(compareResults({ baseline: both[0], candidate: both[1] }).verdict.status).toBe('fail');
  });

  test('does not hold our lateness against what is open anyway', () => {
    const late = storedRun({ seed: 3, lateMs: 1.07 });
    const { verdict } = compareResults({ baseline: before, candidate: late });
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['UNDECIDED', 'MORE_TRAFFIC']);
  });

  test('takes a stall of the generator for no more than the blocks that it was in', () => {
    // A thirtieth of the run later than any of its response times: so is its 99th percentile of lateness.
    const stalled = storedRun({ seed: 1, lateMs: 60, lateSeconds: 2 });
    const { verdict } = compareResults({ baseline: stalled, candidate: same });
    expect(verdict).toEqual({ status: 'pass', reasons: [] });
  });

  test('takes no doubt from what our lateness decided of the own objectives of a run', () => {
    const checks = busy(same).validity.checks.map((check) => ({
      ...check,
      id: 'send-lag',
      code: 'SEND_LAG',
    }));
    const open = storedRun({ seed: 2, seconds: 9, factor: 1.04 });
    const late: ResultDocument = { ...open, validity: { status: 'fail', checks } };
    const { verdict, validity } = compareResults({ baseline: before, candidate: late });
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons.map(({ code }) => code)).not.toContain('SEND_LAG');
    expect(validity.status).toBe('pass');
  });

  test('never blames a candidate whose generator was at its end', () => {
    const { verdict } = compareResults({ baseline: before, candidate: busy(slow) });
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons.map(({ code }) => code)).toContain('GENERATOR_LIMIT');
    expect(compareResults({ baseline: before, candidate: busy(same) }).verdict.status).toBe('pass');
  });

  test('never clears a candidate by a baseline whose generator was at its end', () => {
    const { verdict } = compareResults({ baseline: busy(before), candidate: same });
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons[0]?.text).toMatch(/^While the baseline was measured: /);
    expect(compareResults({ baseline: busy(before), candidate: slow }).verdict.status).toBe('fail');
  });

  test('takes several runs as one baseline', () => {
    const baseline = source(same, before);
    const result = compareStored({ baseline, candidate: source(slow) }, fakeWorld(), OPTIONS);
    expect(result.verdict.status).toBe('fail');
    expect(result.baseline?.runs.map(({ runId }) => runId)).toEqual(['r-2', 'r-1']);
    expect(result.baseline?.response.count).toBe(12_000);
    expect(result.comparison?.sides.baseline).toMatchObject({ runIds: ['r-2', 'r-1'], sent: 12_000 });
  });

  test("keeps the candidate's own run, and says where it failed by itself", () => {
    const breached: ResultDocument = {
      ...same,
      verdict: { status: 'fail', reasons: [{ code: 'BREACH', text: 'p99 is breached.' }] },
    };
    const result = compareResults({ baseline: before, candidate: breached });
    expect(result.totals).toEqual(same.totals);
    expect(result.verdict.status).toBe('pass');
    expect(result.notes).toContainEqual({
      code: 'CANDIDATE_BREACH',
      text: "By itself the candidate's run failed: p99 is breached.",
    });
  });

  test('tells of other plans and machines', () => {
    const other: ResultDocument = {
      ...same,
      planHash: 'f'.repeat(64),
      host: { ...same.host, cpuModel: 'Another CPU' },
    };
    const codes = compareResults({ baseline: before, candidate: other }).notes.map(({ code }) => code);
    expect(codes).toEqual(['NOT_INTERLEAVED', 'PLAN_DIFFERS', 'GENERATOR_DIFFERS']);
  });
});

test('a stored comparison stands for the run of its candidate, and its own remarks are not taken over', () => {
  const [before, after] = [storedRun({ seed: 1, runId: 'a' }), storedRun({ seed: 2, runId: 'b' })];
  const earlier = compareResults({ baseline: before, candidate: after });
  const again = compareResults({ baseline: before, candidate: earlier });
  expect(again.comparison?.sides.candidate.runIds).toEqual(['b']);
  expect(again.notes).toEqual(earlier.notes);
  const same = compareResults({ baseline: after, candidate: earlier });
  expect(same.notes.map(({ code }) => code)).toEqual(['SAME_RUN']);
  expect(same.comparison?.findings[0]?.effect).toEqual({ value: 1, low: 1, high: 1 });
});

test('the document keeps its keys in the order in which they are read back', () => {
  const git = { commit: 'b'.repeat(40), branch: null, dirty: null };
  const [before, after] = [
    storedRun({ seed: 1, runId: 'a' }),
    { ...storedRun({ seed: 2, runId: 'b' }), git },
  ];
  const compared = compareStored({ baseline: source(before), candidate: source(after) }, fakeWorld(), {
    force: false,
    repeat: 'headroom compare a b',
  });
  const text = encodeResult(compared);
  expect(encodeResult(decodeResult(text, 'r.json'))).toBe(text);
});

describe('loadSources', () => {
  const first = storedRun({ seed: 1, runId: 'first' });
  const second = storedRun({ seed: 2, runId: 'second' });
  const files = fakeFiles({
    'a.json': encodeResult(first),
    'b.json': encodeResult(second),
    'b-compared.json': encodeResult(compareResults({ baseline: first, candidate: second })),
  });
  const world = fakeWorld({ files });
  const runs = new Map([
    ['latest', [second]],
    ['a.json', [second]],
    ['baseline', [second, first]],
    ['only', [first]],
  ]);
  const asked: (readonly [name: string, other: string | undefined])[] = [];
  const find: Finder = (name, other) => {
    asked.push([name, other?.runId]);
    const found = runs.get(name);
    return found === undefined ? null : Promise.resolve(found);
  };
  const idsOf = ({ documents }: Source): string[] => documents.map(({ runId }) => runId);

  test('reads a file, which wins over a run of that name', async () => {
    const { baseline } = await loadSources({ baseline: 'a.json', candidate: 'latest' }, world, find);
    expect([baseline.kind, baseline.label, idsOf(baseline)]).toEqual(['file', 'a.json', ['first']]);
  });

  test('asks the history, and blames the file where that knows no such name', async () => {
    const { candidate } = await loadSources({ baseline: 'a.json', candidate: 'latest' }, world, find);
    expect(candidate).toEqual({ kind: 'history', label: 'latest', documents: [second] });
    const names = { baseline: 'other', candidate: 'latest' };
    await expect(loadSources(names, world, find)).rejects.toThrow(UsageError);
  });

  test.each([
    ['baseline', 'b.json', 'second'],
    ['a.json', 'baseline', 'first'],
  ])('of %s and %s, it is the baseline of the other one', async (baseline, candidate, other) => {
    asked.length = 0;
    await loadSources({ baseline, candidate }, world, find);
    expect(asked).toEqual([['baseline', other]]);
  });

  test('leaves the candidate out of a baseline that it is part of, unless that has no other', async () => {
    const among = await loadSources({ baseline: 'baseline', candidate: 'a.json' }, world, find);
    expect(idsOf(among.baseline)).toEqual(['second']);
    const compared = await loadSources({ baseline: 'baseline', candidate: 'b-compared.json' }, world, find);
    expect(idsOf(compared.baseline)).toEqual(['first']);
    const alone = await loadSources({ baseline: 'only', candidate: 'a.json' }, world, find);
    expect(idsOf(alone.baseline)).toEqual(['first']);
  });
});
