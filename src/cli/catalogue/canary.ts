/** The command that looks once and pages. */

import type { Command } from 'commander';
import { EXIT } from '../../app/exit.ts';
import { INSTALL_FORMS } from '../../app/install/forms.ts';
import { addCanaryOptions, addPrintingOptions, optionOf } from '../options.ts';
import { bind, exitCodes, type Running } from './bind.ts';

const CANARY_EXAMPLES = `
Examples:
  headroom canary https://shop.example.com/health      20 requests; bad, ok or blind
  headroom canary canary.yaml                          with the plan's notifiers, from cron once a minute
  headroom canary --format nagios canary.yaml          one line for Nagios and Icinga
  headroom pager test canary.yaml                      does the pager make a sound?
`;

const CANARY_EXITS = {
  [EXIT.pass]: 'ok: no breach is shown by this run',
  [EXIT.fail]: 'bad: a breach is shown, or nothing answers',
  [EXIT.inconclusive]: 'blind, or another run of the check is under way',
  [EXIT.undelivered]: 'ok, but somebody could not be told, or the run not be kept',
};

const INSTALL_EXAMPLES = `
Examples:
  headroom canary install --print cron canary.yaml
  headroom canary install --print systemd https://shop.example.com/health
  headroom canary install --print kubernetes canary.yaml | kubectl apply -f -
`;

/** Adds `canary`, `canary status` and `canary install`. */
export function canaryCommands(program: Command, run: Running): void {
  const canary = addCanaryOptions(program.command('canary'))
    .summary('look once, remember, and page when it must')
    .description(
      'Sends a few requests, judges them with the runs before, and tells the notifiers of the plan when the service is offline, slow or wrong, and when that is over. Made to be run by cron.',
    )
    .argument('[target]', 'plan file or URL; without it the nearest headroom.yaml')
    .addHelpText('after', CANARY_EXAMPLES + exitCodes(CANARY_EXITS));
  canary.enablePositionalOptions();
  bind(canary, run, async () => (await import('../canary/canary.ts')).canaryCommand);
  installCommand(canary, run);
  const status = addPrintingOptions(canary.command('status'))
    .summary('say where the checks of this machine stand')
    .description('Says of each check where its last run left it, what is open, and what is still to be told.')
    .option('--state-dir <folder>', 'where the history is kept');
  bind(status, run, async () => (await import('../canary/status.ts')).canaryStatusCommand);
}

function installCommand(canary: Command, run: Running): void {
  const install = canary
    .command('install')
    .summary('print a crontab line, units, a manifest or a workflow')
    .description(
      'Prints what lets a canary run again and again, with overlap protection and jitter. Writes nothing and sends nothing.',
    )
    .argument('[target]', 'plan file or URL; without it the nearest headroom.yaml')
    .addHelpText('after', INSTALL_EXAMPLES);
  const form = { flags: '--print <form>', text: 'for which of them', choices: INSTALL_FORMS };
  install.addOption(optionOf(form).makeOptionMandatory());
  install.option(
    '--every <time>',
    "time from one run to the next (default: the plan's, whose secrets must be at hand then)",
  );
  bind(install, run, async () => (await import('../canary/install.ts')).canaryInstallCommand);
}
