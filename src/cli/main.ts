/** The entry of the command line. `--version` is answered before anything else is loaded. */

import { readFileSync, writeSync } from 'node:fs';

/** How long a crashed process may take to end by itself, ms. */
const LEFT_BEHIND_MS = 1000;

/**
 * Runs one command line. Never throws and never exits: the caller sets `process.exitCode`, so that output drains.
 *
 * @param argv as `process.argv`: the first two are Node and the script  @returns the exit code, see exit-codes.ts
 */
export async function main(argv: readonly string[]): Promise<number> {
  const args = argv.slice(2);
  if (args.length === 1 && (args[0] === '--version' || args[0] === '-V')) return printVersion();
  const [{ systemWorld }, { runProgram }] = await Promise.all([
    import('../app/world.ts'),
    import('./program.ts'),
  ]);
  const world = systemWorld();
  let crashed = false;
  world.crashed.catch(() => {
    crashed = true;
  });
  const code = await runProgram(args, world);
  // A crash may leave threads or sockets behind that nobody owns any more; everything is written by now.
  // oxlint-disable-next-line unicorn/no-process-exit
  if (crashed) setTimeout(() => process.exit(code), LEFT_BEHIND_MS).unref();
  return code;
}

function printVersion(): number {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const version = /"version":\s*"([^"]+)"/.exec(text)?.[1] ?? 'unknown';
  try {
    writeSync(1, `${version}\n`);
    return 0;
  } catch (error) {
    const closed = error instanceof Error && 'code' in error && error.code === 'EPIPE';
    return closed ? 0 : 4;
  }
}
