/** The commands and their help, and the one place where errors become words and exit codes. */

import { Command, CommanderError } from 'commander';
import { EXIT } from '../app/exit.ts';
import type { World } from '../app/world.ts';
import { UsageError } from '../core/errors.ts';
import { EXIT_TABLE, finalExit, strongest } from './exit-codes.ts';
import {
  addLaunchOptions,
  addRenderingOptions,
  addSearchOptions,
  addTrafficOptions,
  isScheduleFlag,
} from './options.ts';
import { columnsOf } from './progress.ts';
import { secretsOf } from './secrecy.ts';
import { habitsOf, type Outcome, openSession, type Session, type Start, Vault } from './session.ts';
import { exitOfError, tellError } from './tell-error.ts';

/** A command, loaded when it is used. */
type Load = () => Promise<(session: Session) => Promise<Outcome>>;

const EXAMPLES = `
Examples:
  headroom http://localhost:8080/                      30/s for 20 s, judged on errors < 1%
  headroom run -r 200/s -d 1m --objective 'p99 < 250ms' http://localhost:8080/
  headroom run --plan headroom.yaml --json -o result.json
  headroom capacity http://localhost:8080/             the highest rate that holds the objectives
  headroom launch --peak 300/s http://localhost:8080/  can it take that, with a margin of 30%?
  headroom probe https://localhost:8443/               three requests, every phase
  headroom demo run                                    an example system and a run against it
`;

const CAPACITY_EXAMPLES = `
Examples:
  headroom capacity http://localhost:8080/
  headroom capacity --objective 'p99 < 250ms' --max-duration 10m http://localhost:8080/
  headroom capacity --plan headroom.yaml --start 50/s --max-rate 2000/s --json -o capacity.json
`;

const LAUNCH_EXAMPLES = `
Examples:
  headroom launch --peak 300/s --objective 'p99 < 250ms' http://localhost:8080/
  headroom launch --peak 3000/s --margin 30% --zones 3 --lose 1 --plan headroom.yaml
  headroom launch --users 20000 --think 30s --requests-per-visit 8 --plan headroom.yaml
  headroom launch --plan headroom.yaml --surge 10s --soak 30m
`;

const EXIT_CODES = `
Exit codes:
${EXIT_TABLE.map(([code, meaning]) => `  ${String(code).padEnd(5)}${meaning}`).join('\n')}
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
  const outcome = await executed.catch((error: unknown): Outcome => {
    const code = exitOfError(error);
    tellError(error, { world, vault, json: habits.json, exitCode: finalExit(code, habits.exit) });
    return { code };
  });
  const [printed] = await Promise.all([world.stdout.settled(), world.stderr.settled()]);
  const undelivered = printed.kind === 'failed';
  if (undelivered) {
    world.stderr.write(`headroom: cannot write to standard output: ${printed.code}\n`);
    await world.stderr.settled();
  }
  const code = strongest([outcome.code, undelivered ? EXIT.undelivered : EXIT.pass]);
  return finalExit(code, habits.exit, outcome.agreementHeld);
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

/** The run of one command line: what its command leaves. */
interface Running extends Start {
  outcome: Outcome | null;
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
    hint: `use ${args[0] === 'capacity' ? '--start' : '--peak'} and --max-rate for rates, --max-duration for all of it`,
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
  demoCommand(program, run);
  readingCommands(program, run);
  return program;
}

function trafficCommands(program: Command, run: Running): void {
  const command = addTrafficOptions(program.command('run'))
    .summary('send traffic and judge it')
    .description('Sends traffic to a URL or by a plan, measures it, and judges it against its objectives.')
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', EXIT_CODES);
  bind(command, run, async () => (await import('./commands/run.ts')).runCommand);
  const probe = addTrafficOptions(program.command('probe'))
    .summary('a few requests, one after another, with every phase')
    .description(
      'Sends a few requests one after another (-n, default 3) and shows every phase and the TLS facts.',
    )
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', EXIT_CODES);
  bind(probe, run, async () => (await import('./commands/probe.ts')).probeCommand);
  const check = addTrafficOptions(program.command('check'))
    .summary('say what a plan would send, and send nothing')
    .description(
      'Reads a plan, says what it would send and whether its objectives can be judged. Sends nothing.',
    )
    .argument('[plan]', 'plan file or URL; without it the nearest headroom.yaml')
    .addHelpText('after', EXIT_CODES);
  bind(check, run, async () => (await import('./commands/check.ts')).checkCommand);
}

function searchCommands(program: Command, run: Running): void {
  const capacity = addSearchOptions(program.command('capacity'))
    .summary('find the highest rate that holds the objectives')
    .description(
      'Searches for the highest arrival rate that holds the objectives, by trials: gently first, repeatedly near the edge.',
    )
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', CAPACITY_EXAMPLES + EXIT_CODES);
  bind(capacity, run, async () => (await import('./commands/capacity.ts')).capacityCommand);
  const launch = addLaunchOptions(program.command('launch'))
    .summary('say whether a launch can be carried')
    .description(
      'Asks whether an expected peak, with a margin and with zones lost, holds the objectives: yes, no or inconclusive.',
    )
    .argument('[url]', 'where to; without it the plan file decides')
    .addHelpText('after', LAUNCH_EXAMPLES + EXIT_CODES);
  bind(launch, run, async () => (await import('./commands/launch.ts')).launchCommand);
}

function demoCommand(program: Command, run: Running): void {
  const demo = addRenderingOptions(program.command('demo'))
    .summary('an example system whose capacity is known')
    .description(
      'Starts the example system on loopback, says its addresses and its true capacity, until stopped.',
    )
    .option('--port <number>', 'port of the balancer (default: any)');
  demo.enablePositionalOptions();
  bind(demo, run, async () => (await import('./commands/demo.ts')).demoCommand);
  const against = addTrafficOptions(demo.command('run'))
    .summary('start it, run against it, stop it')
    .description('Starts the example system, runs against it (default: 100/s for 20 s), and stops it.')
    .addHelpText('after', EXIT_CODES);
  bind(against, run, async () => (await import('./commands/demo.ts')).demoRunCommand);
  const launch = addLaunchOptions(demo.command('launch'))
    .summary('start it, ask the launch question, stop it')
    .description(
      'Starts the example system, asks it the launch question beside the computed truth, and stops it.',
    )
    .addHelpText('after', EXIT_CODES);
  bind(launch, run, async () => (await import('./commands/demo.ts')).demoLaunchCommand);
}

function readingCommands(program: Command, run: Running): void {
  const report = addRenderingOptions(program.command('report'))
    .summary('show a result again, in any format')
    .description('Reads a result document and writes it as a report. The exit code says whether that worked.')
    .argument('<result>', 'file that a run wrote with --json or -o');
  bind(report, run, async () => (await import('./commands/report.ts')).reportCommand);
  const schema = program.command('schema').summary('print the JSON Schema of the plan file');
  bind(schema, run, async () => (await import('./commands/schema.ts')).schemaCommand);
  const doctor = addRenderingOptions(program.command('doctor'))
    .summary('what this machine can measure')
    .description('Looks at limits, clocks and speed of this machine as a generator of traffic.')
    .option('--state-dir <folder>', 'where calibrations are kept');
  bind(doctor, run, async () => (await import('./commands/doctor.ts')).doctorCommand);
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

function bind(parser: Command, run: Running, load: Load): void {
  parser.action(async () => {
    const parsed = { values: parser.opts<Record<string, unknown>>(), operands: parser.args };
    const command = await load();
    run.outcome = await command(openSession(run, parsed));
  });
}
