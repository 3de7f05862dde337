/** `headroom merge PART...`: shards of one plan, judged as the one run that they are. */

import { pastOfResult } from '../../app/history/past.ts';
import { heldAgainst } from '../../app/history/regression.ts';
import { mergeParts } from '../../app/merge/merge.ts';
import { reasonOf } from '../../app/publish.ts';
import { OutputError, UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import { deliver, destinationsFor } from '../delivery.ts';
import { historyPlace } from '../history/place.ts';
import type { Outcome, Session } from '../session.ts';

const MAX_BYTES = 67_108_864;

/** Runs the command: the code is that of the whole. */
export async function mergeCommand(session: Session): Promise<Outcome> {
  const { world, operands, say } = session;
  const destinations = destinationsFor(session);
  const texts = operands.map((file) => ({ file, text: read(file, session) }));
  const result = mergeParts(texts, world);
  for (const { id, text } of result.validity.checks) if (id.startsWith('shard-')) say(text);
  return deliver(await held(result, session), destinations, session);
}

/** Against its baseline, as any run. A history that cannot be read is said, and no reason to stop. */
async function held(result: ResultDocument, session: Session): Promise<ResultDocument> {
  const place = historyPlace(session);
  if (place === null) return result;
  try {
    return await heldAgainst(result, await pastOfResult(result, place));
  } catch (error) {
    if (!(error instanceof OutputError)) throw error;
    session.say(error.message);
    return result;
  }
}

function read(path: string, { world }: Session): string {
  try {
    return new TextDecoder().decode(world.files.read(path, MAX_BYTES));
  } catch (error) {
    throw new UsageError(`cannot read ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'name the files that headroom run --shard K/N wrote with -o FILE.json',
      cause: error,
    });
  }
}
