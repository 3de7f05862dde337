/** The commands and their help, and the one place where errors become words and exit codes. */

import { Command, CommanderError } from 'commander';
import { EXIT } from '../app/exit.ts';
import type { World } from '../app/world.ts';
import { UsageError } from '../core/errors.ts';
import { EXIT_CODES, type Running } from './catalogue/bind.ts';
import { canaryCommands } from './catalogue/canary.ts';
import { comparisonCommand } from './catalogue/compare.ts';
import { demoCommand } from './catalogue/demo.ts';
import { execCommand } from './catalogue/exec.ts';
import { fleetCommand } from './catalogue/fleet.ts';
import { historyCommands } from './catalogue/history.ts';
import { pagerCommands } from './catalogue/pager.ts';
import { readingCommands } from './catalogue/reading.ts';
import { searchCommands } from './catalogue/search.ts';
import { trafficCommands } from './catalogue/traffic.ts';
import { tellFailureToCi } from './ci/failure.ts';
import { finalExit } from './exit-codes.ts';
import { isScheduleFlag } from './options.ts';
import { columnsOf } from './progress.ts';
import { secretsOf } from './secrecy.ts';
import { habitsOf, type Outcome, type Start, Vault } from './session.ts';
import { exitOfError, tellError } from './tell-error.ts';

const EXAMPLES = `
Examples:
  headroom http://localhost:8080/                      30/s for 20 s, judged on errors < 1%
  headroom run -r 200/s -d 1m --objective 'p99 < 250ms' http://localhost:8080/
  headroom run --plan headroom.yaml --json -o result.json
  headroom capacity http://localhost:8080/             the highest rate that holds the objectives
  headroom launch --peak 300/s http://localhost:8080/  can it take that, with a margin of 30%?
  headroom compare --baseline URL --candidate URL      is the candidate worse?
  headroom fleet --file fleet.txt                      which servers run near their capacity?
  headroom probe https://localhost:8443/               three requests, every phase
  headroom demo run                                    an example system and a run against it
`;

/**
 * Runs one command line.
 *
 * @param args without Node and the script  @returns the exit code that `--exit-codes` and its like ask for
 */
export async function runProgram(args: readonly string[], world: World): Promise<number> {
  const habits = habitsOf(args);
  const vault = new Vault();
  vault.add(secretsOf(args));
  const executed = Promise.race([execute({ world, args, vault }), world.crashed]);
  const outcome = await executed.catch(async (error: unknown): Promise<Outcome> => {
    const code = exitOfError(error);
    tellError(error, {
      world,
      vault,
      json: habits.json,
      monitored: habits.monitored,
      exitCode: finalExit(code, habits.exit),
    });
    if (!habits.monitored) await tellFailureToCi(error, habits.ci, { world, vault, exitCode: code });
    return { code };
  });
  const [printed] = await Promise.all([world.stdout.settled(), world.stderr.settled()]);
  if (printed.kind === 'failed') {
    world.stderr.write(`headroom: cannot write to standard output: ${printed.code}\n`);
    await world.stderr.settled();
  }
  if (outcome.isForeign === true) return outcome.code;
  const undelivered = outcome.undelivered === true || printed.kind === 'failed';
  return finalExit(outcome.code, habits.exit, { ...outcome, undelivered });
}

async function execute(start: Start): Promise<Outcome> {
  const run: Running = { ...start, outcome: null };
  try {
    await buildProgram(run).parseAsync([...withCommand(start.args)], { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return { code: EXIT.pass };
    throw ofSchedule(error, start.args) ?? usageError(error);
  }
  return run.outcome ?? { code: EXIT.pass };
}

/** `headroom URL` is `headroom run URL`, and flags may stand before the URL. */
function withCommand(args: readonly string[]): readonly string[] {
  const [first] = args;
  if (first === undefined || ['-h', '--help', '-V', '--version'].includes(first)) return args;
  const address =
    first.includes('://') || /^(localhost|\[[\da-f:]+\]|[\w-]+(\.[\w-]+)+)(:\d+)?([/?]|$)/i.test(first);
  return first.startsWith('-') || address || /^[\w.-]+:\d+/.test(first) ? ['run', ...args] : args;
}

/** Commands that search, as they are typed. */
const SEARCHES = ['capacity', 'launch', 'demo launch'];

/** A flag of `run` that says how much is sent and for how long, given to a search; null for any other error. */
function ofSchedule({ code, message }: CommanderError, args: readonly string[]): UsageError | null {
  const flag = /unknown option '([^'=]+)/.exec(message)?.[1] ?? '';
  const isSearch = SEARCHES.some((name) => args.join(' ').startsWith(`${name} `));
  if (code !== 'commander.unknownOption' || !isSearch || !isScheduleFlag(flag)) return null;
  return new UsageError(`a search sets its own rates and durations: it takes no ${flag}`, {
    hint: `use ${args[0] === 'capacity' ? '--start-rate' : '--peak'} and --max-rate for rates, --max-duration for all of it`,
  });
}

/** What commander says, in two lines: what is wrong, and what to do. */
function usageError(error: CommanderError): UsageError {
  if (error.code === 'commander.help') {
    return new UsageError('no command was given', {
      hint: 'headroom URL sends traffic; headroom --help shows all',
    });
  }
  const [message = '', ...rest] = error.message.replace(/^error: /, '').split('\n');
  const suggestion = /\((Did you mean [^)]*\?)\)/.exec(rest.join('\n'))?.[1];
  const otherwise =
    error.code === 'commander.unknownCommand'
      ? 'headroom --help shows every command; a URL begins with http:// or https://'
      : 'headroom --help shows every command and flag';
  return new UsageError(message, { hint: suggestion ?? otherwise });
}

function buildProgram(run: Running): Command {
  const program = new Command('headroom')
    .description('Sends synthetic HTTP traffic, measures it, and judges it against objectives.')
    .version(run.world.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show the help of a command')
    .addHelpText('after', EXAMPLES + EXIT_CODES);
  // Otherwise `demo` would take the flags of `demo run` that it has as well.
  program.enablePositionalOptions();
  quieten(program, run.world);
  trafficCommands(program, run);
  searchCommands(program, run);
  comparisonCommand(program, run);
  fleetCommand(program, run);
  demoCommand(program, run);
  canaryCommands(program, run);
  pagerCommands(program, run);
  historyCommands(program, run);
  readingCommands(program, run);
  execCommand(program, run);
  return program;
}

/** Commander prints through the world, and throws instead of exiting. */
function quieten(command: Command, world: World): void {
  command.exitOverride();
  command.configureOutput({
    writeOut: (text) => world.stdout.write(text),
    // What is wrong is told once, by the catch of runProgram.
    writeErr: () => undefined,
    getOutHelpWidth: () => columnsOf(world.stdout),
    getOutHasColors: () => false,
  });
  command.showSuggestionAfterError();
}
