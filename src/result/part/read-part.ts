/** A shard's result, read for joining: the part of its own version as values, that of another as what it is. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { checkAccounts } from '../../record/accounts.ts';
import type { RecordingLayout } from '../../record/layout.ts';
import { Recording, type RecordingPart } from '../../record/recording.ts';
import { decodeResult } from '../decode.ts';
import type { ResultDocument } from '../document.ts';
import type { ShardFacts } from './judged-shard.ts';
import { PART_VERSION, type PartDocument } from './part.ts';
import { readRecording } from './recording-text.ts';
import { partSchema } from './schema.ts';

/** A shard's result file. */
export interface ShardFile {
  /** As it is named in messages, safe for a terminal. */
  readonly file: string;
  readonly result: ResultDocument;
  readonly shard: ShardFacts;
  /** Null when another version of headroom wrote it. */
  readonly part: PartDocument | null;
}

/** A shard whose part can be read. */
export interface ReadableShard extends ShardFile {
  readonly part: PartDocument;
}

const HINT = 'expected the JSON that headroom run --shard K/N wrote with -o FILE.json';

/**
 * Reads the text of a shard's result file.
 *
 * @param version of this headroom: parts of others are not looked into
 * @throws UsageError when it is no result, no shard's, or damaged
 */
export function readShardFile(text: string, file: string, version: string): ShardFile {
  const name = safeText(file);
  const result = decodeResult(text, file);
  const { shard } = result;
  if (shard === undefined || result.part === undefined) {
    throw new UsageError(`${name}: not a shard's result`, { hint: HINT });
  }
  const isOwn = result.tool.version === version && result.part.version === PART_VERSION;
  return { file: name, result, shard, part: isOwn ? readPart(result.part, name) : null };
}

function readPart(slot: unknown, name: string): PartDocument {
  const parsed = partSchema.safeParse(slot);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw damaged(name, `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`);
  }
  const { plan, recording } = parsed.data;
  const objectives = plan.objectives.length + plan.agreement.length;
  const counts = [recording, ...recording.windows].map(({ exceedances }) => exceedances.length);
  const isWhole = recording.targets.length === plan.targets.length;
  if (!isWhole || !counts.every((length) => length === objectives)) {
    throw damaged(name, 'what was counted does not belong to its plan');
  }
  return parsed.data;
}

/**
 * What a shard counted.
 *
 * @param layout of its plan
 * @throws UsageError when it is damaged, or its accounts do not add up though no worker died
 */
export function recordingOf(
  { part, file }: Pick<ReadableShard, 'part' | 'file'>,
  layout: RecordingLayout,
): RecordingPart {
  try {
    const own = new Recording(layout);
    own.absorb(readRecording(part.recording));
    if (part.generator.deadWorkers === 0) checkAccounts(own);
    return own.take();
  } catch (error) {
    throw damaged(file, error instanceof Error ? error.message : String(error));
  }
}

function damaged(name: string, why: string): UsageError {
  return new UsageError(`${name}: the shard's part is damaged: ${safeText(why)}`, { hint: HINT });
}
