import { join } from 'node:path';
import { expect, test } from 'vitest';
import { canaryStatus } from '../../../src/app/canary/status.ts';
import { systemFiles } from '../../../src/app/world/files.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { CanaryStore } from '../../../src/history/canary/canary-store.ts';
import { CANARY } from '../../../src/plan/canary/settings.ts';
import { renderCanaryStatus } from '../../../src/report/canary/status.ts';
import { advance } from '../../../src/verdict/canary/advance.ts';
import { readState } from '../../../src/verdict/canary/state.ts';
import { emptyFolder } from '../../history/folder.ts';
import { canaryRun, minuteMs } from '../../support/kept-runs.ts';

/** @param late ms after the sixth run of {@link keep} */
function placeOf(folder: string, late = 0) {
  const clock = { ...systemClock(), wallMs: () => minuteMs(5) + late };
  const world = { files: systemFiles(folder), clock };
  return { world, folder, say: () => undefined };
}

/** Runs of a check a minute apart, kept as the canary keeps them. */
function keep(folder: string, check: string, outcomes: readonly ('ok' | 'bad')[]): void {
  const store = new CanaryStore(join(folder, 'history.db'));
  for (const [index, outcome] of outcomes.entries()) {
    const text = outcome === 'ok' ? 'answered' : 'is offline: \u001b[31mreset';
    const kind = outcome === 'ok' ? null : ('offline' as const);
    const run = canaryRun(index, { runId: `${check}-${index}`, outcome, kind, text });
    store.commit(check, run, (kept, past) => {
      const before = readState(Object(kept).state);
      const input = { run, past, settings: CANARY, check, newId: () => `id-${index}`, isDrill: false };
      const { state, events } = advance({ ...input, state: before });
      return {
        state: { state, last: [] },
        events: events.map((event) => ({ channel: 'a', event })),
        value: null,
      };
    });
  }
  store.close();
}

test('every check is told by name, with what is open and what waits, and no escape of its own', async () => {
  const folder = emptyFolder();
  keep(folder, 'shop', ['ok', 'ok', 'ok', 'bad', 'bad', 'bad']);
  keep(folder, 'api', ['ok', 'ok', 'ok', 'ok']);
  const report = await canaryStatus(placeOf(folder));
  expect(report.checks).toMatchObject([
    { check: 'api', state: 'ok', lastText: 'answered', incidents: [], waiting: 0 },
    {
      check: 'shop',
      state: 'firing',
      lastOk: '2026-11-01T00:02:00.000Z',
      lastRun: '2026-11-01T00:05:00.000Z',
      incidents: [{ subject: 'service', severity: 'page' }],
      waiting: 1,
    },
  ]);
  const text = renderCanaryStatus(report, { color: false, width: 100, unicode: true });
  expect(text).toMatch(
    /^api {2}ok {2}since [^]*?\n {2}answered\n\nshop {2}firing {2}[^]*1\s+event\s+still\s+to\s+be\s+told/,
  );
  expect(text).not.toContain('\u001b');
});

test('a check whose runs no longer come is unknown, and says since when', async () => {
  const folder = emptyFolder();
  keep(
    folder,
    'shop',
    Array.from({ length: 6 }, () => 'ok' as const),
  );
  const soon = await canaryStatus(placeOf(folder, 170_000));
  expect(soon.checks).toMatchObject([{ state: 'ok', everyMs: 60_000, overdueMs: null }]);
  const report = await canaryStatus(placeOf(folder, 3 * 86_400_000));
  expect(report.checks).toMatchObject([{ state: 'unknown', overdueMs: 3 * 86_400_000 }]);
  const [check] = report.checks;
  expect(Date.parse(check?.since ?? '') - Date.parse(check?.lastRun ?? '')).toBe(180_000);
  const text = renderCanaryStatus(report, { color: false, width: 40, unicode: false });
  expect(text.replaceAll(/\s+/g, ' ')).toContain('! no run for 3 days, though one is due every 1m');
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  const back = await canaryStatus(placeOf(folder, -86_400_000));
  expect(back.checks).toMatchObject([{ state: 'ok', overdueMs: null }]);
});

test('nothing is made where no canary ran', async () => {
  const folder = join(emptyFolder(), 'none');
  const place = placeOf(folder);
  const report = await canaryStatus(place);
  expect(report.checks).toEqual([]);
  expect(renderCanaryStatus(report, { color: false, width: 80, unicode: true })).toContain(
    'No canary has run yet',
  );
  expect(place.world.files.exists(folder)).toBe(false);
});

test('a state that cannot be read is unknown, not ok', async () => {
  const folder = emptyFolder();
  const store = new CanaryStore(join(folder, 'history.db'));
  store.commit('shop', canaryRun(0), () => ({ state: 'rubbish', events: [], value: null }));
  store.close();
  const [check] = (await canaryStatus(placeOf(folder))).checks;
  expect(check).toMatchObject({ check: 'shop', state: null, since: null, incidents: [] });
});
