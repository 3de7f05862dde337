/** `headroom pager drill`: breaks a service in a named way, and sees whether the pager makes a sound. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { channelSecrets } from '../../app/notify/channel-secrets.ts';
import { drill } from '../../app/pager/drill.ts';
import { type DrillFaultName, drillFaultNamed } from '../../app/pager/faults.ts';
import { planReads, readPlanFile } from '../../app/plan-source.ts';
import { publishReport } from '../../app/publish.ts';
import type { Subject } from '../../app/send.ts';
import { UsageError } from '../../core/errors.ts';
import { exactDuration, formatDurationMs, parseDuration } from '../../core/units.ts';
import { type Demo, startDemo } from '../../demo/topology.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import { type PlanText, parseCanaryPlan } from '../../plan/parse.ts';
import { secretValues } from '../../plan/secrets.ts';
import { maskSecrets } from '../ci/service.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import { kindNamed } from '../flags/pager.ts';
import { repeatLine } from '../secrecy.ts';
import type { Outcome, Session } from '../session.ts';
import { drillPlanText, LEAST_EVERY_MS, USUAL_EVERY_MS } from './drill-plan.ts';

/** A service and what looks at it. */
interface Stage {
  readonly subject: Subject;
  readonly controlUrl: string;
}

/** One replica that answers in 5 ms, and up to 400/s: what is slow is slow by the fault alone. */
const EXAMPLE = { replicas: 1, workers: 2, meanServiceMs: 5, distribution: 'deterministic' } as const;

/** Runs the command: 0 when the pager sounded in time and by the right name, 1 when not, 3 when there was nothing to break. */
export async function pagerDrillCommand(session: Session): Promise<Outcome> {
  const { flags } = session;
  const fault = drillFaultNamed(flags.text('fault') ?? 'kill') ?? 'kill';
  const destinations = destinationsFor(session, 'other');
  const withinMs = durationOf(session, 'within');
  const folder = mkdtempSync(join(tmpdir(), 'headroom-drill-'));
  try {
    const report = await withStage(session, fault, ({ subject, controlUrl }) =>
      drill(subject, session.world, {
        fault,
        controlUrl,
        folder,
        ackUrl: flags.text('ackUrl') ?? null,
        withinMs,
        expect: kindNamed(flags.text('expect')) ?? null,
        owned: subject.plan.owner !== null || flags.has('yesIOwnThis'),
        repeat: repeatLine(session.args, subject.plan.seed),
        say: session.say,
      }),
    );
    return outcomeOf(report.exitCode, await publishReport(report, destinations, session.world), session);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function withStage<T>(
  session: Session,
  fault: DrillFaultName,
  use: (stage: Stage) => Promise<T>,
): Promise<T> {
  const named = session.flags.text('plan') ?? session.operands[0];
  const source = named === undefined ? null : readPlanFile(named, session.world);
  const controlUrl = session.flags.text('targetControl');
  if (controlUrl !== undefined) return use({ subject: ownStage(session, source), controlUrl });
  const everyMs = durationOf(session, 'every') ?? USUAL_EVERY_MS;
  if (everyMs < LEAST_EVERY_MS) {
    throw new UsageError(`--every ${formatDurationMs(everyMs)} is too short for the example system`, {
      hint: `give it ${formatDurationMs(LEAST_EVERY_MS)} or more`,
    });
  }
  const told = source === null ? null : read(session, source);
  const demo = await startDemo(EXAMPLE);
  try {
    return await use(exampleStage({ session, fault, everyMs, demo, told }));
  } finally {
    await demo.stop();
  }
}

/** The plan's own targets; its schedule unless another one is given. */
function ownStage(session: Session, source: PlanText | null): Subject {
  if (source === null) {
    throw new UsageError('--target-control needs the plan that looks at the service', {
      hint: 'name it with --plan',
    });
  }
  return read(session, source);
}

interface ExampleStage {
  readonly session: Session;
  readonly fault: DrillFaultName;
  readonly everyMs: number;
  readonly demo: Demo;
  /** Whose notifiers are told; null: nobody is named. */
  readonly told: Subject | null;
}

function exampleStage({ session, fault, everyMs, demo, told }: ExampleStage): Stage {
  const [url = '', secureUrl = ''] = [demo.replicaUrls[0], demo.secureUrls[0]];
  const text = drillPlanText(fault, { url, secureUrl, authorityPath: demo.authorityPath }, everyMs);
  const { plan, secrets } = parseCanaryPlan({ file: 'the example plan', text }, {}, planReads(session.world));
  const notify: readonly NotifierSettings[] = told?.plan.notify ?? [];
  return {
    subject: { plan: { ...plan, notify }, secrets: told?.secrets ?? secrets },
    controlUrl: demo.controlUrl,
  };
}

function read(session: Session, source: PlanText): Subject {
  const { world, vault } = session;
  const everyMs = durationOf(session, 'every');
  const overrides = everyMs === null ? {} : { canary: { every: exactDuration(everyMs) } };
  const { plan, secrets } = parseCanaryPlan(source, overrides, planReads(world));
  vault.add(secretValues(plan, secrets));
  vault.add(channelSecrets(plan.notify ?? [], secrets, world.env));
  maskSecrets(session);
  return { plan, secrets, planFile: source.file };
}

function durationOf({ flags }: Pick<Session, 'flags'>, name: 'every' | 'within'): number | null {
  const text = flags.text(name);
  if (text === undefined) return null;
  try {
    const ms = parseDuration(text);
    if (ms > 0) return ms;
  } catch (cause) {
    throw new UsageError(`--${name} is no duration: ${text}`, { hint: 'write it as 2s or 1m', cause });
  }
  throw new UsageError(`--${name} must be longer than 0`, { hint: 'write it as 2s or 1m' });
}
