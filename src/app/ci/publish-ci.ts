/** Brings a result to the CI service: files for its reports, and on GitHub annotations, summary and outputs. */

import { isAbsolute, relative, resolve } from 'node:path';
import { OutputError } from '../../core/errors.ts';
import { renderGithub } from '../../report/ci/github.ts';
import type { ResultDocument } from '../../result/document.ts';
import { publishResult } from '../publish.ts';
import type { World } from '../world.ts';
import { artifactsOf, MAIN_REPORT } from './artifacts.ts';
import { appendOutputs, appendSummary } from './github-files.ts';
import { type CiService, rootOf } from './service.ts';

type Place = Pick<World, 'files' | 'stdout' | 'stderr' | 'env' | 'cwd' | 'newId'>;

/** Does all that a service has use for; says what it wrote, and returns what could not be delivered. */
export async function publishToCi(
  result: ResultDocument,
  service: CiService,
  { world, say }: { readonly world: Place; readonly say: (line: string) => void },
): Promise<readonly OutputError[]> {
  if (service === 'none') return [];
  const placed = { ...result, planFile: placedPlan(result.planFile, service, world) };
  const artifacts = artifactsOf(service);
  const destinations = { stdout: null, files: artifacts, color: 'never' as const, verbose: false };
  const failures = await publishResult(placed, destinations, world);
  const written = artifacts.filter(({ path }) => !failures.some(({ message }) => message.includes(path)));
  if (written.length > 0) say(`for ${service}: wrote ${written.map(({ path }) => path).join(', ')}`);
  return service === 'github' ? [...failures, ...toGithub(placed, { world, say })] : failures;
}

/** Annotations go to stderr, which the runner reads as well: standard output may carry JSON. */
function toGithub(
  result: ResultDocument,
  { world, say }: { readonly world: Place; readonly say: (line: string) => void },
): OutputError[] {
  world.stderr.write(renderGithub(result));
  const { GITHUB_STEP_SUMMARY: summary = '', GITHUB_OUTPUT: outputs = '' } = world.env;
  const unset = [summary === '' ? 'GITHUB_STEP_SUMMARY' : '', outputs === '' ? 'GITHUB_OUTPUT' : ''];
  for (const name of unset.filter((each) => each !== ''))
    say(`${name} is not set: nothing was written there`);
  return [
    ...(summary === '' ? [] : failureOf(() => appendSummary(result, summary, world))),
    ...(outputs === ''
      ? []
      : failureOf(() => appendOutputs(result, outputs, { ...world, report: MAIN_REPORT }))),
  ];
}

function failureOf(write: () => void): OutputError[] {
  try {
    write();
    return [];
  } catch (error) {
    if (error instanceof OutputError) return [error];
    throw error;
  }
}

/**
 * The plan file as the service names it, relative to the checked-out folder; as it was when it lies elsewhere, and null
 * when it is no file here (standard input, the example plan).
 */
function placedPlan(planFile: string | null, service: CiService, { files, env, cwd }: Place): string | null {
  if (planFile === null || !files.exists(planFile)) return null;
  const root = rootOf(service, env);
  if (root === null) return planFile;
  const path = relative(root, resolve(cwd, planFile));
  return path.startsWith('..') || isAbsolute(path) ? planFile : path;
}
