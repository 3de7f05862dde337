import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type Advanced, CanaryStore } from '../../../src/history/canary/canary-store.ts';
import { CANARY_LIMITS, type CanaryLimits } from '../../../src/history/canary/limits.ts';
import type { QueuedEvent } from '../../../src/history/canary/outbox.ts';
import { canaryRun, minuteMs, pageEvent } from '../../support/kept-runs.ts';
import { emptyFolder } from '../folder.ts';

const DAY_MINUTES = 1440;

function openAt(path: string, limits: Partial<CanaryLimits> = {}): CanaryStore {
  const store = new CanaryStore(path, { ...CANARY_LIMITS, ...limits });
  onTestFinished(() => store.close());
  return store;
}

const openNew = (limits: Partial<CanaryLimits> = {}): CanaryStore =>
  openAt(join(emptyFolder(), 'history.db'), limits);

/** Makes of any state the one given, with these events. */
const becoming =
  (state: unknown, ...events: readonly QueuedEvent[]) =>
  (): Advanced<string> => ({ state, events, value: 'value' });

const numberOf = ({ runId }: { readonly runId: string }): number => Number(runId.slice('canary-'.length));
const incidents = (waiting: ReturnType<CanaryStore['queued']>): string[] =>
  waiting.map(({ channel, event }) => `${channel} ${event.incidentId}`);

describe('a commit', () => {
  test('keeps the run, the state and the events, and hands the next one what was before it', () => {
    const store = openNew();
    const first = canaryRun(1, { outcome: 'bad', kind: 'slow', indicator: 'p95 < 250ms' });
    const event = pageEvent(1);
    const seen: unknown[] = [];
    const committed = store.commit('shop', first, (state, past) => {
      seen.push(state, past.latest(5), past.count(0, Infinity));
      return { state: { version: 1, bad: 1 }, events: [{ channel: 'pd', event }], value: 7 };
    });
    expect(seen).toEqual([null, [], { runs: 0, bad: 0 }]);
    expect(committed).toEqual({
      value: 7,
      waiting: [{ id: 1, check: 'shop', channel: 'pd', event, attempts: 0, notBeforeMs: null }],
      dropped: 0,
    });
    store.commit('shop', canaryRun(2), (state, past) => {
      seen.push(state, past.latest(5), past.count(0, Infinity), past.between(0, Infinity));
      return { state, events: [], value: null };
    });
    expect(seen.slice(3)).toEqual([{ version: 1, bad: 1 }, [first], { runs: 1, bad: 1 }, [first]]);
  });

  test('of a run that is there changes nothing', () => {
    const store = openNew();
    store.commit('shop', canaryRun(1), becoming('first', { channel: 'pd', event: pageEvent(1) }));
    expect(
      store.commit('shop', canaryRun(1), becoming('again', { channel: 'pd', event: pageEvent(1) })),
    ).toBeNull();
    expect(store.checks()).toMatchObject([{ check: 'shop', state: 'first', waiting: 1 }]);
  });

  test('that cannot be judged keeps nothing, and throws what the judge threw', () => {
    const store = openNew();
    store.commit('shop', canaryRun(1), becoming('first'));
    const failing = (): never => {
      throw new RangeError('a fault of the judge');
    };
    expect(() => store.commit('shop', canaryRun(2), failing)).toThrow(new RangeError('a fault of the judge'));
    expect(store.past('shop').latest(9).map(numberOf)).toEqual([1]);
    expect(store.checks()).toMatchObject([{ state: 'first' }]);
  });

  test('with one event that cannot be stored keeps none of it', () => {
    const store = openNew();
    const strange = { channel: 'pd', event: pageEvent(2, { atMs: Number.NaN }) };
    const fine = { channel: 'pd', event: pageEvent(1) };
    expect(() => store.commit('shop', canaryRun(1), becoming('never', fine, strange))).toThrow(/NOT NULL/);
    expect(store.checks()).toEqual([]);
    expect(store.queued(null)).toEqual([]);
    expect(store.past('shop').latest(9)).toEqual([]);
  });

  test('keeps checks apart', () => {
    const store = openNew();
    store.commit('shop', canaryRun(1), becoming('s', { channel: 'pd', event: pageEvent(1) }));
    const committed = store.commit('search', canaryRun(2, { outcome: 'blind' }), (state, past) => {
      expect([state, past.latest(5)]).toEqual([null, []]);
      return { state: 't', events: [{ channel: 'pd', event: pageEvent(2) }], value: null };
    });
    expect(incidents(committed?.waiting ?? [])).toEqual(['pd incident-2']);
    expect(incidents(store.queued('shop'))).toEqual(['pd incident-1']);
    expect(incidents(store.queued(null))).toEqual(['pd incident-1', 'pd incident-2']);
    expect(store.checks()).toEqual([
      {
        check: 'search',
        state: 't',
        updatedMs: minuteMs(2),
        lastRun: canaryRun(2, { outcome: 'blind' }),
        lastOkMs: null,
        waiting: 1,
      },
      {
        check: 'shop',
        state: 's',
        updatedMs: minuteMs(1),
        lastRun: canaryRun(1),
        lastOkMs: minuteMs(1),
        waiting: 1,
      },
    ]);
  });

  test('remembers when it was last ok through whatever follows', () => {
    const store = openNew();
    store.commit('shop', canaryRun(1), becoming(null));
    store.commit('shop', canaryRun(2, { outcome: 'bad', kind: 'offline' }), becoming(null));
    store.commit('shop', canaryRun(3, { outcome: 'blind' }), becoming(null));
    expect(store.checks()).toMatchObject([{ lastOkMs: minuteMs(1), lastRun: { outcome: 'blind' } }]);
  });
});

describe('the outbox', () => {
  test('gives the events of a channel in their order until each is settled, once', () => {
    const store = openNew();
    const events = [1, 2].flatMap((number) =>
      ['pd', 'slack'].map((channel) => ({ channel, event: pageEvent(number) })),
    );
    store.commit('shop', canaryRun(1), becoming(null, ...events));
    const [first, second, third] = store.queued('shop');
    const settled = { attempts: 1, text: 'it said 202', notBeforeMs: null, atMs: minuteMs(1) };
    const ids = [first?.id ?? 0, second?.id ?? 0, third?.id ?? 0] as const;
    expect(
      store.settle([
        { ...settled, id: ids[0], status: 'accepted' },
        { ...settled, id: ids[1], status: 'queued', attempts: 3, notBeforeMs: minuteMs(9) },
        { ...settled, id: ids[2], status: 'refused' },
      ]),
    ).toBe(3);
    expect(incidents(store.queued('shop'))).toEqual(['slack incident-1', 'slack incident-2']);
    expect(store.queued('shop')[0]).toMatchObject({ attempts: 3, notBeforeMs: minuteMs(9) });
    expect(store.settle([{ ...settled, id: ids[0], status: 'queued' }])).toBe(0);
    expect(store.queued('shop')).toHaveLength(2);
  });

  test('gives up the oldest when too many wait for a channel, and says how many', () => {
    const store = openNew({ queued: 3 });
    const many = [1, 2, 3, 4, 5].map((number) => ({ channel: 'pd', event: pageEvent(number) }));
    const other = { channel: 'slack', event: pageEvent(1) };
    const committed = store.commit('shop', canaryRun(1), becoming(null, ...many, other));
    expect(committed?.dropped).toBe(2);
    expect(incidents(store.queued('shop'))).toEqual([
      'pd incident-3',
      'pd incident-4',
      'pd incident-5',
      'slack incident-1',
    ]);
  });

  test('keeps what is settled for some days, and what waits for as long as it waits', () => {
    const path = join(emptyFolder(), 'history.db');
    const store = openAt(path);
    const pair = ['pd', 'slack'].map((channel) => ({ channel, event: pageEvent(1) }));
    store.commit('shop', canaryRun(1), becoming(null, ...pair));
    const outcome = { attempts: 1, text: 'ok', notBeforeMs: null, atMs: minuteMs(1) };
    store.settle([{ ...outcome, id: store.queued('shop')[0]?.id ?? 0, status: 'accepted' }]);
    const raw = new DatabaseSync(path);
    onTestFinished(() => raw.close());
    const states = (): unknown[] =>
      raw
        .prepare('SELECT channel, status FROM canary_outbox ORDER BY id')
        .all()
        .map((row) => ({ ...row }));
    store.commit('shop', canaryRun(1 + 7 * DAY_MINUTES), becoming(null));
    expect(states()).toEqual([
      { channel: 'pd', status: 'accepted' },
      { channel: 'slack', status: 'queued' },
    ]);
    store.commit('shop', canaryRun(2 + 7 * DAY_MINUTES), becoming(null));
    expect(states()).toEqual([{ channel: 'slack', status: 'queued' }]);
  });

  test('gives up an event that cannot be read, and says so', () => {
    const path = join(emptyFolder(), 'history.db');
    const store = openAt(path);
    const pair = [1, 2].map((number) => ({ channel: 'pd', event: pageEvent(number) }));
    store.commit('shop', canaryRun(1), becoming('s', ...pair));
    const raw = new DatabaseSync(path);
    raw.exec(`UPDATE canary_outbox SET event = '{"action":"explode"}' WHERE id = 1;
      UPDATE canary_states SET state = '{"cut":';
      UPDATE canary_runs SET tallies = '[7,{"text":"t","count":1,"bad":2}]', outcome = 'odd', kind = 'odd'`);
    raw.close();
    expect(incidents(store.queued('shop'))).toEqual(['pd incident-2']);
    const committed = store.commit('shop', canaryRun(2), (state, past) => {
      expect(state).toBeNull();
      expect(past.latest(1)).toEqual([canaryRun(1, { outcome: 'blind', kind: null, tallies: [] })]);
      return { state, events: [], value: null };
    });
    expect(committed).toMatchObject({ dropped: 1, waiting: [{ id: 2 }] });
    expect(store.commit('shop', canaryRun(3), becoming(null))).toMatchObject({ dropped: 0 });
  });
});

describe('runs', () => {
  const numbers = (store: CanaryStore, check = 'shop'): number[] =>
    store.past(check).latest(99).map(numberOf);

  test('go when they are too many of a check', () => {
    const store = openNew({ runs: 4 });
    store.commit('search', canaryRun(0), becoming(null));
    for (let number = 1; number <= 9; number += 1) store.commit('shop', canaryRun(number), becoming(null));
    expect(numbers(store)).toEqual([9, 8, 7, 6]);
    expect(numbers(store, 'search')).toEqual([0]);
  });

  test('go when they are too old, those of checks that run no more as well, but for the last few of this one', () => {
    const store = openNew({ days: 1, least: 2 });
    store.commit('search', canaryRun(0), becoming(null));
    for (const number of [1, 2, 3, 4]) store.commit('shop', canaryRun(number), becoming(null));
    store.commit('shop', canaryRun(2 * DAY_MINUTES), becoming(null));
    expect(numbers(store)).toEqual([2 * DAY_MINUTES, 4]);
    expect(numbers(store, 'search')).toEqual([]);
    expect(store.checks()).toMatchObject([{ check: 'search', lastRun: null, lastOkMs: minuteMs(0) }, {}]);
  });

  test('are not taken away all at once by a clock that is years ahead, nor is its run the latest for years', () => {
    const store = openNew({ least: 3, atOnce: 5 });
    for (let number = 1; number <= 20; number += 1) store.commit('shop', canaryRun(number), becoming(null));
    store.commit('shop', canaryRun(21, { atMs: Date.UTC(2036, 0, 1) }), becoming(null));
    expect(numbers(store)).toHaveLength(16);
    store.commit('shop', canaryRun(22), becoming(null));
    expect(numbers(store).slice(0, 3)).toEqual([22, 21, 20]);
    expect(store.past('shop').count(minuteMs(0), minuteMs(23))).toEqual({ runs: 16, bad: 0 });
  });

  test('of a clock that goes back are kept as they are', () => {
    const store = openNew();
    for (const number of [5, 6, 2]) store.commit('shop', canaryRun(number), becoming(null));
    expect(numbers(store)).toEqual([2, 6, 5]);
    expect(store.past('shop').between(0, Infinity).map(numberOf)).toEqual([2, 5, 6]);
  });
});
