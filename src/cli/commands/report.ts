/** `headroom report RESULT.json`: a result shown again, without a rerun. */

import { reasonOf } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { decodeResult } from '../../result/decode.ts';
import { deliverResult, destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';

const MAX_BYTES = 67_108_864;

/** Runs the command. The code says whether the report was made; the result's own verdict is in the report. */
export async function reportCommand(session: Session): Promise<Outcome> {
  const [path = ''] = session.operands;
  const destinations = destinationsFor(session);
  const result = decodeResult(readResult(path, session), path === '-' ? 'standard input' : path);
  return outcomeOf(0, await deliverResult(result, destinations, session), session);
}

function readResult(path: string, { world }: Session): string {
  try {
    const bytes = path === '-' ? world.files.readStdin(MAX_BYTES) : world.files.read(path, MAX_BYTES);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    throw new UsageError(`cannot read ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'name a file that headroom wrote with --json or -o FILE.json',
      cause: error,
    });
  }
}
