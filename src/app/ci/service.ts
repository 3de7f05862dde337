/** Which CI service a run is in: told by `--ci`, or by what each service sets in the environment. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { suggestion } from '../../plan/position.ts';
import type { World } from '../world.ts';

/** The services that get more than the usual output. */
export type CiService = 'github' | 'gitlab' | 'jenkins' | 'none';

type Environment = World['env'];

const CHOICES = ['auto', 'github', 'gitlab', 'jenkins', 'none'] as const;

/** Variables that the services set, and the folder that paths in reports are relative to. */
const SERVICES: readonly {
  readonly service: Exclude<CiService, 'none'>;
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

/**
 * The service that `--ci` stands for.
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
  return SERVICES.find(({ isHere }) => isHere(env))?.service ?? 'none';
}

/** The folder that a service takes paths to be relative to; null when it does not say. */
export function rootOf(service: CiService, env: Environment): string | null {
  const name = SERVICES.find((each) => each.service === service)?.root;
  const root = name === undefined ? undefined : env[name];
  return root === undefined || root === '' ? null : root;
}

function isSet(value: string | undefined): boolean {
  return value !== undefined && value !== '';
}
