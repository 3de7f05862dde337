/** Tells the CI service, where `--ci` was given, why a command left no result. */

import { ciServiceOf, isCiChoice } from '../../app/ci/service.ts';
import { ToolError, UsageError } from '../../core/errors.ts';
import type { Start } from '../session.ts';

/** Does so, also of a stop before anything was measured; says on standard error what could not be delivered. */
export async function tellFailureToCi(
  error: unknown,
  choice: string | true | undefined,
  { world, vault, exitCode }: Pick<Start, 'world' | 'vault'> & { readonly exitCode: number },
): Promise<void> {
  if (choice === undefined) return;
  const service = ciServiceOf(isCiChoice(choice) ? choice : true, world.env);
  if (service === 'none') return;
  const { publishFailure } = await import('../../app/ci/publish-failure.ts');
  const issues = error instanceof UsageError ? error.issues : [];
  const hint = error instanceof ToolError ? error.hint : null;
  const failure = {
    message: vault.show(error instanceof Error ? error.message : String(error)),
    hint: hint === null ? null : vault.redact(hint),
    issues: issues.map((issue) => ({
      ...issue,
      message: vault.redact(issue.message),
      hint: vault.redact(issue.hint),
    })),
    exitCode,
    endedAt: new Date(world.clock.wallMs()).toISOString(),
  };
  for (const lost of publishFailure(failure, service, world))
    world.stderr.write(`headroom: ${vault.show(lost.message)}\n`);
}
