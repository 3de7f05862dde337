/** The commands that search for a rate by trials. */

import type { Command } from 'commander';
import { addLaunchOptions, addSearchOptions } from '../options.ts';
import { bind, EXIT_CODES, type Running } from './bind.ts';

const CAPACITY_EXAMPLES = `
Examples:
  headroom capacity http://localhost:8080/
  headroom capacity --objective 'p99 < 250ms' --max-duration 10m http://localhost:8080/
  headroom capacity --plan headroom.yaml --start-rate 50/s --max-rate 2000/s --json -o capacity.json
`;

const LAUNCH_EXAMPLES = `
Examples:
  headroom launch --peak 300/s --objective 'p99 < 250ms' http://localhost:8080/
  headroom launch --peak 3000/s --margin 30% --zones 3 --lose 1 --plan headroom.yaml
  headroom launch --users 20000 --think 30s --requests-per-visit 8 --plan headroom.yaml
  headroom launch --plan headroom.yaml --surge 10s --soak 30m
`;

/** Adds `capacity` and `launch`. */
export function searchCommands(program: Command, run: Running): void {
  const capacity = addSearchOptions(program.command('capacity'))
    .summary('find the highest rate that holds the objectives')
    .description(
      'Searches for the highest arrival rate that holds the objectives, by trials: gently first, repeatedly near the edge.',
    )
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', CAPACITY_EXAMPLES + EXIT_CODES);
  bind(capacity, run, async () => (await import('../commands/capacity.ts')).capacityCommand);
  const launch = addLaunchOptions(program.command('launch'))
    .summary('say whether a launch can be carried')
    .description(
      'Asks whether an expected peak, with a margin and with zones lost, holds the objectives: yes, no or inconclusive.',
    )
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', LAUNCH_EXAMPLES + EXIT_CODES);
  bind(launch, run, async () => (await import('../commands/launch.ts')).launchCommand);
}
