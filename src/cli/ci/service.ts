/** The CI service of a session: `--ci`. */

import { maskCommands } from '../../app/ci/masks.ts';
import { type CiService, ciServiceOf } from '../../app/ci/service.ts';
import type { OutputError } from '../../core/errors.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { Session } from '../session.ts';

/** The service that the flag stands for. @throws UsageError for an unknown one */
export function ciOf({ flags, world }: Session): CiService {
  return ciServiceOf(flags.has('ci') ? true : flags.text('ci'), world.env);
}

/**
 * Tells GitHub's runner every secret that is known, before anything else is printed. Only where a runner reads along:
 * elsewhere the commands would show what they are meant to hide.
 */
export function maskSecrets(session: Session): void {
  const { world, vault } = session;
  if (ciOf(session) !== 'github' || world.env['GITHUB_ACTIONS'] !== 'true') return;
  world.stderr.write(maskCommands(vault.values()));
}

/** Brings a result to the service; returns what could not be delivered. */
export async function deliverToCi(result: ResultDocument, session: Session): Promise<readonly OutputError[]> {
  const service = ciOf(session);
  if (service === 'none') {
    if (session.flags.has('ci') || session.flags.text('ci') === 'auto')
      session.say('--ci: this is no CI service that is known');
    return [];
  }
  const { publishToCi } = await import('../../app/ci/publish-ci.ts');
  return publishToCi(result, service, session);
}
