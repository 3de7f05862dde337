import { describe, expect, test } from 'vitest';
import { findResults, isRunName } from '../../../src/app/history/find.ts';
import { clearBaseline, setBaseline, showBaseline } from '../../../src/app/history/pinning.ts';
import { renderBaseline } from '../../../src/report/history/baseline.ts';
import { FAILED, storedRun } from '../../support/stored-runs.ts';
import { placeIn, placeWith } from './place.ts';

const idsOf = (report: Awaited<ReturnType<typeof showBaseline>>): string[] =>
  report.baseline?.runs.map(({ runId }) => runId.slice(0, 8)) ?? [];

describe('a baseline', () => {
  test('is chosen by name or from a file, shown, and cleared', async () => {
    const place = await placeWith([storedRun(1), storedRun(2), storedRun(3)]);
    const set = await setBaseline(place, [{ name: 'latest~1' }, { result: storedRun(9) }]);
    expect([set.did, set.baseline?.source, idsOf(set)]).toEqual(['set', 'pinned', ['run-0009', 'run-0002']]);
    expect(idsOf(await showBaseline(place, null))).toEqual(['run-0009', 'run-0002']);
    const cleared = await clearBaseline(place, '127.0.0.1');
    expect([cleared.baseline?.source, idsOf(cleared).length]).toEqual(['history', 4]);
    const text = renderBaseline(set, { color: false, width: 80, unicode: true });
    expect(text).toContain('BASELINE SET  the 2 pinned runs of http://127.0.0.1:8080');
    const narrow = renderBaseline(set, { color: false, width: 40, unicode: true }).split('\n');
    for (const line of narrow) expect(line.length).toBeLessThanOrEqual(40);
  });

  test.each<readonly [why: string, run: ReturnType<typeof storedRun>]>([
    ['it failed', storedRun(5, FAILED)],
    [
      'it was stopped before its end',
      storedRun(5, { stopped: { by: 'signal', text: 'SIGINT' }, exitCode: 130 }),
    ],
    ['it is of headroom capacity', storedRun(5, { command: 'capacity' })],
  ])('is refused where %s, by name and from a file', async (why, run) => {
    const place = await placeWith([storedRun(1), run]);
    await expect(setBaseline(place, [{ name: run.runId }])).rejects.toThrow(why);
    await expect(setBaseline(place, [{ result: run }])).rejects.toThrow(why);
    expect((await showBaseline(place, null)).baseline?.source).not.toBe('pinned');
  });

  test('is of one plan on one kind of machine', async () => {
    const place = await placeWith([storedRun(1), storedRun(2, { planHash: 'e'.repeat(64) })]);
    const both = [{ name: 'run-0001' }, { name: 'run-0002' }];
    await expect(setBaseline(place, both)).rejects.toThrow('of another plan than');
  });

  test('of an empty history is none to show or choose', async () => {
    await expect(showBaseline(placeIn(), null)).rejects.toThrow('the history is empty');
    await expect(setBaseline(placeIn(), [{ name: 'latest' }])).rejects.toThrow('the history is empty');
  });
});

describe('stored runs', () => {
  test('that are the baseline are those of the plan and machine that they are to be held against', async () => {
    const other = storedRun(3, { planHash: 'e'.repeat(64) });
    const place = await placeWith([storedRun(1), other]);
    const ids = async (of?: ReturnType<typeof storedRun>): Promise<string[]> =>
      (await findResults('baseline', place, of)).map(({ runId }) => runId);
    expect(await ids()).toEqual([other.runId]);
    expect(await ids(storedRun(9))).toEqual([storedRun(1).runId]);
    await expect(ids(storedRun(9, { planHash: 'f'.repeat(64) }))).rejects.toThrow(
      "there is no baseline yet for that run's plan",
    );
  });

  test('are found by name, and what names none or several is refused', async () => {
    const place = await placeWith([storedRun(1), storedRun(2)]);
    expect((await findResults('latest', place)).map(({ runId }) => runId)).toEqual([storedRun(2).runId]);
    expect(await findResults('baseline', place)).toHaveLength(2);
    expect(await findResults(storedRun(1).runId, place)).toHaveLength(1);
    await expect(findResults('run-', place)).rejects.toThrow(
      /^several runs begin with run-: run-0002-abcdef \(2026-11-01T00:02:00\.000Z\), run-0001-abcdef /,
    );
    await expect(findResults('feed', place)).rejects.toThrow('there is no run feed');
    await expect(findResults('x', place)).rejects.toThrow('names no run');
    await expect(findResults('latest', placeIn())).rejects.toThrow('the history is empty');
    expect([isRunName('latest~3'), isRunName('a.json')]).toEqual([true, false]);
  });
});
