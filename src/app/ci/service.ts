/** Which CI service a run is in: told by `--ci`, or by what each service sets in the environment. */

import { isAbsolute, relative, resolve, sep } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { suggestion } from '../../plan/position.ts';
import type { World } from '../world.ts';

/** The services that get more than the usual output; `other` is one that is here without being known. */
export type CiService = 'github' | 'gitlab' | 'jenkins' | 'other' | 'none';

type Environment = World['env'];

const CHOICES = ['auto', 'github', 'gitlab', 'jenkins', 'none'] as const;

/** True for what `--ci` takes. */
export function isCiChoice(choice: string | true): boolean {
  return choice === true || CHOICES.some((each) => each === choice);
}

/** Variables that the services set, and the folder that paths in reports are relative to. */
const SERVICES: readonly {
  readonly service: Exclude<CiService, 'none' | 'other'>;
  readonly isHere: (env: Environment) => boolean;
  readonly root: string;
}[] = [
  { service: 'github', isHere: (env) => env['GITHUB_ACTIONS'] === 'true', root: 'GITHUB_WORKSPACE' },
  { service: 'gitlab', isHere: (env) => isSet(env['GITLAB_CI']), root: 'CI_PROJECT_DIR' },
  {
    service: 'jenkins',
    // Other servers set BUILD_ID as well; the two together are Jenkins' own.
    isHere: (env) => isSet(env['JENKINS_URL']) || (isSet(env['BUILD_ID']) && isSet(env['JENKINS_HOME'])),
    root: 'WORKSPACE',
  },
];

/** What the rest set: `CI` most of them, and Azure Pipelines, TeamCity and CodeBuild only a mark of their own. */
const OTHER_MARKS = ['CI', 'TF_BUILD', 'TEAMCITY_VERSION', 'CODEBUILD_BUILD_ID'] as const;
const OFF = /^(?:|0|false)$/i;

/**
 * The service that `--ci` stands for: `other` where the environment is that of a service that is not known by name.
 *
 * @param choice undefined: the flag was not given; true: it was given alone, as `auto`
 * @throws UsageError for an unknown one
 */
export function ciServiceOf(choice: string | true | undefined, env: Environment): CiService {
  if (choice === undefined) return 'none';
  const chosen = choice === true ? 'auto' : CHOICES.find((each) => each === choice);
  if (chosen === undefined) {
    throw new UsageError(`--ci does not know "${safeText(String(choice))}"`, {
      hint: suggestion(
        String(choice),
        CHOICES,
        `write --ci=${CHOICES.join(', ')}; a URL goes before the flag`,
      ),
    });
  }
  if (chosen !== 'auto') return chosen;
  const known = SERVICES.find(({ isHere }) => isHere(env))?.service;
  return known ?? (OTHER_MARKS.some((name) => !OFF.test(env[name] ?? '')) ? 'other' : 'none');
}

/**
 * A file as the service names it, relative to the checked-out folder, with slashes; as it was when it lies elsewhere or
 * the service does not say where that is, and null when it is no file here (standard input, the example plan).
 */
export function placedFile(
  path: string | null,
  service: CiService,
  { files, env, cwd }: Pick<World, 'files' | 'env' | 'cwd'>,
): string | null {
  if (path === null || !files.exists(path)) return null;
  const root = rootOf(service, env);
  if (root === null) return path;
  // A runner may name its folder by a link, and we are told the folder that this leads to.
  const inside = relative(files.realPath(root), files.realPath(resolve(cwd, path)));
  return inside.split(sep)[0] === '..' || isAbsolute(inside) ? path : inside.replaceAll(sep, '/');
}

function rootOf(service: CiService, env: Environment): string | null {
  const name = SERVICES.find((each) => each.service === service)?.root;
  const root = name === undefined ? '' : (env[name] ?? '');
  return root === '' ? null : root;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
