/** The commands that start the example system. */

import type { Command } from 'commander';
import { addLaunchOptions, addRenderingOptions, addTrafficOptions } from '../options.ts';
import { bind, EXIT_CODES, type Running } from './bind.ts';

/** Adds `demo`, `demo run` and `demo launch`. */
export function demoCommand(program: Command, run: Running): void {
  const demo = addRenderingOptions(program.command('demo'))
    .summary('an example system whose capacity is known')
    .description(
      'Starts the example system on loopback, says its addresses and its true capacity, until stopped.',
    )
    .option('--port <number>', 'port of the balancer (default: any)');
  demo.enablePositionalOptions();
  bind(demo, run, async () => (await import('../commands/demo.ts')).demoCommand);
  const against = addTrafficOptions(demo.command('run'))
    .summary('start it, run against it, stop it')
    .description('Starts the example system, runs against it (default: 100/s for 20 s), and stops it.')
    .addHelpText('after', EXIT_CODES);
  bind(against, run, async () => (await import('../commands/demo.ts')).demoRunCommand);
  const launch = addLaunchOptions(demo.command('launch'))
    .summary('start it, ask the launch question, stop it')
    .description(
      'Starts the example system, asks it the launch question beside the computed truth, and stops it.',
    )
    .addHelpText('after', EXIT_CODES);
  bind(launch, run, async () => (await import('../commands/demo.ts')).demoLaunchCommand);
}
