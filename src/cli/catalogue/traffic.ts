/** The commands that send traffic to a target as it is told. */

import type { Command } from 'commander';
import { addCheckOptions, addProbeOptions, addRunOptions } from '../options.ts';
import { bind, EXIT_CODES, type Running } from './bind.ts';

const CHECK_EXITS = `
Exit codes:
  0    the plan can be run
  2    it cannot, or it cannot be read
  4    the report could not be delivered
`;

/** Adds `run`, `probe` and `check`. */
export function trafficCommands(program: Command, run: Running): void {
  const command = addRunOptions(program.command('run'))
    .summary('send traffic and judge it')
    .description('Sends traffic to a URL or by a plan, measures it, and judges it against its objectives.')
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', EXIT_CODES);
  bind(command, run, async () => (await import('../commands/run.ts')).runCommand);
  const probe = addProbeOptions(program.command('probe'))
    .summary('a few requests, one after another, with every phase')
    .description(
      'Sends a few requests one after another (-n, default 3) and shows every phase and the TLS facts.',
    )
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', EXIT_CODES);
  bind(probe, run, async () => (await import('../commands/probe.ts')).probeCommand);
  const check = addCheckOptions(program.command('check'))
    .summary('say what a plan would send, and send nothing')
    .description(
      'Reads a plan, says what it would send and whether its objectives can be judged. Sends nothing.',
    )
    .argument('[plan]', 'plan file or URL; without it the nearest headroom.yaml')
    .addHelpText('after', CHECK_EXITS);
  bind(check, run, async () => (await import('../commands/check.ts')).checkCommand);
}
