/** Tells the CI service why a command left no result: where people look, nothing at all would be a riddle. */

import { OutputError } from '../../core/errors.ts';
import { type CommandFailure, failureCommands, failureJunit } from '../../report/command-failure.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';
import { artifactsOf, JUNIT } from './artifacts.ts';
import { appendFailureOutputs, appendFailureSummary, tellRunner } from './github-files.ts';
import { type CiService, placedFile } from './service.ts';

/**
 * On GitHub annotations, a summary and the outputs `exit-code` and `summary`; elsewhere JUnit with one error, which also
 * takes the place of what an earlier build left. Returns what could not be delivered.
 */
export function publishFailure(
  failure: CommandFailure,
  service: CiService,
  world: Pick<World, 'files' | 'stderr' | 'env' | 'cwd' | 'newId'>,
): readonly OutputError[] {
  const issues = failure.issues.map((issue) => {
    const file = placedFile(issue.at?.file ?? null, service, world);
    return { ...issue, at: issue.at === null || file === null ? null : { ...issue.at, file } };
  });
  const placed = { ...failure, issues };
  if (service === 'github') {
    world.stderr.write(failureCommands(placed));
    return tellRunner(world, {
      summary: (path) => appendFailureSummary(placed, path, world),
      outputs: (path) => appendFailureOutputs(placed, path, world),
      say: () => undefined,
    });
  }
  if (!artifactsOf(service).includes(JUNIT)) return [];
  try {
    world.files.write(JUNIT.path, failureJunit(placed));
    return [];
  } catch (error) {
    return [new OutputError(`cannot write ${JUNIT.path}: ${reasonOf(error)}`, { cause: error })];
  }
}
