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

const TRAFFIC: Group = [
  'Traffic:',
  [
    {
      flags: '-r, --rate <rate>',
      text: 'arrivals per second in total, such as 200/s or 6000/m (default: 30/s)',
    },
    { flags: '-d, --duration <time>', text: 'how long, such as 30s or 5m (default: 20s)' },
    { flags: '-z <time>', text: 'as -d', hidden: true },
    { flags: '-n, --requests <count>', text: 'stop after this many requests' },
    {
      flags: '--arrivals <law>',
      text: 'how arrivals are spaced (default: poisson)',
      choices: ['poisson', 'uniform'],
    },
    { flags: '--closed', text: '-c virtual users that wait for each answer, instead of a rate' },
    { flags: '-c, --connections <count>', text: 'most connections at once (default: as many as needed)' },
    { flags: '--warmup <time>', text: 'traffic before the measured part, counted apart' },
    { flags: '--workers <count>', text: 'threads that make traffic (default: as many as the rate needs)' },
    { flags: '--seed <number>', text: 'repeats the random choices of an earlier run' },
    { flags: '--max-duration <time>', text: 'the longest that the run may take' },
    { flags: '--plan <file>', text: 'plan file (default without a URL: headroom.yaml, from here upwards)' },
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
