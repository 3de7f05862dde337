/** How text may look where it goes: colour, width and characters, decided for each stream by itself. */

import type { ReportOptions } from '../report/report.ts';
import type { World } from './world.ts';

/** What `--color` and `--no-color` say; null: neither was given. */
export type ColorChoice = 'always' | 'never' | 'auto' | null;

const DEFAULT_WIDTH = 80;
/** Files are read in editors and in the logs of CI services. */
const FILE_WIDTH = 100;

type Environment = World['env'];

/** Whether a stream gets colour: the flag, then NO_COLOR, FORCE_COLOR, TERM=dumb, and whether it is a terminal. */
export function wantsColor(isTTY: boolean, choice: ColorChoice, env: Environment): boolean {
  if (choice === 'always' || choice === 'never') return choice === 'always';
  // no-color.org: present and not an empty string.
  if ((env['NO_COLOR'] ?? '') !== '') return false;
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return env['TERM'] !== 'dumb' && isTTY;
}

/** Whether characters beyond ASCII may be used: not where the locale or the console says otherwise. */
export function wantsUnicode(env: Environment): boolean {
  const locale = [env['LC_ALL'], env['LC_CTYPE'], env['LANG']].find((value) => (value ?? '') !== '');
  if (locale !== undefined) return /utf-?8/i.test(locale);
  return env['TERM'] !== 'linux';
}

/** For a report on standard output. */
export function streamRendering(
  world: Pick<World, 'stdout' | 'env'>,
  look: { readonly color: ColorChoice; readonly verbose: boolean },
): ReportOptions {
  return {
    color: wantsColor(world.stdout.isTTY, look.color, world.env),
    width: world.stdout.columns ?? DEFAULT_WIDTH,
    unicode: wantsUnicode(world.env),
    verbose: look.verbose,
  };
}

/** For a report in a file. */
export function fileRendering(verbose: boolean): ReportOptions {
  return { color: false, width: FILE_WIDTH, unicode: true, verbose };
}
