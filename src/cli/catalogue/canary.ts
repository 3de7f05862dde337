/** The command that looks once and pages. */

import type { Command } from 'commander';
import { addCanaryOptions } from '../options.ts';
import { bind, EXIT_CODES, type Running } from './bind.ts';

const CANARY_EXAMPLES = `
Examples:
  headroom canary https://shop.example.com/health      20 requests; bad, ok or blind
  headroom canary canary.yaml                          with the plan's notifiers, from cron once a minute
  headroom canary --format nagios canary.yaml          one line for Nagios and Icinga
  headroom pager test canary.yaml                      does the pager make a sound?
`;

/** Adds `canary`. */
export function canaryCommands(program: Command, run: Running): void {
  const canary = addCanaryOptions(program.command('canary'))
    .summary('look once, remember, and page when it must')
    .description(
      'Sends a few requests, judges them with the runs before, and tells the notifiers of the plan when the service is offline, slow or wrong, and when that is over. Made to be run by cron.',
    )
    .argument('[target]', 'plan file or URL; without it the nearest headroom.yaml')
    .addHelpText('after', CANARY_EXAMPLES + EXIT_CODES);
  canary.enablePositionalOptions();
  bind(canary, run, async () => (await import('../canary/canary.ts')).canaryCommand);
}
