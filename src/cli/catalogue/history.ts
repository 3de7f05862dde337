/** The commands about runs that are over. */

import type { Command } from 'commander';
import { addPrintingOptions, addRenderingOptions } from '../options.ts';
import { bind, type Running } from './bind.ts';

const RUN_NAMES = 'beginning of its id, latest, latest~1 or baseline';

const HISTORY_EXAMPLES = `
Examples:
  headroom history                          the last runs, by plan
  headroom history --changes --plan api     when did it become slower, and at which commit
  headroom history show latest~1            the run before the last one again
`;

const BASELINE_EXAMPLES = `
Examples:
  headroom baseline show                    what the next run is held against
  headroom baseline set                     from now on: the latest run
  headroom baseline set 3f2a main.json      these two, one of them from a file
  headroom baseline clear                   the last passing runs again
`;

/** Adds `history`, `history show`, and `baseline` with `show`, `set` and `clear`. */
export function historyCommands(program: Command, run: Running): void {
  const history = about(addPrintingOptions(program.command('history')))
    .summary('the runs that were kept, and how they changed')
    .description(
      'Lists the runs that were kept, by plan and kind of machine, newest first, and how the checks of canaries stand.',
    )
    .option('--limit <number>', 'runs to show (default: 20)')
    .option('--all', 'every run that is kept')
    .option('--since <time>', 'runs from a day, a time, or so long ago on, such as 30d')
    .option('--until <time>', 'runs up to then')
    .option('--changes', 'say when p50, p99 and errors changed, and at which commit')
    .addHelpText('after', HISTORY_EXAMPLES);
  history.enablePositionalOptions();
  bind(history, run, async () => (await import('../history/history.ts')).historyCommand);
  const show = stateful(addRenderingOptions(history.command('show')))
    .summary('show a stored result, in any format')
    .description('Writes a stored result as a report. The exit code says whether that worked.')
    .argument('[run]', `${RUN_NAMES} (default: latest)`);
  bind(show, run, async () => (await import('../history/history.ts')).historyShowCommand);
  baselineCommands(program, run);
}

function baselineCommands(program: Command, run: Running): void {
  const baseline = program
    .command('baseline')
    .summary('what new runs are held against')
    .description(
      'Shows, chooses or clears the baseline of a plan on a kind of machine. Unless one is chosen it is the last five passing runs.',
    )
    .addHelpText('after', BASELINE_EXAMPLES);
  baseline.enablePositionalOptions();
  const show = about(addPrintingOptions(baseline.command('show', { isDefault: true })))
    .summary('show it')
    .description('Shows the baseline of the plan that ran last, or of the one that --plan names.');
  bind(show, run, async () => (await import('../history/baseline.ts')).baselineShowCommand);
  const set = stateful(addPrintingOptions(baseline.command('set')))
    .summary('choose runs, or result files')
    .description(
      'Makes runs the baseline of their plan, until it is cleared; result files are taken into the history.',
    )
    .argument('[run...]', `${RUN_NAMES}, or a result file (default: latest)`);
  bind(set, run, async () => (await import('../history/baseline.ts')).baselineSetCommand);
  const clear = about(addPrintingOptions(baseline.command('clear')))
    .summary('let the last passing runs be it again')
    .description(
      'Lets the last passing runs be the baseline again, of the plan that ran last or that --plan names.',
    );
  bind(clear, run, async () => (await import('../history/baseline.ts')).baselineClearCommand);
}

function about(command: Command): Command {
  return stateful(command).option(
    '-p, --plan <text>',
    "part of the plan's file or of its URL, or the beginning of its hash",
  );
}

function stateful(command: Command): Command {
  return command.option('--state-dir <folder>', 'where the history is kept');
}
