/** A look becomes part of its check's history, and that says whom to tell. A history that fails costs the memory alone. */

import type { OutputError } from '../../core/errors.ts';
import { type Channel, isTold } from '../../notify/channel.ts';
import type { CanarySettings } from '../../plan/canary/settings.ts';
import { advance } from '../../verdict/canary/advance.ts';
import type { PageEvent } from '../../verdict/canary/event.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import type { CanaryRun, PastRuns } from '../../verdict/canary/run.ts';
import { paceOf } from '../../verdict/incident/places.ts';
import type { HistoryPlace } from '../history/open.ts';
import type { Queued } from '../notify/deliver.ts';
import { keepRun, markUnkept } from './keep.ts';
import { readMemory, withEvents } from './memory.ts';

/** A run, and what it is judged by. */
export interface JudgedRun {
  readonly check: string;
  readonly run: CanaryRun;
  /** What each event says besides. */
  readonly details?: PageEvent['details'];
  readonly settings: CanarySettings;
  readonly certificateEndMs: number | null;
  readonly channels: readonly Channel[];
  readonly isDrill: boolean;
  readonly newId: () => string;
}

/** The report, but for what was looked at beside the run, and what became of the events. */
export type Standing = Omit<CanaryReport, 'deliveries' | 'control' | 'certificate'>;

/** What is to be told after a run. */
export interface Judgement {
  readonly report: Standing;
  /** Everything that waits, the new events last. */
  readonly queue: readonly Queued<number>[];
  /** The last event of each incident. */
  readonly last: readonly PageEvent[];
  /** Null when it was kept. */
  readonly unkept: OutputError | null;
}

/** Nothing is known of earlier runs. */
const NO_PAST: PastRuns = { latest: () => [], count: () => ({ runs: 0, bad: 0 }), between: () => [] };

/** Keeps the run and judges it within its history. */
export async function judgeRun(judged: JudgedRun, place: HistoryPlace): Promise<Judgement> {
  const { readEvent } = await import('../../history/canary/event-text.ts');
  const { check, run, channels } = judged;
  const kept = await keepRun(place, {
    check,
    run,
    advance: (value, past, lastOkMs, isLost) => {
      const memory = readMemory(value, readEvent);
      const isUnreadable = value !== null && memory.state === null;
      const before = { state: memory.state, isLost: isLost || isUnreadable, past };
      const { state, events, report } = advance({ ...inputOf(judged), ...before });
      // An alert stands for as long as runs take to come now, not when its incident began.
      const everyMs = paceOf(state.places, judged.settings);
      const last = withEvents(memory.last, events, run.atMs).map((event) => ({ ...event, everyMs }));
      const standing = { ...report, lastOk: lastOk(run, lastOkMs) };
      return {
        state: { state, last },
        events: addressed(events, channels),
        value: { report: standing, last },
      };
    },
  });
  if (kept.kind === 'unkept') {
    const judgement = judgedWithoutMemory(judged, kept.why);
    if (judgement.queue.length > 0) await markUnkept(place, check);
    return judgement;
  }
  const { value, queued } = kept;
  return { report: value.report, queue: queued, last: value.last, unkept: null };
}

function inputOf({
  check,
  run,
  details = [],
  settings,
  certificateEndMs,
  isDrill,
  newId,
}: JudgedRun): Omit<Parameters<typeof advance>[0], 'state' | 'past'> {
  const certificate = certificateEndMs === null ? null : { validToMs: certificateEndMs };
  return { check, run, details, settings, certificate, newId, isDrill };
}

function lastOk({ outcome, atMs }: CanaryRun, beforeMs: number | null): string | null {
  const ms = outcome === 'ok' ? atMs : beforeMs;
  return ms === null ? null : new Date(ms).toISOString();
}

/** Each event for each channel that is to be told of it. */
export function addressed(
  events: readonly PageEvent[],
  channels: readonly Channel[],
): { readonly channel: string; readonly event: PageEvent }[] {
  return channels.flatMap((channel) =>
    events.filter((event) => isTold(channel, event)).map((event) => ({ channel: channel.name, event })),
  );
}

/**
 * Without a memory one bad run fires: better told too often than never. Pagers that know an incident by its key take
 * the next one for the same.
 */
function judgedWithoutMemory(judged: JudgedRun, why: OutputError): Judgement {
  const settings = { ...judged.settings, fail: { bad: 1, of: 1 } };
  const { run, channels } = judged;
  const { events, report } = advance({ ...inputOf({ ...judged, settings }), state: null, past: NO_PAST });
  const told = addressed(events, channels).map((each, index) => ({
    ...each,
    id: -1 - index,
    notBeforeMs: null,
  }));
  const remark = `its history cannot be used, so that one bad run is told of at once: ${why.message}`;
  return {
    report: { ...report, lastOk: lastOk(run, null), remarks: [...report.remarks, remark] },
    queue: told,
    last: [],
    unkept: why,
  };
}
