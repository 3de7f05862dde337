/** `--shard` and `--start-at`: which part of a plan this machine sends, and when. */

import type { MeasureOptions, ShardOrder } from '../../app/measure.ts';
import { UsageError } from '../../core/errors.ts';
import { parseLength, parseMoment } from '../../core/moment.ts';
import type { Plan } from '../../plan/plan.ts';
import { refuseServerObjectives } from '../../plan/question/server-objectives.ts';
import { repeatLine } from '../secrecy.ts';
import type { Session } from '../session.ts';

/** Most shards: each of them draws the gaps of all. */
const MAX_SHARDS = 1000;

/** How far in the past a start may lie, ms: it takes that long to come here. */
const PAST_MS = 1000;

/** Farthest start, ms: a day. Later is more often a slip than a wish. */
const AHEAD_MS = 86_400_000;

/** Flags that a run on one machine has not, or that would write over the file of this shard. */
const OWN_FLAGS = ['--shard', '--start-at', '-o', '--output', '--report'];

/** Part and start, as a run takes them. */
export type ShardOptions = Pick<MeasureOptions, 'shard' | 'startAtWallMs'>;

/**
 * What the flags say of part and start.
 *
 * @throws UsageError for values that are none, a start that is over, and a load that shards cannot share
 */
export function shardOptions(session: Session, plan: Plan): ShardOptions {
  const shard = shardOrder(session, plan);
  const startAtWallMs = startAt(session);
  return {
    ...(shard === null ? {} : { shard }),
    ...(startAtWallMs === null ? {} : { startAtWallMs }),
  };
}

/** Drawn on every machine anew, a seed would make as many plans as there are machines. */
export function refuseDrawnSeed(): never {
  throw new UsageError('--shard needs a seed, so that every machine makes the same schedule', {
    hint: 'give all shards the same --seed, such as --seed 1, or write seed: into load: of the plan',
  });
}

function shardOrder({ flags, args }: Session, plan: Plan): ShardOrder | null {
  const text = flags.text('shard');
  if (text === undefined) return null;
  const [, index, count] = /^(\d{1,6})\/(\d{1,6})$/.exec(text.trim()) ?? [];
  const shard = { index: Number(index), count: Number(count) };
  if (!(shard.index >= 1 && shard.index <= shard.count && shard.count <= MAX_SHARDS)) {
    throw new UsageError(`--shard does not know "${text}"`, {
      hint: `write k/n, the k-th of n shards, such as 2/5; at most ${MAX_SHARDS}`,
    });
  }
  if (plan.load.untilDecided === true) {
    throw new UsageError('--until-decided cannot be had with --shard: no shard knows what the others see', {
      hint: 'give a duration that can decide: headroom check says how long that is',
    });
  }
  refuseServerObjectives(plan, 'one of several machines');
  refuseRelativeObjectives(plan);
  return { ...shard, repeat: repeatLine(withoutOwn(args), plan.seed) };
}

/** What is over a limit is counted while it happens, and a machine that knows another baseline would count other things. */
function refuseRelativeObjectives({ objectives }: Plan): void {
  const relative = objectives.find(({ baseline }) => baseline !== undefined);
  if (relative === undefined) return;
  throw new UsageError(
    `"${relative.text}" cannot be had with --shard: no shard knows the baseline of the whole`,
    {
      hint: 'give the limit as a number, or compare what was merged: headroom compare baseline latest',
    },
  );
}

/** The arguments of the same run on one machine. */
function withoutOwn(args: readonly string[]): string[] {
  return args.filter((arg, at) => {
    const isValue = OWN_FLAGS.includes(args[at - 1] ?? '');
    // The value of a short flag may stand right behind it.
    const isOwn =
      arg.startsWith('-o') || OWN_FLAGS.some((flag) => arg === flag || arg.startsWith(`${flag}=`));
    return !isValue && !isOwn;
  });
}

/** Unix time, ms; null without the flag. */
function startAt({ flags, world, say }: Session): number | null {
  const text = flags.text('startAt');
  if (text === undefined) return null;
  const nowMs = world.clock.wallMs();
  const atMs = momentOf(text.trim(), nowMs);
  const aheadMs = atMs - nowMs;
  if (!(aheadMs >= -PAST_MS && aheadMs <= AHEAD_MS)) {
    const why = Number.isNaN(aheadMs) ? 'is no time' : aheadMs < 0 ? 'is over' : 'is more than a day ahead';
    throw new UsageError(`--start-at: "${text}" ${why}`, {
      hint: `write a time to come, such as ${new Date(nowMs + 60_000).toISOString()} or +30s`,
    });
  }
  say(`the schedule begins at ${new Date(atMs).toISOString()}`);
  return atMs;
}

/** NaN when it is none. */
function momentOf(text: string, nowMs: number): number {
  return text.startsWith('+') ? nowMs + parseLength(text.slice(1)) : parseMoment(text);
}
