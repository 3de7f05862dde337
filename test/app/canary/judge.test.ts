import { expect, test } from 'vitest';
import { type Judgement, judgeRun } from '../../../src/app/canary/judge.ts';
import { keepRun } from '../../../src/app/canary/keep.ts';
import { CANARY, type CanarySettings } from '../../../src/plan/canary/settings.ts';
import type { CanaryRun } from '../../../src/verdict/canary/run.ts';
import { canaryRun, pageEvent } from '../../support/kept-runs.ts';
import { placeIn, type TestPlace } from '../history/place.ts';

const BAD = { outcome: 'bad', kind: 'offline', indicator: 'reset', text: 'is offline', failed: 20 } as const;

function judged(
  place: TestPlace,
  run: CanaryRun,
  settings: Partial<CanarySettings> = {},
): Promise<Judgement> {
  return judgeRun(
    {
      check: 'shop',
      run,
      settings: { ...CANARY, fail: { bad: 1, of: 1 }, ...settings },
      certificateEndMs: null,
      channels: [],
      isDrill: false,
      newId: () => run.runId,
    },
    place,
  );
}

test('an alert is renewed for as long as runs take to come now, not when its incident began', async () => {
  const place = placeIn();
  const { last } = await judged(place, canaryRun(0, BAD));
  expect(last).toMatchObject([{ action: 'trigger', everyMs: 60_000 }]);
  const rarer = await judged(place, canaryRun(10, BAD), { everyMs: 600_000 });
  expect(rarer.last).toMatchObject([{ action: 'trigger', everyMs: 600_000 }]);
});

test('an alert of a check that a cron starts less often than it is due stands until the next run', async () => {
  const place = placeIn();
  await judged(place, canaryRun(0, BAD));
  for (const minute of [5, 10]) {
    const { last } = await judged(place, canaryRun(minute, BAD));
    expect(last).toMatchObject([{ action: 'trigger', everyMs: 300_000 }]);
  }
});

test('an alert of a check at which somebody looks by hand every few days does not stand for weeks', async () => {
  const place = placeIn();
  const day = 24 * 60;
  for (const minute of [0, 4 * day, 9 * day]) await judged(place, canaryRun(minute, BAD));
  const { last } = await judged(place, canaryRun(12 * day, BAD));
  expect(last).toMatchObject([{ everyMs: 86_400_000 }]);
});

test('a state that cannot be read is one that was lost: what it held open is ended, and renewed no more', async () => {
  const place = placeIn();
  const flapping = pageEvent(0, {
    subject: 'flapping',
    severity: 'ticket',
    dedupKey: 'headroom/shop/flapping',
  });
  await keepRun(place, {
    check: 'shop',
    run: canaryRun(0),
    advance: () => ({ state: { state: 'rubbish', last: [flapping] }, events: [], value: null }),
  });
  expect(await judged(place, canaryRun(1))).toMatchObject({ last: [] });
  const { last } = await judged(place, canaryRun(2));
  expect(last.map(({ action, dedupKey }) => `${action} ${dedupKey}`)).toEqual([
    'resolve headroom/shop',
    'resolve headroom/shop/budget',
    'resolve headroom/shop/blind',
  ]);
});
