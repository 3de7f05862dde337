/**
 * `headroom demo`: the example system whose capacity is known; `headroom demo run`: a run against it; `headroom demo
 * launch`: the launch question, with our answer beside the computed truth.
 */

import { EXIT } from '../../app/exit.ts';
import { askLaunch } from '../../app/search/launch.ts';
import type { World } from '../../app/world.ts';
import { UsageError } from '../../core/errors.ts';
import { type Demo, startDemo } from '../../demo/topology.ts';
import { overridesOf, searchOverridesOf } from '../overrides.ts';
import { checkMaxRate, launchFlags } from '../search/flags.ts';
import { runSearch } from '../search/session.ts';
import { truthOf } from '../search/truth.ts';
import type { Outcome, Session } from '../session.ts';
import { runTraffic } from '../traffic.ts';

/** What `demo run` sends. */
const RUN = { load: { rate: '100/s', duration: '20s' } };

/** What `demo launch` asks: three quarters of the true capacity, so that a minute of traffic shows a yes. */
const LAUNCH = { launch: { peak: '130/s', margin: '30%', zones: 3, lose: 1 } };
const LAUNCH_MS = 80_000;

/** The workload of the example: nine times a followers page is read for each time a copy is recorded. */
function planText(url: string, rest: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    version: 1,
    base: url,
    targets: [
      { name: 'followers', get: '/followers?user=${random.int(1,1000)}', weight: 9 },
      { name: 'record', post: '/followers', weight: 1, json: { id: 7 } },
    ],
    objectives: ['p99 < 250ms', 'errors < 1%'],
    ...rest,
  });
}

/** Runs the command: says where the system is, and keeps it until a stop signal comes. */
export async function demoCommand(session: Session): Promise<Outcome> {
  const { world, say } = session;
  const demo = await start(session);
  world.stdout.write(`${demo.describe()}\n`);
  say('press Ctrl-C to stop it');
  await stopSignal(world);
  await demo.stop();
  return { code: EXIT.pass };
}

/** Runs the command: the code is the run's. */
export function demoRunCommand(session: Session): Promise<Outcome> {
  return withDemo(session, ({ url }) => {
    const source = { file: 'the example plan', text: planText(url, RUN) };
    return runTraffic(unkept(session), { source, overrides: overridesOf(session.flags, undefined) });
  });
}

/** Runs the command: the code is the answer's. The computed truth comes after the report; with --json on stderr. */
export function demoLaunchCommand(session: Session): Promise<Outcome> {
  const wishes = launchFlags(session.flags);
  const budget = { maxDurationMs: wishes.maxDurationMs ?? LAUNCH_MS };
  return withDemo(session, async ({ url, capacity }) => {
    const source = { file: 'the example plan', text: planText(url, LAUNCH) };
    const input = { source, overrides: searchOverridesOf(session.flags, undefined) };
    const { plan, outcome } = await runSearch(unkept(session), input, (opened, options) => {
      checkMaxRate(opened.plan, wishes);
      return askLaunch(opened, session.world, { ...options, ...wishes, ...budget });
    });
    tellTruth(session, truthOf(plan, capacity));
    return outcome;
  });
}

/** The example's addresses are new each time: what one run says is no past of the next. */
function unkept(session: Session): Session {
  return { ...session, history: false };
}

async function withDemo(session: Session, use: (demo: Demo) => Promise<Outcome>): Promise<Outcome> {
  if (session.flags.text('plan') !== undefined) {
    throw new UsageError('the demo takes no --plan: it has its own', {
      hint: 'headroom run --plan FILE runs yours; headroom check shows what it would send',
    });
  }
  const demo = await start(session);
  try {
    if (!session.flags.has('quiet')) session.world.stderr.write(`${demo.describe()}\n`);
    return await use(demo);
  } finally {
    await demo.stop();
  }
}

/** The truth stands beside the report, unless that is for programs to read. */
function tellTruth({ flags, world, say }: Session, truth: string): void {
  if (flags.has('json') || flags.text('format') === 'json') say(truth);
  else world.stdout.write(`\n${truth}\n`);
}

async function start({ flags }: Session): Promise<Demo> {
  const port = flags.text('port');
  try {
    return await startDemo(port === undefined ? {} : { port: Number(port) });
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new UsageError(`the example system does not start: ${error.message}`, {
      hint: 'choose another --port, or none',
      cause: error,
    });
  }
}

function stopSignal(world: Pick<World, 'onSignal'>): Promise<void> {
  return new Promise((resolve) => {
    const off = world.onSignal(() => {
      off();
      resolve();
    });
  });
}
