/** Runs a command in our place, times it, and tells sinks of it. Nothing that they do changes how the command ends. */

import { safeText } from '../../core/text.ts';
import { parentFromEnvironment } from '../../core/trace/parent.ts';
import type { AttachedEnd } from '../world/attached.ts';
import type { World } from '../world.ts';
import { type CommandIds, type CommandNaming, childEnvironment, commandIds } from './command-span.ts';
import { type CommandSink, deliver } from './deliver.ts';

/** What of the world it needs. */
export type ExecWorld = Pick<World, 'processes' | 'env' | 'clock' | 'lookup' | 'newId'>;

/** A command to be run. */
export interface ExecOrder {
  /** The program, looked for on PATH, and its arguments. */
  readonly argv: readonly [string, ...string[]];
  readonly naming: CommandNaming;
  readonly sinks: readonly CommandSink[];
  /** Told what went wrong, a line each. */
  readonly say: (line: string) => void;
}

/** What became of it. */
export interface Executed {
  readonly end: AttachedEnd;
  readonly ids: CommandIds;
  /** Sinks that took everything, as far as that can be known. */
  readonly delivered: number;
}

/** Runs the command to its end and tells every sink of it. Never rejects. */
export async function execute(order: ExecOrder, world: ExecWorld): Promise<Executed> {
  const { parent, remark } = parentFromEnvironment(world.env);
  if (remark !== null) order.say(remark);
  const ids = commandIds(world.newId(), parent);
  const startMs = world.clock.wallMs();
  const running = world.processes.attach(order.argv, { env: childEnvironment(world.env, ids) });
  const end = await running.ended;
  if (end.refusal !== null) order.say(`${safeText(order.argv[0], { maxLength: 200 })}: ${end.refusal}`);
  const { naming, sinks, say } = order;
  const told = sinks.map((sink) => deliver({ sink, naming, ids, ran: { startMs, end }, say }, world));
  const delivered = (await Promise.all(told)).filter(Boolean).length;
  running.release();
  return { end, ids, delivered };
}
