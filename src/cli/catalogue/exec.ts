/** The command that runs another one. */

import type { Command } from 'commander';
import { addExecOptions } from '../options.ts';
import { bind, type Running } from './bind.ts';

const EXAMPLES = `
Examples:
  headroom exec --emit dogstatsd=udp://127.0.0.1:8126 -- pg_dump shop
  headroom exec --emit ssf=udp://127.0.0.1:8128 --service backup --indicator --tag host:db-1 -- ./backup.sh

Exit codes:
  those of the command, 128 and its number after a signal
  126    the command cannot be run
  127    there is no such command
  2      wrong flags: the command was not run
`;

/** Adds `exec`. */
export function execCommand(program: Command, run: Running): void {
  const parser = addExecOptions(program.command('exec'))
    .summary('run a command, time it, and tell of it')
    .description(
      'Runs a command with its streams, signals and exit code kept, and sends its duration as a DogStatsD timer and as a span. A command that it starts through headroom exec, headroom run or veneur-emit becomes a child of that span.',
    )
    .usage('[options] -- COMMAND [ARGUMENT...]')
    .argument('[command...]', 'the program and its arguments')
    .passThroughOptions()
    .addHelpText('after', EXAMPLES);
  bind(parser, run, async () => (await import('../exec/exec.ts')).execCommand);
}
