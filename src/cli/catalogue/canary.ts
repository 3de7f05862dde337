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

const FORGET_EXITS = {
  [EXIT.pass]: 'nothing is kept of it any more',
  [EXIT.usage]: 'no check of this name is kept here',
  [EXIT.inconclusive]: 'a run of the check is under way: nothing was changed',
  [EXIT.undelivered]: 'somebody could not be told of an end: nothing was forgotten',
};

/** Adds `canary`, `canary status`, `canary forget` and `canary install`. */
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
  const forget = canary
    .command('forget')
    .summary('end what is open of a check that is no more, and forget it')
    .description(
      'For a check that was renamed or removed, which no run will end: tells the notifiers of the plan that what is open is over, then deletes all that is kept of it.',
    )
    .argument('<check>', 'its name, as headroom canary status shows it')
    .option('-p, --plan <file>', 'whose notifiers are told; without it nobody is')
    .option('--state-dir <folder>', 'where the history is kept')
    .addHelpText('after', exitCodes(FORGET_EXITS));
  bind(forget, run, async () => (await import('../canary/forget.ts')).canaryForgetCommand);
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
