/** `headroom report RESULT`: a result, or a page that holds one, shown again, without a rerun. */

import { reasonOf } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import { decodeStored } from '../../result/reading/embedded.ts';
import { deliverResult, destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';

const MAX_BYTES = 67_108_864;

/** Runs the command. The code says whether the report was made; the result's own verdict is in the report. */
export async function reportCommand(session: Session): Promise<Outcome> {
  const [path = ''] = session.operands;
  const destinations = destinationsFor(session);
  const result = readResult(path, session);
  return outcomeOf(0, await deliverResult(result, destinations, session), session);
}

/** The result in a file; `-` is standard input. @throws UsageError when it cannot be read, or is none */
export function readResult(path: string, session: Pick<Session, 'world'>): ResultDocument {
  const text = readText(path, session);
  const name = path === '-' ? 'standard input' : path;
  return decodeStored(text, name);
}

function readText(path: string, { world }: Pick<Session, 'world'>): string {
  try {
    const bytes = path === '-' ? world.files.readStdin(MAX_BYTES) : world.files.read(path, MAX_BYTES);
    return new TextDecoder().decode(bytes);
  } catch (error) {
    throw new UsageError(`cannot read ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'name a file that headroom wrote with --json, -o FILE.json or -o FILE.html',
      cause: error,
    });
  }
}
