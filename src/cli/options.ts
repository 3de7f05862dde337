/** The flags that commands share: one table, and the one place where what commander read becomes typed. */

import { type Command, Option } from 'commander';
import { EXIT_STYLES } from './exit-codes.ts';

/** One flag as help shows it. */
interface Flag {
  readonly flags: string;
  readonly text: string;
  /** May be given several times. */
  readonly many?: true;
  /** Another spelling that help does not show. */
  readonly hidden?: true;
  readonly choices?: readonly string[];
}

type Group = readonly [heading: string, flags: readonly Flag[]];

/** How much is sent, for how long: a search decides that by itself. */
const SCHEDULE: readonly Flag[] = [
  {
    flags: '-r, --rate <rate>',
    text: 'arrivals per second in total, such as 200/s or 6000/m (default: 30/s)',
  },
  { flags: '-d, --duration <time>', text: 'how long, such as 30s or 5m (default: 20s)' },
  { flags: '-z <time>', text: 'as -d', hidden: true },
  { flags: '-n, --requests <count>', text: 'stop after this many requests' },
  { flags: '--closed', text: '-c virtual users that wait for each answer, instead of a rate' },
  { flags: '--warmup <time>', text: 'traffic before the measured part, counted apart' },
  { flags: '--until-decided', text: 'go on after -d until every objective is decided' },
  {
    flags: '--max-duration <time>',
    text: 'the longest that the run may take (default with --until-decided: ten times -d)',
  },
];

const SENDING: readonly Flag[] = [
  {
    flags: '--arrivals <law>',
    text: 'how arrivals are spaced (default: poisson)',
    choices: ['poisson', 'uniform'],
  },
  { flags: '-c, --connections <count>', text: 'most connections at once (default: as many as needed)' },
  { flags: '--workers <count>', text: 'threads that make traffic (default: as many as the rate needs)' },
  { flags: '--seed <number>', text: 'repeats the random choices of an earlier run' },
  { flags: '--plan <file>', text: 'plan file (default without a URL: headroom.yaml, from here upwards)' },
];

const TRAFFIC: Group = ['Traffic:', [...SCHEDULE, ...SENDING]];

const TRIALS: Group = ['Traffic:', SENDING];

const BOUNDS: readonly Flag[] = [
  { flags: '--max-rate <rate>', text: 'never send more than this' },
  { flags: '--max-duration <time>', text: 'the longest that all of it may take' },
];

const SEARCH: Group = [
  'Search:',
  [
    { flags: '--start <rate>', text: 'the rate to begin with (default: 30/s)' },
    { flags: '--precision <percent>', text: 'how close the two bounds must come (default: 10%)' },
    ...BOUNDS,
  ],
];

const LAUNCH: Group = [
  'Launch:',
  [
    { flags: '--peak <rate>', text: 'expected peak, such as 3000/s' },
    { flags: '--margin <percent>', text: 'to be carried beyond the peak (default: 30%)' },
    { flags: '--zones <count>', text: 'zones that share the traffic (default: 1)' },
    { flags: '--lose <count>', text: 'how many of the zones may fail (default: 0)' },
    { flags: '--users <count>', text: 'users at the peak, instead of --peak' },
    { flags: '--think <time>', text: 'time from one visit of a user to the next' },
    { flags: '--requests-per-visit <count>', text: 'requests that a visit makes' },
    {
      flags: '--surge <time>',
      text: 'after a yes: from a tenth to the peak at once, recovered in this time',
    },
    { flags: '--soak <time>', text: 'after a yes: this long at the peak, for drift and leaks' },
    { flags: '--accept-no-margin', text: 'exit 0 for "yes without margin" too' },
    { flags: '--accept-no-spare-zone', text: 'exit 0 for "yes without a spare zone" too' },
    { flags: '--no-bracket', text: 'stop at the answer: do not look for the capacity with the time left' },
    ...BOUNDS,
  ],
];

const REQUEST: Group = [
  'Request:',
  [
    { flags: '-m, --method <method>', text: 'HTTP method (default: GET, with a body POST)' },
    { flags: '-X, --request <method>', text: 'as -m', hidden: true },
    { flags: '-H, --header <line>', text: '"name: value"; may be repeated', many: true },
    { flags: '-b, --body <text>', text: 'request body; @file reads a file, @- standard input' },
    { flags: '--data <text>', text: 'as -b', hidden: true },
    { flags: '-t, --timeout <time>', text: 'total deadline of one request, from its send (default: 10s)' },
    { flags: '-L, --follow', text: 'follow redirects' },
    { flags: '--location', text: 'as -L', hidden: true },
  ],
];

const CONNECTION: Group = [
  'Connection:',
  [
    { flags: '-k, --insecure', text: 'do not verify certificates' },
    { flags: '--cacert <file>', text: 'additional trusted roots, PEM' },
    { flags: '--cert <file>', text: 'client certificate, PEM' },
    { flags: '--key <file>', text: 'private key of the client certificate, PEM' },
    { flags: '--http2', text: 'HTTP/2 instead of HTTP/1.1' },
    { flags: '--no-keepalive', text: 'a new connection for each request' },
    { flags: '-x, --proxy <url>', text: 'forward proxy; the environment is not read' },
    {
      flags: '--connect-to <rule>',
      text: "host:port:to-host:to-port, as curl's; may be repeated",
      many: true,
    },
    { flags: '--resolve <rule>', text: "host:port:address, as curl's; may be repeated", many: true },
    { flags: '--unix-socket <path>', text: 'connect to this socket' },
  ],
];

const JUDGING: Group = [
  'Judging:',
  [
    {
      flags: '--objective <expr>',
      text: 'such as "p99 < 250ms" or "errors < 0.1%"; may be repeated',
      many: true,
    },
    { flags: '--threshold <expr>', text: 'as --objective', many: true, hidden: true },
    {
      flags: '--breaker <state>',
      text: 'stop when the server is failing (default: on)',
      choices: ['on', 'off'],
    },
    { flags: '--yes-i-own-this', text: 'these servers are mine: allows public addresses above 50/s' },
  ],
];

const VERDICT: Group = [
  'Exit code:',
  [
    {
      flags: '--exit-codes <style>',
      text: 'whose exit codes to use (default: headroom)',
      choices: EXIT_STYLES,
    },
    { flags: '--exit-zero', text: 'report only: 0 for fail and inconclusive too' },
    { flags: '--on-inconclusive <verdict>', text: 'exit as if it were this', choices: ['fail', 'pass'] },
  ],
];

const OUTPUT: Group = [
  'Output:',
  [
    { flags: '--json', text: 'as --format json: one JSON document on stdout, on failure too' },
    { flags: '--format <name>', text: 'text or json (default: text, for a file by its ending)' },
    { flags: '-o, --output <file>', text: 'write the report to a file as well; may be repeated', many: true },
    { flags: '-q, --quiet', text: 'no progress and no remarks on stderr' },
    { flags: '-v, --verbose', text: 'every check and every address' },
    { flags: '--color [when]', text: 'always, never or auto' },
    { flags: '--no-color', text: 'no colour' },
    { flags: '--no-progress', text: 'no live display' },
    { flags: '--state-dir <folder>', text: 'where calibrations are kept' },
  ],
];

const RENDERING: Group = [
  'Output:',
  OUTPUT[1].filter(({ flags }) => !flags.startsWith('--no-progress') && !flags.startsWith('--state-dir')),
];

/** Flags of commands that make traffic. */
export function addTrafficOptions(command: Command): Command {
  for (const group of [TRAFFIC, REQUEST, CONNECTION, JUDGING, VERDICT, OUTPUT]) addGroup(command, group);
  return command;
}

/** Flags of commands that search for a rate by trials. */
export function addSearchOptions(command: Command): Command {
  return addTrialOptions(command, SEARCH);
}

/** Flags of commands that ask the launch question, which is answered by trials too. */
export function addLaunchOptions(command: Command): Command {
  return addTrialOptions(command, LAUNCH);
}

function addTrialOptions(command: Command, own: Group): Command {
  for (const group of [own, TRIALS, REQUEST, CONNECTION, JUDGING, VERDICT, OUTPUT]) addGroup(command, group);
  return command;
}

/** True for a flag, as typed, that says how much a run sends and for how long: `-r`, `-r50/s`, `--rate`. */
export function isScheduleFlag(typed: string): boolean {
  const name = typed.startsWith('--') ? typed : typed.slice(0, 2);
  return SCHEDULE.some(({ flags }) => flags.split(/[ ,]+/).includes(name));
}

/** Flags of commands that only print. */
export function addRenderingOptions(command: Command): Command {
  return addGroup(command, RENDERING);
}

function addGroup(command: Command, [heading, flags]: Group): Command {
  command.optionsGroup(heading);
  for (const flag of flags) command.addOption(optionOf(flag));
  return command;
}

function optionOf(flag: Flag): Option {
  const option = new Option(flag.flags, flag.text).hideHelp(flag.hidden === true);
  if (flag.choices !== undefined) option.choices(flag.choices);
  if (flag.many === true) {
    option.argParser<readonly string[]>((value, before) => [...(before ?? []), value]);
  }
  return option;
}

/** What commander read, by the long name in camel case. */
export class Flags {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** The value of the first of these flags that was given; undefined when none was. */
  text(...names: readonly string[]): string | undefined {
    for (const name of names) {
      const value = this.#values[name];
      if (typeof value === 'string') return value;
    }
    return undefined;
  }

  /** All values of these flags, in the order of the names. */
  list(...names: readonly string[]): readonly string[] {
    return names.flatMap((name) => {
      const value = this.#values[name];
      return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
    });
  }

  /** True when the flag was given, or is on unless its `--no-` form is. */
  has(name: string): boolean {
    return this.#values[name] === true;
  }

  /** True when the `--no-` form was given. */
  denied(name: string): boolean {
    return this.#values[name] === false;
  }
}
