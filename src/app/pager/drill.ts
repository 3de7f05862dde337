/** A drill of the pager, from end to end: the real canary, a service that is broken, and who hears it. */

import { InternalError } from '../../core/errors.ts';
import { formatDurationMs } from '../../core/units.ts';
import { settingsOf } from '../../plan/canary/canary-plan.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import type { CanarySettings } from '../../plan/canary/settings.ts';
import type { Plan } from '../../plan/plan.ts';
import type { DrillReport, ExpectedDetection } from '../../report/pager/drill.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import type { FailureKind } from '../../verdict/canary/run.ts';
import { dedupKeyOf } from '../../verdict/incident/notice.ts';
import { runCanary } from '../canary/canary.ts';
import { exitOf } from '../exit.ts';
import { openChannels } from '../notify/open.ts';
import { watchSearch } from '../search/interruption.ts';
import type { Subject } from '../send.ts';
import type { World } from '../world.ts';
import { type Acknowledged, acknowledgedAt, refuseEarly } from './acknowledgement.ts';
import { controlAt } from './control.ts';
import { endAlerts } from './end-alerts.ts';
import { type Expected, expectedOf } from './expected.ts';
import { DRILL_FAULTS, type DrillFaultName } from './faults.ts';
import { type DrillParts, type Happened, holdDrill } from './hold-drill.ts';
import { type PagerListener, type Received, startListener } from './listener.ts';
import { drillReport } from './timeline.ts';

/** What is drilled. */
export interface DrillOrder {
  readonly fault: DrillFaultName;
  /** The control of the service. */
  readonly controlUrl: string;
  /** Asked whether somebody acknowledged; null: a pager on this machine acknowledges, or acceptance is enough. */
  readonly ackUrl: string | null;
  /** Null: the time computed beforehand, and a margin. */
  readonly withinMs: number | null;
  /** Null: as the fault is called without anything in between. */
  readonly expect: FailureKind | null;
  /** Empty, and the drill's own: what it remembers is no past of anything else. */
  readonly folder: string;
  readonly owned: boolean;
  /** A command line that repeats it. */
  readonly repeat: string;
  /** Told what goes on, a line each. */
  readonly say: (line: string) => void;
}

/** How often somebody is asked for an acknowledgement, ms: over the network, and within this process. */
const ASK_EVERY_MS = 1000;
const LISTEN_EVERY_MS = 20;
/** Beyond the computed time: so many runs, and so long for what is around them. */
const MARGIN_RUNS = 2;
const MARGIN_MS = 5000;
/** Of what takes longer than computed about as often as it does not. */
const TYPICAL_FACTOR = 3;
/** What cannot be computed gets so many runs. */
const UNKNOWN_RUNS = 30;

/**
 * Holds the drill. Its check has a name of its own, so that its alerts neither open nor end real ones; maintenance does
 * not mute it. However it ends, no alert of it is left standing where a channel takes its end.
 *
 * @throws UsageError when the control is wrong or refuses, somebody acknowledges what was not told, or nothing may be sent
 */
export async function drill(subject: Subject, world: World, order: DrillOrder): Promise<DrillReport> {
  const isTold = (subject.plan.notify ?? []).length > 0;
  const listener = isTold ? null : await startListener(world.clock);
  if (!isTold)
    order.say('no plan names a notifier: a pager on this machine listens, --plan FILE tells yours');
  const interruption = watchSearch(world, order.say);
  try {
    const plan = drilledPlan(subject.plan, { listener, routingKey: world.newId() });
    const drilled = { ...subject, plan };
    const report = await held({ drilled, listener, stopping: interruption.stopping }, world, order);
    const signal = interruption.signal();
    return signal === null ? report : { ...report, exitCode: exitOf('inconclusive', signal) };
  } finally {
    interruption.release();
    await listener?.close();
  }
}

/** Holds it, and does what is to be done however it ends. */
async function holdAndEnd(parts: DrillParts, end: () => Promise<void>): Promise<Happened> {
  try {
    return await holdDrill(parts);
  } finally {
    await end();
  }
}

function channelsOf({ plan, secrets }: Subject, world: World): ReturnType<typeof openChannels> {
  return openChannels(plan.notify ?? [], secrets, world);
}

interface Scene {
  readonly drilled: Subject & { readonly plan: DrilledPlan };
  readonly listener: PagerListener | null;
  readonly stopping: AbortSignal;
}

type DrilledPlan = Plan & { readonly canary: CanarySettings & { readonly check: string } };

async function held(
  { drilled, listener, stopping }: Scene,
  world: World,
  order: DrillOrder,
): Promise<DrillReport> {
  const { clock } = world;
  const { check, everyMs, recover } = drilled.plan.canary;
  const startedAt = new Date(clock.wallMs()).toISOString();
  const fault = DRILL_FAULTS[order.fault];
  const { isTypical, ...computed } = expectedOf(drilled.plan, fault);
  const expected = { ...computed, kind: order.expect ?? fault.kind };
  const withinMs = order.withinMs ?? withinFor({ ...computed, isTypical }, everyMs);
  const acknowledged = acknowledgedBy(order.ackUrl, dedupKeyOf(check, 'service'), { listener, clock });
  if (acknowledged !== null) await refuseEarly(acknowledged);
  order.say(announced(order.fault, expected, withinMs));
  // A drill that is killed leaves nothing broken for longer than it would have lasted.
  const control = controlAt({ url: order.controlUrl, fault: order.fault, forMs: withinMs + 60_000 });
  const runs: CanaryReport[] = [];
  const run = async (): Promise<CanaryReport | null> => {
    const report = await runOnce(drilled, world, order);
    if (report !== null) runs.push(report);
    return report;
  };
  const parts = {
    clock,
    run,
    ...control,
    acknowledged,
    askEveryMs: order.ackUrl === null ? LISTEN_EVERY_MS : ASK_EVERY_MS,
    everyMs,
    recover,
    withinMs,
    stopping,
    say: order.say,
  };
  const happened = await holdAndEnd(parts, () =>
    endAlerts(runs, channelsOf(drilled, world), { world, say: order.say }),
  );
  const facts = { startedAt, check, fault: order.fault, everyMs, withinMs, expected };
  const asked = { asksForAcknowledgement: acknowledged !== null, isStopped: stopping.aborted };
  return drillReport(happened, { ...facts, ...asked });
}

/** Who is told when the plan names nobody. */
interface LocalPager {
  readonly listener: PagerListener | null;
  /** Hidden in every output, so that it must be nothing that stands in a name. */
  readonly routingKey: string;
}

/** The plan as it is drilled. */
function drilledPlan(plan: Plan, { listener, routingKey }: LocalPager): DrilledPlan {
  const settings = settingsOf(plan);
  const check = `drill/${settings.check ?? 'canary'}`.slice(0, 100);
  const notify = listener === null ? (plan.notify ?? []) : [localPager(listener, routingKey)];
  return { ...plan, notify, canary: { ...settings, check, maintenance: [] } };
}

function localPager({ url }: PagerListener, routingKey: string): NotifierSettings {
  return { kind: 'pagerduty', name: 'local-pager', least: 'ticket', routingKey, url };
}

/** What is to come, before anything is broken. */
function announced(
  fault: DrillFaultName,
  { kind, detectionMs }: Pick<ExpectedDetection, 'kind' | 'detectionMs'>,
  withinMs: number,
): string {
  const computed = detectionMs === null ? 'never' : `within ${formatDurationMs(detectionMs)}`;
  return `${fault}: computed to be told as ${kind} ${computed}, allowed ${formatDurationMs(withinMs)}`;
}

/** What the canary says of a run; null when it was stopped. */
async function runOnce(
  drilled: Scene['drilled'],
  world: World,
  { owned, folder, repeat, say }: DrillOrder,
): Promise<CanaryReport | null> {
  const end = await runCanary(drilled, world, {
    check: drilled.plan.canary.check,
    place: { world, folder, say },
    isDrill: true,
    owned,
    stateFolder: folder,
    repeat,
    // Thirty runs would say the same thirty times.
    say: () => undefined,
  });
  if (end.kind === 'held') throw new InternalError('a canary of this drill runs already');
  return end.result.canary ?? null;
}

/** The longest that it may take: what chance decides gets three times what it takes typically. */
function withinFor({ detectionMs, isTypical }: Expected, everyMs: number): number {
  const computedMs = (detectionMs ?? UNKNOWN_RUNS * everyMs) * (isTypical ? TYPICAL_FACTOR : 1);
  return computedMs + MARGIN_RUNS * everyMs + MARGIN_MS;
}

/** What the local pager receives it acknowledges, at that moment. */
function acknowledgedBy(
  ackUrl: string | null,
  dedupKey: string,
  { listener, clock }: Pick<Scene, 'listener'> & Pick<World, 'clock'>,
): Acknowledged | null {
  if (ackUrl !== null) return acknowledgedAt(ackUrl, dedupKey, clock);
  if (listener === null) return null;
  const isOurs = (event: Received): boolean => event.action === 'trigger' && event.dedupKey === dedupKey;
  return async () => listener.received().find(isOurs)?.atMs ?? null;
}
