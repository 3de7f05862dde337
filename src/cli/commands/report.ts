/** `headroom report RESULT`: a result, or a page that holds one, shown again, without a rerun. */

import { publishResult, reasonOf } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { decodeResult } from '../../result/decode.ts';
import { decodePage, isPage } from '../../result/reading/embedded.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import type { Outcome, Session } from '../session.ts';

const MAX_BYTES = 67_108_864;

/** Runs the command. The code says whether the report was made; the result's own verdict is in the report. */
export async function reportCommand(session: Session): Promise<Outcome> {
  const { world } = session;
  const [path = ''] = session.operands;
  const destinations = destinationsFor(session);
  const text = readResult(path, session);
  const name = path === '-' ? 'standard input' : path;
  const result = isPage(text) ? decodePage(text, name) : decodeResult(text, name);
  return outcomeOf(0, await publishResult(result, destinations, world), session);
}

function readResult(path: string, { world }: Session): string {
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
