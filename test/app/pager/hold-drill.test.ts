import { describe, expect, test } from 'vitest';
import { bad, drillOn, report } from './drill-world.ts';

describe('holdDrill', () => {
  test('breaks a service once it is healthy, waits for the sound, mends it, and waits for the end', async () => {
    const { happened, log } = await drillOn({ acknowledgeMs: 6500 });
    expect(log).toEqual(['broken at 1000', 'mended at 8000']);
    expect(happened.before).toHaveLength(1);
    // At 2, 4 and 6 s: the schedule goes on while it is broken.
    expect(happened.during.map(({ startMs, endMs }) => [startMs, endMs])).toEqual([
      [2000, 3000],
      [4000, 5000],
      [6000, 7000],
    ]);
    expect(happened.acknowledgedMs).toBe(8000);
    expect(happened.after.map(({ endMs }) => endMs)).toEqual([9000, 11_000]);
  });

  test('waits until the service is healthy before it breaks it', async () => {
    const early = (count: number): ReturnType<typeof report> =>
      report(count < 4 ? { outcome: 'blind', state: 'unknown' } : {});
    expect((await drillOn({ early })).log[0]).toBe('broken at 7000');
  });

  test('never breaks what is not healthy', async () => {
    const { happened, log } = await drillOn({ early: () => bad(1) });
    expect(log).toEqual([]);
    expect(happened).toMatchObject({ healthyMs: null, brokenMs: null, during: [], after: [] });
    expect(happened.before).toHaveLength(10);
  });

  test('without a sound it mends the service when the time is up', async () => {
    const { happened, log } = await drillOn({ broken: () => report(), withinMs: 6500, acknowledgeMs: null });
    expect(log).toEqual(['broken at 1000', 'mended at 8000']);
    expect(happened.acknowledgedMs).toBeNull();
    expect(happened.after).toHaveLength(1);
  });

  test('what is accepted and not acknowledged is waited for until the time is up, and no longer', async () => {
    const { happened, log } = await drillOn({ acknowledgeMs: null, withinMs: 12_000 });
    expect(happened.acknowledgedMs).toBeNull();
    expect(log).toEqual(['broken at 1000', 'mended at 13000']);
  });

  test('where nobody is asked, the sound is that a channel accepted it', async () => {
    const { happened, log } = await drillOn({ asks: false });
    expect(happened.acknowledgedMs).toBeNull();
    expect(log).toEqual(['broken at 1000', 'mended at 7000']);
  });

  test('a run that takes longer than its place costs the places that it covers', async () => {
    const { happened } = await drillOn({ runMs: 2500 });
    expect(happened.during.map(({ startMs }) => startMs)).toEqual([4000, 8000, 12_000]);
  });

  test('mends the service when it is stopped', async () => {
    const { happened, log } = await drillOn({ stopMs: 4500 });
    expect(log).toEqual(['broken at 1000', 'mended at 5000']);
    expect(happened.after).toEqual([]);
  });

  test('and does not wait for whoever is asked and does not answer', async () => {
    const { log } = await drillOn({ stopMs: 4500, acknowledgeMs: null, answerMs: 10_000 });
    expect(log).toEqual(['broken at 1000', 'mended at 5000']);
  });

  test('a run that was stopped ends it', async () => {
    const { happened, log } = await drillOn({ broken: () => null });
    expect(log).toEqual(['broken at 1000', 'mended at 3000']);
    expect(happened.during).toEqual([]);
  });

  test('mends the service when the canary fails', async () => {
    const broken = (): never => {
      throw new Error('full disk');
    };
    await expect(drillOn({ broken })).rejects.toThrow('full disk');
  });

  test('an alert that never ends is waited for as long as a recovery takes, with a margin', async () => {
    const { happened } = await drillOn({ mended: () => report({ state: 'recovering' }) });
    expect(happened.after).toHaveLength(2 + 3 + 3);
  });
});
