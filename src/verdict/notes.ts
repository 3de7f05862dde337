/** Facts said beside the numbers: they decide nothing, and change what the numbers mean. */

import { formatDurationMs, formatRatio } from '../core/units.ts';
import type { Reason, Status } from './finding.ts';
import { formatCount, requests } from './objective/because.ts';
import type { Measured } from './objectives.ts';
import { warmupBreaches } from './warmup.ts';

/** What the notes are made of. */
export interface NotesInput extends Measured {
  /** True when a target is this very machine. */
  readonly coLocated: boolean;
  /** The verdict; absent where the warm-up has no part in it. */
  readonly status?: Status;
}

/** From this share of sends on, their displacement by our own lag is worth a note. */
const DISPLACED_RATIO = 0.01;

type Note = (input: NotesInput) => string | null;

const NOTES: readonly (readonly [code: string, note: Note])[] = [
  ['WARMUP_FAILED', warmupFailed],
  ['RATE_LIMITED', rateLimited],
  ['BLOCKED', blocked],
  ['CACHE_ONLY', cacheOnly],
  ['CO_LOCATED', coLocated],
  ['DISPLACED', displaced],
  ['CLOSED_LOOP', closedLoop],
  ['INSECURE', insecure],
  ['DEFAULT_OBJECTIVE', defaultObjective],
  ['RARE_EFFECTS', rareEffects],
];

/** The notes that apply, in a fixed order. */
export function notesOf(input: NotesInput): Reason[] {
  return NOTES.flatMap(([code, note]) => {
    const text = note(input);
    return text === null ? [] : [{ code, text }];
  });
}

function warmupFailed(input: NotesInput): string | null {
  const breached = warmupBreaches(input);
  const { counts } = input.recording;
  // Where nothing else was measured the warm-up was judged, and the verdict says so.
  const isJudged = input.status === 'fail' && counts.sent === 0 && counts.dropped === 0;
  if (breached.length === 0 || isJudged) return null;
  const names = breached.map(({ text }) => text).join(', ');
  return `The warm-up, which is not judged, breached ${names}: users who come first after a deployment may see that.`;
}

function rateLimited({ recording: { targets, counts } }: NotesInput): string | null {
  const limited = targets.reduce((sum, { statuses }) => sum + (statuses.get(429) ?? 0), 0);
  if (limited === 0) return null;
  return `${formatRatio(limited / counts.completed)} of the answers were 429 Too Many Requests: this measured a limiter, perhaps one per client, rather than the server.`;
}

function blocked({ recording: { counts } }: NotesInput): string | null {
  if (counts.challenged === 0) return null;
  return `${requests(counts.challenged)} met what looks like a bot challenge or a limiter: this measured that, perhaps per client, rather than the server.`;
}

function cacheOnly({ recording: { counts } }: NotesInput): string | null {
  if (counts.completed === 0 || counts.cached < counts.completed) return null;
  return 'Every answer came from a cache: nothing is known of the server behind it.';
}

function coLocated({ coLocated: isHere }: NotesInput): string | null {
  return isHere
    ? 'The target runs on this very machine: the load generator and the server took CPU time from each other.'
    : null;
}

function displaced({ recording: { counts } }: NotesInput): string | null {
  const share = counts.sent === 0 ? 0 : counts.displaced / counts.sent;
  if (share <= DISPLACED_RATIO) return null;
  return `${formatRatio(Math.min(1, share))} of the sends were more than 1ms later than the schedule wanted them.`;
}

function closedLoop({ plan: { load } }: NotesInput): string | null {
  if (load.kind === 'open') return null;
  const users = `${formatCount(load.users)} user${load.users === 1 ? '' : 's'}`;
  return `Closed loop: ${users} waited for each answer before asking again, so a slow server was asked less. Independent users would see longer times.`;
}

function insecure({ plan: { tls } }: NotesInput): string | null {
  return tls.insecure ? 'TLS certificates were not verified.' : null;
}

function defaultObjective({ plan: { objectivesDefaulted, objectives } }: NotesInput): string | null {
  if (!objectivesDefaulted) return null;
  return `No objective was given, so "${objectives.map(({ text }) => text).join(', ')}" was applied.`;
}

/** Something that comes once in T is seen in a run of 3T with a probability of 95 %. */
function rareEffects({ offeredMs }: NotesInput): string | null {
  if (offeredMs <= 0) return null;
  return `Effects rarer than one in ${formatDurationMs(offeredMs / 3)} were not seen: a run can only show what happens about three times in its length.`;
}
