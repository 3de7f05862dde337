/** Brings a result to the CI service: files for its reports, and on GitHub annotations, summary and outputs. */

import type { OutputError } from '../../core/errors.ts';
import { renderGithub } from '../../report/ci/github.ts';
import type { ResultDocument } from '../../result/document.ts';
import { publishResult } from '../publish.ts';
import type { World } from '../world.ts';
import { artifactsOf, MAIN_REPORT } from './artifacts.ts';
import { appendOutputs, appendSummary, tellRunner } from './github-files.ts';
import { type CiService, placedFile } from './service.ts';

type Place = Pick<World, 'files' | 'stdout' | 'stderr' | 'env' | 'cwd' | 'newId'>;

/** Does all that a service has use for; says what it wrote, and returns what could not be delivered. */
export async function publishToCi(
  result: ResultDocument,
  service: CiService,
  { world, say }: { readonly world: Place; readonly say: (line: string) => void },
): Promise<readonly OutputError[]> {
  if (service === 'none') return [];
  const placed = { ...result, planFile: placedFile(result.planFile, service, world) };
  const artifacts = artifactsOf(service);
  const destinations = { stdout: null, files: artifacts, color: 'never' as const, verbose: false };
  const failures = await publishResult(placed, destinations, world);
  const written = artifacts.filter(({ path }) => !failures.some(({ message }) => message.includes(path)));
  if (written.length > 0)
    say(`for ${service === 'other' ? 'CI' : service}: wrote ${written.map(({ path }) => path).join(', ')}`);
  return service === 'github' ? [...failures, ...toGithub(placed, { world, say })] : failures;
}

/** Annotations go to stderr, which the runner reads as well: standard output may carry JSON. */
function toGithub(
  result: ResultDocument,
  { world, say }: { readonly world: Place; readonly say: (line: string) => void },
): OutputError[] {
  world.stderr.write(renderGithub(result));
  return tellRunner(world, {
    summary: (path) => appendSummary(result, path, world),
    outputs: (path) => appendOutputs(result, path, { ...world, report: MAIN_REPORT }),
    say,
  });
}
