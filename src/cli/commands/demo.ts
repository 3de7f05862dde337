/** `headroom demo`: the example system whose capacity is known; `headroom demo run`: a run against it. */

import { EXIT } from '../../app/exit.ts';
import type { World } from '../../app/world.ts';
import { UsageError } from '../../core/errors.ts';
import { type Demo, startDemo } from '../../demo/topology.ts';
import { overridesOf } from '../overrides.ts';
import type { Outcome, Session } from '../session.ts';
import { runTraffic } from '../traffic.ts';

/** The workload of the example: nine times a followers page is read for each time a copy is recorded. */
function planText(url: string): string {
  return JSON.stringify({
    version: 1,
    base: url,
    targets: [
      { name: 'followers', get: '/followers?user=${random.int(1,1000)}', weight: 9 },
      { name: 'record', post: '/followers', weight: 1, json: { id: 7 } },
    ],
    load: { rate: '100/s', duration: '20s' },
    objectives: ['p99 < 250ms', 'errors < 1%'],
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
export async function demoRunCommand(session: Session): Promise<Outcome> {
  if (session.flags.text('plan') !== undefined) {
    throw new UsageError('demo run takes no --plan: it has its own', {
      hint: 'headroom run --plan FILE runs yours; headroom check shows what it would send',
    });
  }
  const demo = await start(session);
  try {
    if (!session.flags.has('quiet')) session.world.stderr.write(`${demo.describe()}\n`);
    const source = { file: 'the example plan', text: planText(demo.url) };
    return await runTraffic(session, { source, overrides: overridesOf(session.flags, undefined) });
  } finally {
    await demo.stop();
  }
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
