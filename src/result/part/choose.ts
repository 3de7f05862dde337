/** Which shards of those at hand belong together, and what is to be doubted about the whole that they make. */

import type { ValidityCheck } from '../../verdict/finding.ts';
import type { ReadableShard, ShardFile } from './read-part.ts';

/** The shards that are joined, and why their whole is not that of one machine. */
export interface Choice {
  /** By index; none twice. At least one, unless no part could be read. */
  readonly shards: readonly ReadableShard[];
  /** Nothing when they are all there, once, of one plan, and began together. */
  readonly doubts: readonly ValidityCheck[];
}

/** Start moments further apart are no common start, ms: clocks kept by NTP agree to some ten. */
const TOGETHER_MS = 1000;

/** Chooses from the files given, in any order. */
export function chooseShards(files: readonly ShardFile[]): Choice {
  const readable = files.filter((file): file is ReadableShard => file.part !== null);
  const foreign = files.filter(({ part }) => part === null);
  const [ours, others] = largestGroup(readable);
  const shards: ReadableShard[] = [];
  const repeated: ReadableShard[] = [];
  for (const shard of ours.toSorted(byIndex)) {
    (shards.at(-1)?.shard.index === shard.shard.index ? repeated : shards).push(shard);
  }
  const doubts = [
    versionDoubt(foreign),
    planDoubt(others, shards),
    duplicateDoubt(repeated, shards),
    missingDoubt(shards),
    clockDoubt(shards),
  ];
  return { shards, doubts: doubts.filter((doubt) => doubt !== null) };
}

/** Of the same index the earlier counts; of runs that began together, one always. */
function byIndex(a: ReadableShard, b: ReadableShard): number {
  return (
    a.shard.index - b.shard.index ||
    a.part.startedAtWallMs - b.part.startedAtWallMs ||
    (a.result.runId < b.result.runId ? -1 : 1)
  );
}

/** What must be the same: the plan as it is judged, its hash, its seed, and into how many shards it was cut. */
function kindOf({ result, shard, part }: ReadableShard): string {
  return JSON.stringify([result.planHash, result.seed, shard.count, part.plan]);
}

/** The shards of the plan of which there are most; of as many, the one with the first shard. */
function largestGroup(shards: readonly ReadableShard[]): [ours: ReadableShard[], others: ReadableShard[]] {
  const groups = new Map<string, ReadableShard[]>();
  for (const shard of shards.toSorted(byIndex)) {
    const kind = kindOf(shard);
    groups.set(kind, [...(groups.get(kind) ?? []), shard]);
  }
  const [ours = []] = [...groups.values()].sort((a, b) => b.length - a.length);
  return [ours, shards.filter((shard) => !ours.includes(shard))];
}

function doubt(
  code: string,
  blocks: ValidityCheck['blocks'],
  found: { readonly measured: number; readonly limit: number; readonly unit?: string; readonly text: string },
): ValidityCheck {
  const id = code.toLowerCase().replaceAll('_', '-');
  return { id, status: 'fail', blocks, unit: 'shards', ...found, code };
}

function versionDoubt(foreign: readonly ShardFile[]): ValidityCheck | null {
  if (foreign.length === 0) return null;
  const named = foreign.map(({ file, result }) => `${file} (${result.tool.version})`).join(', ');
  const text = `Of another version of headroom, and left out: ${named}.`;
  return doubt('SHARD_VERSION', 'both', { measured: foreign.length, limit: 0, text });
}

/** Which plan was meant is not known, so that neither a pass nor a fail is. */
function planDoubt(
  others: readonly ReadableShard[],
  [first]: readonly ReadableShard[],
): ValidityCheck | null {
  if (first === undefined || others.length === 0) return null;
  const named = others.map((other) => `${other.file} (${differenceOf(other, first)})`).join(', ');
  const text = `Not of the same plan as ${first.file}, and left out: ${named}.`;
  return doubt('SHARD_PLAN', 'both', { measured: others.length, limit: 0, text });
}

function differenceOf(other: ReadableShard, first: ReadableShard): string {
  if (other.result.planHash !== first.result.planHash) return 'another plan hash';
  if (other.result.seed !== first.result.seed) return `seed ${other.result.seed}, not ${first.result.seed}`;
  if (other.shard.count !== first.shard.count) {
    return `of ${other.shard.count} shards, not ${first.shard.count}`;
  }
  return 'another agreement, connections or workers';
}

/** The same file twice changes nothing; two runs of one shard are two loads, and which one counts is not known. */
function duplicateDoubt(
  repeated: readonly ReadableShard[],
  kept: readonly ReadableShard[],
): ValidityCheck | null {
  if (repeated.length === 0) return null;
  const pairs = repeated.map((again) => ({
    again,
    first: kept.find(({ shard }) => shard.index === again.shard.index),
  }));
  const isSame = pairs.every(({ again, first }) => isSameRun(again, first));
  const named = pairs.map(
    ({ again, first }) => `${again.file} is shard ${again.shard.index} as ${first?.file}`,
  );
  const text = `Given more than once, and counted once: ${named.join(', ')}.`;
  const found = { measured: repeated.length, limit: 0, text };
  return doubt('SHARD_DUPLICATE', isSame ? 'pass' : 'both', found);
}

function isSameRun(again: ReadableShard, first: ReadableShard | undefined): boolean {
  return JSON.stringify(again.part) === JSON.stringify(first?.part);
}

/** A breach at less than the asked load is a breach; holding at less shows nothing. */
function missingDoubt(shards: readonly ReadableShard[]): ValidityCheck | null {
  const count = shards[0]?.shard.count ?? 0;
  const missing = Array.from({ length: count }, (_, at) => at + 1).filter((index) => {
    return !shards.some(({ shard }) => shard.index === index);
  });
  if (missing.length === 0) return null;
  const named = missing.map((index) => `${index}/${count}`).join(', ');
  const text = `Shards are missing: ${named}; their part of the load was perhaps never sent.`;
  return doubt('SHARD_MISSING', 'pass', { measured: shards.length, limit: count, text });
}

/** Shards that did not run at the same time are several small loads, whichever clock was wrong. */
function clockDoubt(shards: readonly ReadableShard[]): ValidityCheck | null {
  const starts = shards.map(({ part }) => part.startedAtWallMs);
  const apartMs = Math.max(...starts) - Math.min(...starts);
  if (shards.length === 0 || apartMs <= TOGETHER_MS) return null;
  const middle = starts.toSorted((a, b) => a - b)[Math.floor(starts.length / 2)] ?? 0;
  const named = shards
    .filter(({ part }) => Math.abs(part.startedAtWallMs - middle) > TOGETHER_MS / 2)
    .map(({ file, result }) => `${file} (${result.startedAt})`)
    .join(', ');
  const text = `The shards did not begin together, or their clocks differ: ${named}.`;
  return doubt('SHARD_CLOCK', 'both', { measured: apartMs, limit: TOGETHER_MS, unit: 'ms', text });
}
