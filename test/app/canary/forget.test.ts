import { expect, test } from 'vitest';
import { forgetCheck } from '../../../src/app/canary/forget.ts';
import { judgeRun } from '../../../src/app/canary/judge.ts';
import { keptChecks } from '../../../src/app/canary/keep.ts';
import { systemFiles } from '../../../src/app/world/files.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Attempted, Channel } from '../../../src/notify/channel.ts';
import { CANARY } from '../../../src/plan/canary/settings.ts';
import type { PageEvent } from '../../../src/verdict/canary/event.ts';
import { emptyFolder } from '../../history/folder.ts';
import { canaryRun } from '../../support/kept-runs.ts';

function placeOf(folder: string) {
  return { world: { files: systemFiles(folder), clock: systemClock() }, folder, say: () => undefined };
}

function pager(answer: Attempted, told: PageEvent[] = []): Channel {
  const tell = (event: PageEvent): Promise<Attempted> => {
    told.push(event);
    return Promise.resolve(answer);
  };
  return { name: 'oncall', kind: 'webhook', least: 'page', tell, beat: null, renew: null };
}

/** A check that fires. */
async function fire(place: ReturnType<typeof placeOf>, check: string): Promise<void> {
  for (let index = 0; index < 3; index += 1) {
    const run = canaryRun(index, { runId: `${check}-${index}`, outcome: 'bad', kind: 'offline' });
    let ids = 0;
    const newId = (): string => `${check}-${index}-${(ids += 1)}`;
    const judged = {
      check,
      run,
      settings: CANARY,
      certificateEndMs: null,
      channels: [],
      isDrill: false,
      newId,
    };
    await judgeRun(judged, place);
  }
}

test('tells the end of what is open by the key of its trigger, and keeps nothing of the check', async () => {
  const place = placeOf(emptyFolder());
  await fire(place, 'old');
  await fire(place, 'other');
  const told: PageEvent[] = [];
  const end = await forgetCheck(place, 'old', [pager({ status: 'accepted', text: 'ok' }, told)]);
  expect(end).toMatchObject({ isForgotten: true, open: [{ subject: 'service', dedupKey: 'headroom/old' }] });
  expect(told).toMatchObject([
    { action: 'resolve', dedupKey: 'headroom/old', incidentId: 'old-2-1', isDrill: false },
  ]);
  expect((await keptChecks(place)).map(({ check }) => check)).toEqual(['other']);
});

test('keeps all of it while somebody does not take the end', async () => {
  const place = placeOf(emptyFolder());
  await fire(place, 'old');
  const end = await forgetCheck(place, 'old', [pager({ status: 'refused', text: 'no such key' })]);
  expect(end).toMatchObject({ isForgotten: false, deliveries: [{ status: 'refused' }] });
  expect((await keptChecks(place)).map(({ check }) => check)).toEqual(['old']);
});

test('refuses a check that is not kept, and names those that are', async () => {
  const place = placeOf(emptyFolder());
  await fire(place, 'old');
  await expect(forgetCheck(place, 'odl', [])).rejects.toMatchObject({
    name: 'UsageError',
    hint: 'there is old',
  });
});
