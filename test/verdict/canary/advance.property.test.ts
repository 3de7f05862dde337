import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CanarySettings } from '../../../src/plan/canary/settings.ts';
import type { PageEvent } from '../../../src/verdict/canary/event.ts';
import type { CanaryReport } from '../../../src/verdict/canary/report.ts';
import { HOUR_MS, type Letter, VirtualCanary } from '../../support/canary-runs.ts';

/** A run, and the time to the next one: mostly a place, at times a jitter, a gap, or a step of the clock. */
interface Step {
  readonly letter: Letter;
  readonly afterMs: number;
  readonly bad: number;
  readonly certificateMs: number | null;
}

const letter: fc.Arbitrary<Letter> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Letter>('o') },
  { weight: 6, arbitrary: fc.constant<Letter>('b') },
  { weight: 2, arbitrary: fc.constant<Letter>('x') },
  { weight: 1, arbitrary: fc.constant<Letter>('m') },
);

const step: fc.Arbitrary<Step> = fc.record({
  letter,
  afterMs: fc.oneof(
    { weight: 20, arbitrary: fc.constant(60_000) },
    { weight: 3, arbitrary: fc.integer({ min: 0, max: 120_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 30 * HOUR_MS }) },
    { weight: 1, arbitrary: fc.integer({ min: -3 * HOUR_MS, max: 0 }) },
  ),
  bad: fc.nat({ max: 3 }),
  certificateMs: fc.option(fc.integer({ min: -HOUR_MS, max: 40 * 24 * HOUR_MS })),
});

/** Stretches of one kind, as outages are, between single steps. */
const steps: fc.Arbitrary<Step[]> = fc
  .array(fc.tuple(step, fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 24 }))), {
    minLength: 1,
    maxLength: 16,
  })
  .map((parts) =>
    parts.flatMap(([one, times]) =>
      Array.from({ length: times }, (_, index) => ({
        ...one,
        afterMs: index === times - 1 ? one.afterMs : 60_000,
      })),
    ),
  );

const settings: fc.Arbitrary<Partial<CanarySettings>> = fc.record({
  fail: fc.constantFrom({ bad: 3, of: 5 }, { bad: 1, of: 1 }, { bad: 2, of: 2 }, { bad: 5, of: 20 }),
  recover: fc.integer({ min: 1, max: 4 }),
  remindMs: fc.constantFrom(null, 10 * 60_000, 4 * HOUR_MS),
  blind: fc.integer({ min: 1, max: 6 }),
});

/** What is looked at of a report. */
type Shown = Pick<CanaryReport, 'state' | 'incidents'>;

function play(
  list: readonly Step[],
  over: Partial<CanarySettings>,
): { readonly canary: VirtualCanary; readonly reports: readonly Shown[] } {
  const canary = new VirtualCanary(over);
  const reports = list.map((one) => {
    const { certificateMs } = one;
    const { report } = canary.run(one.letter, {
      tallies: [{ text: 'p99 < 250ms', count: 20, bad: one.letter === 'b' ? 20 : one.bad }],
      certificate: certificateMs === null ? null : { validToMs: canary.nowMs + certificateMs },
    });
    canary.nowMs += one.afterMs - 60_000;
    return report;
  });
  return { canary, reports };
}

/** What one subject was told, as letters: t, r, and e for its end; an escalation to a page is a P. */
function spelled(events: readonly PageEvent[], subject: PageEvent['subject']): string {
  let severity = '';
  return events
    .filter((event) => event.subject === subject)
    .map((event) => {
      const isEscalation = event.action === 'trigger' && severity === 'ticket' && event.severity === 'page';
      severity = event.action === 'resolve' ? '' : event.severity;
      if (isEscalation) return 'P';
      return event.action === 'trigger' ? 't' : event.action === 'remind' ? 'r' : 'e';
    })
    .join('');
}

const SUBJECTS = ['service', 'budget', 'blind', 'flapping', 'certificate'] as const;

function expectOrder({ events }: VirtualCanary): void {
  for (const subject of SUBJECTS) {
    const pattern = subject === 'budget' ? /^(?:tr*(?:Pr*)?(?:e|$))*$/ : /^(?:tr*(?:e|$))*$/;
    expect(spelled(events, subject), subject).toMatch(pattern);
  }
}

function expectIdentity({ events }: VirtualCanary): void {
  const known = new Map<string, PageEvent>();
  for (const event of events) {
    const first = known.get(event.incidentId) ?? event;
    known.set(event.incidentId, first);
    // A clock that steps back takes the beginning with it.
    expect(event.sinceMs).toBeLessThanOrEqual(Math.min(event.atMs, first.sinceMs));
    expect([event.dedupKey, event.subject]).toEqual([
      first.dedupKey,

      first.subject,
    ]);
  }
  expect([...known.values()].every(({ action }) => action === 'trigger')).toBe(true);
}

function expectReported({ events }: VirtualCanary, last: Shown | undefined): void {
  const open = new Set<string>();
  for (const { action, incidentId } of events) {
    if (action === 'resolve') open.delete(incidentId);
    else open.add(incidentId);
  }
  expect(last?.incidents.map(({ incidentId }) => incidentId).sort()).toEqual([...open].sort());
  const isFiring = last?.incidents.some(({ subject }) => subject === 'service');
  expect(last?.state === 'firing' || last?.state === 'recovering').toBe(isFiring);
}

/** Maintenance tells nobody anything, and a blind run begins and ends nothing that it cannot see. */
function expectSilence({ events, runs }: VirtualCanary): void {
  for (const run of runs) {
    const told = events.filter(({ runId }) => runId === run.runId);
    if (run.isMaintenance) expect(told).toEqual([]);
    if (run.outcome !== 'blind') continue;
    const changed = told.filter(({ action }) => action !== 'remind').map(({ subject }) => subject);
    expect(changed.filter((subject) => subject !== 'blind' && subject !== 'certificate')).toEqual([]);
  }
}

describe('whatever happens', () => {
  test('each incident begins, is told again and ends, and the report knows it', () => {
    fc.assert(
      fc.property(steps, settings, (list, over) => {
        const { canary, reports } = play(list, over);
        expectOrder(canary);
        expectIdentity(canary);
        expectReported(canary, reports.at(-1));
        expectSilence(canary);
      }),
      { numRuns: 60 },
    );
  });

  test('the same again says the same again', () => {
    fc.assert(
      fc.property(steps, settings, (list, over) => {
        const [first, second] = [play(list, over), play(list, over)];
        expect(second.canary.events).toEqual(first.canary.events);
        expect(second.reports).toEqual(first.reports);
        expect(second.canary.state).toEqual(first.canary.state);
      }),
      { numRuns: 15 },
    );
  });

  test('an outage that lasts is paged for', () => {
    fc.assert(
      fc.property(steps, settings, (list, over) => {
        const { canary } = play(list, over);
        const { fail } = canary.settings;
        for (let run = 0; run < fail.of; run += 1) canary.run('b');
        expect(canary.state?.name).toBe('firing');
      }),
      { numRuns: 15 },
    );
  });
});
