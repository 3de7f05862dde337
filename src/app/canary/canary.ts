/** One run of a canary, from the look to the pager. */

import type { OutputError } from '../../core/errors.ts';
import { createRedactor, redactUrl, safeText } from '../../core/text.ts';
import { settingsOf } from '../../plan/canary/canary-plan.ts';
import type { Plan } from '../../plan/plan.ts';
import { secretValues } from '../../plan/secrets.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { CanaryReport } from '../../verdict/canary/report.ts';
import type { Emission } from '../emit/emission.ts';
import type { HistoryPlace } from '../history/open.ts';
import { openChannels } from '../notify/open.ts';
import type { Subject } from '../send.ts';
import type { World } from '../world.ts';
import { hasCertificate } from './certificate.ts';
import { canaryDocument } from './document.ts';
import { judgeRun, type Standing } from './judge.ts';
import { withCheckLock } from './keep.ts';
import { type Look, type LookOptions, look } from './look.ts';
import { beatAll, beatPhase, tellAll, type Watchers } from './tell.ts';

/** How a canary runs. */
export interface CanaryOptions extends LookOptions {
  /** Name of the check. */
  readonly check: string;
  /** Where its history is. */
  readonly place: HistoryPlace;
  /** It is a drill: everybody who is told is told so, and who watches that runs come hears nothing that counts. */
  readonly isDrill?: boolean;
}

/**
 * How it ended. `held`: another run of the check is under way, and nothing was sent. `stopped`: by a signal; half a run
 * says nothing, and nothing was kept. `failures` is what could not be kept; what a channel did not take stands in the report.
 */
export type CanaryEnd =
  | { readonly kind: 'held' }
  | { readonly kind: 'stopped'; readonly result: ResultDocument }
  | { readonly kind: 'judged'; readonly result: ResultDocument; readonly failures: readonly OutputError[] };

/**
 * Runs the canary of a plan once: one at a time for each check.
 *
 * @throws UsageError when nothing may be sent  @throws InternalError for a bug of ours
 */
export async function runCanary(subject: Subject, world: World, options: CanaryOptions): Promise<CanaryEnd> {
  const { check, place } = options;
  const end = await withCheckLock(place, check, () => emittingLook(subject, world, options));
  return end === 'held' ? { kind: 'held' } : end;
}

/** The plan's sinks hear the canary's verdict in place of that of the one run. */
async function emittingLook(subject: Subject, world: World, options: CanaryOptions): Promise<CanaryEnd> {
  const emissions: Emission[] = [];
  try {
    const onEmission = (emission: Emission): void => void emissions.push(emission);
    const end = await lookAndTell(subject, world, { ...options, onEmission });
    // A drill's verdict is nobody's business who does not know that it is one.
    const isTold = end.kind === 'judged' && options.isDrill !== true;
    if (isTold) for (const { tell } of emissions) await tell(end.result);
    return end;
  } finally {
    for (const { close } of emissions) close();
  }
}

async function lookAndTell(subject: Subject, world: World, options: CanaryOptions): Promise<CanaryEnd> {
  const { say, isDrill = false } = options;
  const channels = openChannels(subject.plan.notify ?? [], subject.secrets, world);
  const watchers = { channels, world, everyMs: settingsOf(subject.plan).everyMs, say };
  const beatId = world.newId();
  // Whoever hears that a run began waits for its end, and a drill has none that counts.
  const began = isDrill ? Promise.resolve() : beatAll({ phase: 'start', runId: beatId, text: '' }, watchers);
  const seen = await look(subject, world, options);
  await began;
  if (seen.run === null) return { kind: 'stopped', result: seen.result };
  return judgedAndTold({ subject, seen: { ...seen, run: seen.run }, watchers, beatId }, world, options);
}

interface Seen {
  readonly subject: Subject;
  readonly seen: Look & { readonly run: NonNullable<Look['run']> };
  readonly watchers: Watchers;
  readonly beatId: string;
}

async function judgedAndTold(
  { subject, seen, watchers, beatId }: Seen,
  world: World,
  { check, place, isDrill = false }: CanaryOptions,
): Promise<CanaryEnd> {
  const { channels } = watchers;
  const redact = createRedactor(secretValues(subject.plan, subject.secrets));
  const { run, control, certificateEndMs } = seen;
  const told = {
    ...run,
    text: redact(run.text),
    indicator: run.indicator === null ? null : redact(run.indicator),
  };
  // Of a certificate that no target has any more nobody would ever hear the end.
  const unwatched = hasCertificate(subject) ? {} : { certificateMs: 0 };
  const settings = { ...settingsOf(subject.plan), ...unwatched };
  const details = [
    ['asked', safeText(redact(askedText(subject.plan)), { maxLength: LONGEST_ASKED })],
    ['seen from', safeText(world.machine.hostname)],
  ] as const;
  const facts = {
    check,
    run: told,
    details,
    settings,
    certificateEndMs,
    channels,
    isDrill,
    newId: world.newId,
  };
  const judgement = await judgeRun(facts, place);
  const { report: standing } = judgement;
  const text = `${isDrill ? '[DRILL] ' : ''}${check} ${standing.text}; ${standing.state}`;
  const phase = isDrill ? 'log' : beatPhase(standing);
  // Side by side: one after the other would take the time of both from the next look.
  const [{ deliveries, failures }] = await Promise.all([
    tellAll(judgement, channels, { ...place, world }),
    beatAll({ phase, runId: beatId, text }, watchers),
  ]);
  const certificate = certificateOf(certificateEndMs, world.clock.wallMs());
  const report = reportOf(standing, { control, certificate, deliveries });
  const unkept = judgement.unkept === null ? [] : [judgement.unkept];
  return {
    kind: 'judged',
    result: canaryDocument(seen.result, report),
    failures: [...unkept, ...failures],
  };
}

/** More of them are counted. */
const MOST_ASKED = 2;
const LONGEST_ASKED = 300;

/** `GET https://shop.example.com/followers and 3 more`: whoever is woken may not know the check by its name. */
function askedText({ targets }: Plan): string {
  const named = targets.slice(0, MOST_ASKED).map(({ method, url }) => `${method} ${redactUrl(url)}`);
  const more = targets.length - named.length;
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

/** The whole report, its keys in the order in which a document is read back: its bytes stay the same. */
function reportOf(
  { remarks, ...standing }: Standing,
  { control, certificate, deliveries }: Pick<CanaryReport, 'control' | 'certificate' | 'deliveries'>,
): CanaryReport {
  const { check, outcome, kind, indicator, text, state, since, lastOk } = standing;
  const first = { check, outcome, kind, indicator, text, state, since, lastOk };
  return { ...first, ...standing, control, certificate, remarks, deliveries };
}

const DAY_MS = 86_400_000;

function certificateOf(endMs: number | null, nowMs: number): CanaryReport['certificate'] {
  if (endMs === null) return null;
  return { validTo: new Date(endMs).toISOString(), daysLeft: (endMs - nowMs) / DAY_MS };
}
