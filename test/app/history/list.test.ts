import { describe, expect, test } from 'vitest';
import { keepRun } from '../../../src/app/canary/keep.ts';
import { listHistory } from '../../../src/app/history/list.ts';
import { renderHistory } from '../../../src/report/history/list.ts';
import { FRESH } from '../../../src/verdict/canary/state.ts';
import { FAILED, storedRun } from '../../support/stored-runs.ts';
import { placeIn, placeWith } from './place.ts';

const ALL = { about: null, limit: 100, withChanges: true };
const plain = { color: false, width: 80, unicode: true };

/** Twelve runs at one level, then more at another, each at a commit of its own. */
function moved(
  after: number,
  shape: (isAfter: boolean, wobble: number) => Parameters<typeof storedRun>[1],
): ReturnType<typeof storedRun>[] {
  return Array.from({ length: 12 + after }, (_, number) => {
    const commit = String(number).padStart(2, '0').padEnd(40, 'c');
    const git = { commit, branch: 'main', dirty: false };
    return storedRun(number, { ...shape(number >= 12, (number * 7) % 5), git });
  });
}

describe('a history', () => {
  test('of a stretch of time is of the runs that began in it, changes and all', async () => {
    const place = await placeWith(moved(8, (isAfter, wobble) => ({ p99Ms: (isAfter ? 150 : 100) + wobble })));
    const [from, to] = [storedRun(13).startedAt, storedRun(16).startedAt];
    const [plan] = (await listHistory(place, { ...ALL, since: from, until: to })).plans;
    expect(plan?.runs.map(({ runId }) => runId)).toEqual([15, 14, 13].map((n) => storedRun(n).runId));
    expect([plan?.searched, plan?.p99Ms.length]).toEqual([3, 3]);
    const none = await listHistory(place, { ...ALL, about: '127', since: '2027-01-01T00:00:00.000Z' });
    expect(renderHistory(none, plain)).toBe(
      'No run of 127 from 2027-01-01 00:00 on among the 20 runs that are kept.\n',
    );
  });

  test('names the change of p99, when and at which commit, and by how much', async () => {
    const place = await placeWith(moved(8, (isAfter, wobble) => ({ p99Ms: (isAfter ? 150 : 100) + wobble })));
    const report = await listHistory(place, ALL);
    const [plan] = report.plans;
    expect(plan?.changes).toHaveLength(1);
    expect(plan?.changes?.[0]).toMatchObject({
      indicator: 'p99',
      runId: storedRun(12).runId,
      commit: '12'.padEnd(40, 'c'),
      runsBefore: 12,
      runsAfter: 8,
    });
    expect(plan?.changes?.[0]?.ratio).toBeCloseTo(1.49, 1);
    const text = renderHistory(report, plain).replaceAll(/\s+/g, ' ');
    expect(text).toMatch(/▲ p99 102ms to 152ms, × 1\.\d+ from 2026-11-01 00:12 at commit 12ccccc on/);
  });

  test('of too few runs to show a change does not say that there is none', async () => {
    const textOf = async (runs: number): Promise<string> => {
      const place = await placeWith(moved(0, () => ({ p99Ms: 100 })).slice(0, runs));
      return renderHistory(await listHistory(place, ALL), { ...plain, width: 40 });
    };
    expect(await textOf(12)).toContain('no change is shown in 12 runs');
    expect((await textOf(11)).replaceAll(/\s+/g, ' ')).toContain(
      'a change takes 12 runs to show, and there are 11',
    );
  });

  test('raises no alarm for five runs, for 3%, or for a tenth of a per mille of errors', async () => {
    const shapes = [
      moved(5, (isAfter, wobble) => ({ p99Ms: (isAfter ? 150 : 100) + wobble })),
      moved(8, (isAfter, wobble) => ({ p50Ms: (isAfter ? 103 : 100) + wobble / 100 })),
      moved(8, (isAfter) => ({ errorRatio: isAfter ? 0.0001 : 0 })),
    ];
    for (const runs of shapes) {
      const { plans } = await listHistory(await placeWith(runs), ALL);
      expect(plans[0]?.changes).toEqual([]);
    }
  });

  test('is shown by plan, newest first, within 80 columns, with its baseline marked', async () => {
    const place = await placeWith([
      storedRun(1),
      storedRun(2, { ...FAILED, p99Ms: 1234.5, errorRatio: 0.02 }),
      storedRun(3, { planHash: 'd'.repeat(64), planFile: 'shop/headroom.yaml' }),
    ]);
    const report = await listHistory(place, { ...ALL, withChanges: false });
    expect(report.plans.map(({ name }) => name)).toEqual(['shop/headroom.yaml', 'http://127.0.0.1:8080']);
    const lines = renderHistory(report, plain).split('\n');
    expect(lines[0]).toContain('3 runs');
    for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
    expect(lines.find((line) => line.startsWith('http'))).toContain(' 100ms to 1.23s');
    const narrow = renderHistory(report, { ...plain, width: 40 }).split('\n');
    for (const line of narrow) expect(line.length).toBeLessThanOrEqual(40);
    expect(narrow.find((line) => line.includes('00:02'))).toMatch(/✗ .*1\.23s .*run-0002$/);
    const rows = lines.filter((line) => line.includes('run-'));
    expect(rows.map((row) => row.replaceAll(/\s+/g, ' ').trim())).toEqual([
      expect.stringMatching(/^2026-11-01 00:03 ✓ run .*run-0003\*$/),
      expect.stringMatching(/^2026-11-01 00:02 ✗ run .* 1\.23s 2% – run-0002$/),
      expect.stringMatching(/^2026-11-01 00:01 ✓ run .* 20ms 100ms 0% – run-0001\*$/),
    ]);
  });

  test('counts the canaries, and says where they are told of', async () => {
    const place = placeIn();
    for (const outcome of ['ok', 'bad'] as const) {
      const run = {
        runId: `run-${outcome}`,
        atMs: outcome === 'ok' ? 60_000 : 120_000,
        outcome,
        kind: outcome === 'ok' ? null : 'offline',
        indicator: null,
        text: `it is ${outcome}`,
        sent: 1,
        failed: 0,
        tallies: [],
        isMaintenance: false,
      } as const;
      await keepRun(place, {
        check: 'shop',
        run,
        advance: () => ({ state: { state: { ...FRESH, name: 'pending' } }, events: [], value: null }),
      });
    }
    const report = await listHistory(place, ALL);
    expect(report.canaries).toBe(1);
    expect(renderHistory(report, plain).replaceAll(/\s+/g, ' ')).toContain(
      '1 canary kept here as well: headroom canary status tells',
    );
    expect((await listHistory(place, { ...ALL, about: 'other' })).canaries).toBe(0);
  });

  test('without runs, or without one of that plan, says so kindly', async () => {
    const empty = renderHistory(await listHistory(placeIn(), ALL), plain);
    expect(empty).toContain('No runs yet');
    const place = await placeWith([storedRun(1)]);
    const none = renderHistory(await listHistory(place, { ...ALL, about: 'sh\u001b[31mop' }), plain);
    expect(none).toContain('No run of sh\\x1b[31mop among the 1 run');
  });
});
