/** From what happened in a drill to its report: pure. */

import { formatDurationMs } from '../../core/units.ts';
import type {
  DrilledChannel,
  DrillMoment,
  DrillReport,
  ExpectedDetection,
} from '../../report/pager/drill.ts';
import type { CanaryReport, DeliveryReport } from '../../verdict/canary/report.ts';
import type { Reason, Status } from '../../verdict/finding.ts';
import { EXIT } from '../exit.ts';
import { type DrilledRun, type Happened, reached } from './hold-drill.ts';

/** What was asked of a drill. */
export interface DrillFacts {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly check: string;
  readonly fault: string;
  readonly everyMs: number;
  readonly withinMs: number;
  readonly expected: ExpectedDetection;
  /** Somebody was asked for an acknowledgement. */
  readonly asksForAcknowledgement: boolean;
  /** It was ended before its time. */
  readonly isStopped: boolean;
}

/** The report. The code is 1 without a sound in time, a wrong name or no end; 3 when there was nothing to break. */
export function drillReport(happened: Happened, facts: DrillFacts): DrillReport {
  const { before, during, after, brokenMs, mendedMs } = happened;
  const { asksForAcknowledgement: _asks, isStopped: _stopped, ...asked } = facts;
  const fromFault = (atMs: number): number => atMs - (brokenMs ?? before[0]?.startMs ?? atMs);
  const fromMended = (atMs: number): number => atMs - (mendedMs ?? atMs);
  const bad = during.find(({ report }) => report.outcome === 'bad');
  const fired = during.find(({ report }) => reached(report, 'trigger'));
  const good = after.find(({ report }) => report.outcome === 'ok');
  const resolved = after.find(({ report }) => reached(report, 'resolve'));
  const naming = fired ?? during.findLast(({ report }) => report.kind !== null);
  const told = naming === undefined ? null : (serviceOf(naming.report) ?? naming.report);
  const times = {
    firstBadMs: bad === undefined ? null : fromFault(bad.endMs),
    acceptedMs: fired === undefined ? null : fromFault(toldMs(fired, 'trigger') ?? fired.endMs),
    acknowledgedMs: happened.acknowledgedMs === null ? null : fromFault(happened.acknowledgedMs),
    firstGoodMs: good === undefined ? null : fromMended(good.endMs),
    resolvedMs: resolved === undefined ? null : fromMended(toldMs(resolved, 'resolve') ?? resolved.endMs),
  };
  const named = { named: told?.kind ?? null, indicator: told?.indicator ?? null };
  const verdict = verdictOf({ ...times, ...named, ...facts, happened });
  return {
    schema: 'headroom.pager-drill/1',
    ...asked,
    ...named,
    ...times,
    runs: before.length + during.length + after.length,
    runsBroken: during.length,
    channels: channelsOf(happened),
    timeline: momentsOf(happened, { bad, fired, good, resolved }).map((moment) => ({
      ...moment,
      atMs: fromFault(moment.atMs),
    })),
    verdict,
    exitCode: EXIT[verdict.status],
  };
}

/** The incident that is open: what many runs have shown has a name that none of them has. */
function serviceOf({ incidents }: CanaryReport): CanaryReport['incidents'][number] | undefined {
  return incidents.find(({ subject }) => subject === 'service');
}

type Known = DrillFacts &
  Pick<DrillReport, 'acceptedMs' | 'acknowledgedMs' | 'resolvedMs' | 'named'> & {
    readonly happened: Happened;
  };

function verdictOf(known: Known): { readonly status: Status; readonly reasons: readonly Reason[] } {
  const { happened, acceptedMs } = known;
  if (happened.brokenMs === null) return { status: 'inconclusive', reasons: [neverBroken(known)] };
  const failures = failuresOf(known);
  if (failures.length > 0) return { status: 'fail', reasons: failures };
  const heardMs = known.acknowledgedMs ?? acceptedMs ?? 0;
  const how = known.acknowledgedMs === null ? 'accepted' : 'acknowledged';
  const text = `It was ${how} ${formatDurationMs(heardMs)} after the fault, named ${known.named}, and resolved.`;
  return { status: 'pass', reasons: [{ code: 'SOUNDED', text }] };
}

function neverBroken({ isStopped, happened }: Known): Reason {
  if (isStopped) return { code: 'STOPPED', text: 'The drill was stopped before anything was broken.' };
  const last = happened.before.at(-1)?.report;
  const seen = last === undefined ? '' : ` The last run said: ${last.text}`;
  return {
    code: 'NEVER_HEALTHY',
    text: `The service was not seen healthy in ${happened.before.length} runs, so that it was not broken.${seen}`,
  };
}

function failuresOf(known: Known): Reason[] {
  const { acceptedMs, acknowledgedMs, resolvedMs, withinMs, named, expected } = known;
  if (known.isStopped) return [{ code: 'STOPPED', text: 'The drill was stopped; the service is mended.' }];
  const failures: Reason[] = [];
  const within = `within ${formatDurationMs(withinMs)}`;
  if (acceptedMs === null || acceptedMs > withinMs) {
    const late = acceptedMs === null ? '' : `, the first one after ${formatDurationMs(acceptedMs)}`;
    failures.push({ code: 'NO_SOUND', text: `No channel accepted an alert ${within} of the fault${late}.` });
    failures.push(...overrunOf(known));
  } else if (known.asksForAcknowledgement && (acknowledgedMs === null || acknowledgedMs > withinMs)) {
    failures.push({
      code: 'NOT_ACKNOWLEDGED',
      text: `Nobody acknowledged the alert ${within} of the fault.`,
    });
  }
  if (named !== expected.kind) {
    const text = `The canary named ${named ?? 'nothing'}, where ${expected.kind} was expected.`;
    failures.push({ code: 'WRONG_NAME', text });
  }
  if (acceptedMs !== null && resolvedMs === null) {
    failures.push({ code: 'NOT_RESOLVED', text: 'The alert was not resolved after the fault had ended.' });
  }
  return failures;
}

/** Runs that cannot keep their schedule make a sound late that is no fault of the pager. */
function overrunOf({ happened, everyMs }: Known): Reason[] {
  const took = happened.during.map(({ startMs, endMs }) => endMs - startMs);
  const over = took.filter((ms) => ms > everyMs);
  if (over.length === 0) return [];
  const text =
    `${over.length} of ${took.length} runs took longer than the ${formatDurationMs(everyMs)} from one to the next, ` +
    `up to ${formatDurationMs(Math.max(...over))}: give --every more, or this machine less to do.`;
  return [{ code: 'OVERRUN', text }];
}

interface Turns {
  readonly bad: DrilledRun | undefined;
  readonly fired: DrilledRun | undefined;
  readonly good: DrilledRun | undefined;
  readonly resolved: DrilledRun | undefined;
}

/** In the order in which they came, on the drill's clock. */
function momentsOf(happened: Happened, { bad, fired, good, resolved }: Turns): DrillMoment[] {
  const at = (moment: DrillMoment['moment'], atMs: number | null | undefined, text: string): DrillMoment[] =>
    typeof atMs === 'number' ? [{ moment, atMs, text }] : [];
  return [
    ...at('healthy', happened.healthyMs, happened.before.at(-1)?.report.text ?? ''),
    ...at('broken', happened.brokenMs, 'the fault is in force'),
    ...at('bad', bad?.endMs, bad?.report.text ?? ''),
    ...at('accepted', fired && toldMs(fired, 'trigger'), `taken by ${namesOf(fired?.report, 'trigger')}`),
    ...at('acknowledged', happened.acknowledgedMs, 'somebody heard it'),
    ...at('mended', happened.mendedMs, 'the fault has ended'),
    ...at('good', good?.endMs, good?.report.text ?? ''),
    ...at(
      'resolved',
      resolved && toldMs(resolved, 'resolve'),
      `taken by ${namesOf(resolved?.report, 'resolve')}`,
    ),
  ].sort((one, other) => one.atMs - other.atMs);
}

/**
 * When the first channel took an event of a run, on the drill's clock, ms; null when none did. Channels are told side by
 * side, and the slowest of them holds up the end of the run: what is reckoned back from there is never too early.
 *
 * @param channel this one alone
 */
function toldMs(
  { endMs, report: { deliveries } }: DrilledRun,
  action: 'trigger' | 'resolve',
  channel: string | null = null,
): number | null {
  const after = deliveries.flatMap((each, place) =>
    each.status === 'accepted' ? [{ each, tookMs: takenAfterMs(deliveries, place) }] : [],
  );
  const own = after.filter(
    ({ each }) => isOfService(each, action) && (channel === null || each.channel === channel),
  );
  if (own.length === 0) return null;
  const longestMs = Math.max(...after.map(({ tookMs }) => tookMs), ...deliveries.map(({ tookMs }) => tookMs));
  return endMs - longestMs + Math.min(...own.map(({ tookMs }) => tookMs));
}

/** How long after the beginning one was taken: a channel is told of several things one after the other. */
function takenAfterMs(deliveries: readonly DeliveryReport[], place: number): number {
  const name = deliveries[place]?.channel;
  return deliveries
    .slice(0, place + 1)
    .reduce((sum, { channel, tookMs }) => (channel === name ? sum + tookMs : sum), 0);
}

function isOfService({ subject, action }: DeliveryReport, asked: DeliveryReport['action']): boolean {
  return subject === 'service' && action === asked;
}

function namesOf(report: CanaryReport | undefined, action: 'trigger' | 'resolve'): string {
  return (report?.deliveries ?? [])
    .filter((each) => each.status === 'accepted' && isOfService(each, action))
    .map(({ channel }) => channel)
    .join(', ');
}

function channelsOf({ during, after, brokenMs, mendedMs }: Happened): DrilledChannel[] {
  const all = [...during, ...after];
  const names = new Set(all.flatMap(({ report }) => report.deliveries.map(({ channel }) => channel)));
  return [...names].map((channel) => {
    const accepted = (
      runs: readonly DrilledRun[],
      action: 'trigger' | 'resolve',
      fromMs: number | null,
    ): number | null => {
      const [first] = runs.flatMap((run) => toldMs(run, action, channel) ?? []);
      return first === undefined || fromMs === null ? null : first - fromMs;
    };
    const last = all.flatMap(({ report }) => report.deliveries).findLast((each) => each.channel === channel);
    return {
      channel,
      acceptedMs: accepted(all, 'trigger', brokenMs),
      resolvedMs: accepted(after, 'resolve', mendedMs),
      text: last?.text ?? '',
    };
  });
}
