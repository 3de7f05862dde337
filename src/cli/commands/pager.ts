/** `headroom pager test [PLAN]`: does the pager make a sound? */

import { resolve } from 'node:path';
import { channelSecrets } from '../../app/notify/channel-secrets.ts';
import { openChannels } from '../../app/notify/open.ts';
import { holdOf, testPagers } from '../../app/pager/test.ts';
import { planReads, readPlanFile } from '../../app/plan-source.ts';
import { publishReport } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { formatDurationMs, parseDuration, UnitError } from '../../core/units.ts';
import { checkName } from '../../plan/canary/check-name.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import { type ParsedPlan, type PlanText, parseCanaryPlan } from '../../plan/parse.ts';
import { secretValues } from '../../plan/secrets.ts';
import { maskSecrets } from '../ci/service.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Flags } from '../options.ts';
import type { Outcome, Session } from '../session.ts';
import { planInput } from '../traffic.ts';

/** Runs the command: 0 when every notifier took the alert and its end, 1 when one did not, 2 when there is none. */
export function pagerTestCommand(session: Session): Promise<Outcome> {
  const source = planSource(session);
  const parsed = parseCanaryPlan(source, {}, planReads(session.world));
  const file = source === null ? null : resolve(session.world.cwd, source.file);
  return testNotifiers(session, { ...parsed, check: checkName(parsed.plan, file) });
}

/** A plan, and the name of its check. */
export interface NamedPlan extends ParsedPlan {
  readonly check: string;
}

/** Tests the notifiers of a plan, those that `--only` names, and publishes the report. @throws UsageError when there is none */
export async function testNotifiers(session: Session, { plan, secrets, check }: NamedPlan): Promise<Outcome> {
  const { world, vault, flags, say } = session;
  const destinations = destinationsFor(session, 'other');
  const notify = plan.notify ?? [];
  vault.add(secretValues(plan, secrets));
  vault.add(channelSecrets(notify, secrets, world.env));
  maskSecrets(session);
  const channels = openChannels(chosenOf(notify, flags.list('only')).flatMap(peersOf), secrets, world);
  const holdMs = holdIn(flags) ?? holdOf(channels);
  for (const remark of remarksOn(channels, holdMs)) say(remark);
  const report = await testPagers({ channels, check, holdMs }, world);
  return outcomeOf(report.exitCode, await publishReport(report, destinations, world), session);
}

function* remarksOn(channels: ReturnType<typeof openChannels>, holdMs: number): Generator<string> {
  const needed = formatDurationMs(holdOf(channels));
  const stands = holdMs > 0 ? `; the alert stands for ${formatDurationMs(holdMs)}, Ctrl-C ends it` : '';
  yield `telling ${channels.map(({ name }) => name).join(', ')}${stands}`;
  if (holdMs < holdOf(channels)) {
    yield `an alert that is over within ${needed} may be accepted here and still call nobody`;
  }
}

/** The operand is a plan file here. */
function planSource(session: Session): PlanText | null {
  const [operand] = session.operands;
  if (operand === undefined) return planInput(session).source;
  if (!operand.includes('://')) return readPlanFile(operand, session.world);
  throw new UsageError('a URL names no notifier', { hint: 'name a plan file that has a notify section' });
}

const EXAMPLE = 'write into the plan, for example: notify: [{ slack: "${env:SLACK_URL}" }]';

/** The notifiers of these names, all without any. @throws UsageError when there is none, or none of such a name */
function chosenOf(
  notify: readonly NotifierSettings[],
  names: readonly string[],
): readonly NotifierSettings[] {
  if (notify.length === 0) throw new UsageError('the plan names no notifier', { hint: EXAMPLE });
  const unknown = names.find((wanted) => notify.every(({ name }) => name !== wanted));
  if (unknown !== undefined) {
    throw new UsageError(`the plan has no notifier "${safeText(unknown)}"`, {
      hint: `it has ${notify.map(({ name }) => safeText(name)).join(', ')}`,
    });
  }
  return names.length === 0 ? notify : notify.filter(({ name }) => names.includes(name));
}

/** A notifier as its peers, each by itself: together they are told when one of them takes it. */
function peersOf(settings: NotifierSettings): readonly NotifierSettings[] {
  if (settings.kind !== 'alertmanager' || settings.urls.length < 2) return [settings];
  const { name, urls } = settings;
  return urls.map((url, index) => ({
    ...settings,
    name: `${name}, peer ${index + 1} of ${urls.length}`,
    urls: [url],
  }));
}

const LONGEST_HOLD_MS = 3_600_000;

/** What `--hold` says, ms; null without it. @throws UsageError when it is no duration, or longer than an hour */
function holdIn(flags: Flags): number | null {
  const text = flags.text('hold');
  if (text === undefined) return null;
  const hint = 'write --hold 60s, or --hold 0 to end the alert at once';
  try {
    const holdMs = parseDuration(text);
    if (holdMs <= LONGEST_HOLD_MS) return holdMs;
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new UsageError(`--hold: ${error.message}`, { hint, cause: error });
  }
  throw new UsageError('--hold: an hour is the longest', { hint });
}
