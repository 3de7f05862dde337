/** The commands that make pagers sound. */

import type { Command } from 'commander';
import { EXIT } from '../../app/exit.ts';
import { addDrillOptions, addPrintingOptions } from '../options.ts';
import { bind, exitCodes, type Running } from './bind.ts';

const TEST_EXAMPLES = `
Examples:
  headroom pager test                       every notifier of the nearest headroom.yaml
  headroom pager test canary.yaml           of this plan
  headroom pager test --only oncall         one of them, by its name
`;

const DRILL_EXAMPLES = `
Examples:
  headroom pager drill                                   the example system is killed, a pager on this machine listens
  headroom pager drill --fault slow-some --plan canary.yaml
  headroom pager drill --plan canary.yaml --target-control http://127.0.0.1:4000 --ack-url http://pager/acknowledged
`;

const TEST_EXITS = {
  [EXIT.pass]: 'every notifier took the alert and its end',
  [EXIT.fail]: 'one of them did not',
  [EXIT.usage]: 'usage or plan error: nothing was sent',
};

const DRILL_EXITS = {
  [EXIT.pass]: 'it sounded in time, by the right name, and ended',
  [EXIT.fail]: 'no sound in time, a wrong name, or no end',
};

/** Adds `pager`, `pager test` and `pager drill`. */
export function pagerCommands(program: Command, run: Running): void {
  const pager = program
    .command('pager')
    .summary('prove that the pager makes a sound')
    .description('Proves that those who are to be told are told.');
  pager.enablePositionalOptions();
  const test = addPrintingOptions(pager.command('test'))
    .summary('send a marked alert to every notifier, and its end')
    .description(
      'Sends an alert that is marked as a test to every notifier of the plan, then its end, and says what each of them answered. Sends nothing to a target.',
    )
    .argument('[plan]', 'plan file; without it the nearest headroom.yaml')
    .option('-p, --plan <file>', 'plan file')
    .option<readonly string[]>(
      '--only <name>',
      'test this notifier alone; may be repeated',
      (value, before) => [...(before ?? []), value],
    )
    .option(
      '--hold <duration>',
      'how long the alert stands before it is ended (default: 40s with Alertmanager, which waits before it calls; 15s with PagerDuty; else 0)',
    )
    .addHelpText('after', TEST_EXAMPLES + exitCodes(TEST_EXITS));
  bind(test, run, async () => (await import('../commands/pager.ts')).pagerTestCommand);
  drillCommand(pager, run);
}

function drillCommand(pager: Command, run: Running): void {
  const drill = addDrillOptions(pager.command('drill'))
    .summary('break a service and see whether the pager sounds')
    .description(
      'Starts the example system, or takes a service that can be broken; runs the canary on its schedule, breaks the service, and measures the time to the acknowledgement, then mends it and measures the time to the end of the alert. Exits with 1 without a sound in time, or by the wrong name.',
    )
    .argument('[plan]', 'plan file: whom to tell, and with --target-control what to look at')
    .addHelpText('after', DRILL_EXAMPLES + exitCodes(DRILL_EXITS));
  bind(drill, run, async () => (await import('../pager/drill.ts')).pagerDrillCommand);
}
