import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { advance } from '../../../src/verdict/canary/advance.ts';
import { type CheckState, FRESH, readState } from '../../../src/verdict/canary/state.ts';
import { MemoryRuns, VirtualCanary } from '../../support/canary-runs.ts';

/** With every kind of incident open but blindness. */
function busyState(): CheckState {
  const canary = new VirtualCanary();
  canary.script(`${'o'.repeat(40)}${'boo'.repeat(20)}bbb`);
  canary.run('b', { certificate: { validToMs: canary.nowMs + 1000 } });
  if (canary.state === null) throw new Error('the state was not read back');
  return canary.state;
}

describe('a state', () => {
  test('comes back from JSON as it was', () => {
    const state = busyState();
    expect(state.incidents).toMatchObject({ service: {}, budget: {}, flapping: {}, certificate: {} });
    expect(readState(JSON.parse(JSON.stringify(state)))).toEqual(state);
    expect(readState(FRESH)).toEqual(FRESH);
  });

  test.each([
    null,
    undefined,
    7,
    'x',
    [],
    {},
    { ...FRESH, version: 2 },
    { ...FRESH, name: 'fine' },
    { ...FRESH, places: [{ index: 0, atMs: 0, mark: 'new' }] },
    { ...FRESH, places: {} },
    { ...FRESH, okInRow: '1' },
    { ...FRESH, sinceMs: Number.NaN },
    { ...FRESH, poolFromMs: undefined },
    { ...FRESH, told: [{ fromMs: 0 }] },
    { ...FRESH, incidents: null },
    { ...FRESH, incidents: { ...FRESH.incidents, service: {} } },
    { ...FRESH, incidents: { ...FRESH.incidents, blind: undefined } },
  ])('is null for what is none: %j', (value) => {
    expect(readState(value)).toBeNull();
  });

  test('of which any part is lost is null, and never throws', () => {
    const state = JSON.parse(JSON.stringify(busyState()));
    const cut = (value: Record<string, unknown>, key: string): Record<string, unknown> => {
      return Object.fromEntries(Object.entries(value).filter(([name]) => name !== key));
    };
    const whole = Object.keys(state).filter((key) => key !== 'everyMs');
    for (const key of whole) expect(readState(cut(state, key)), key).toBeNull();
    expect(readState({ ...state, everyMs: undefined })).toEqual({ ...state, everyMs: null });
    for (const subject of ['service', 'budget', 'flapping', 'certificate']) {
      const incident = state.incidents[subject];
      for (const key of Object.keys(incident)) {
        const incidents = { ...state.incidents, [subject]: cut(incident, key) };
        expect(readState({ ...state, incidents }), `${subject}.${key}`).toBeNull();
      }
    }
  });

  test('is read from any JSON without an exception', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readState(value)).toBeNull();
      }),
    );
  });
});

test('a run without a state and without a past is taken in', () => {
  const canary = new VirtualCanary();
  const { report, events } = advance({
    state: null,
    run: { ...firstRun, atMs: canary.nowMs },
    past: new MemoryRuns(),
    settings: canary.settings,
    check: 'shop',
    newId: () => 'id',
    isDrill: true,
  });
  expect(events).toEqual([]);
  expect(report).toMatchObject({ state: 'pending', since: '2026-01-05T12:00:00.000Z', flapRatio: null });
  expect(report.budget).toMatchObject({ leftRatio: null, exhaustionMs: null });
  expect(report.budget.burns.map(({ status }) => status)).toEqual(Array(4).fill('unknown'));
});

const firstRun = {
  runId: 'first',
  outcome: 'bad',
  kind: 'offline',
  indicator: 'dns',
  text: 'is offline: dns in 20 of 20 requests',
  sent: 20,
  failed: 20,
  tallies: [],
  isMaintenance: false,
} as const;
