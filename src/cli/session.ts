/** What a command is given, and what it leaves. */

import type { World } from '../app/world.ts';
import { createRedactor, safeText } from '../core/text.ts';
import { type Beside, EXIT_STYLES, type ExitPolicy, PLAIN_EXIT } from './exit-codes.ts';
import { Flags } from './options.ts';

/** One command under way. */
export interface Session {
  readonly world: World;
  /** As they were typed, without Node and the script. */
  readonly args: readonly string[];
  readonly flags: Flags;
  /** What is no flag: a URL, a file. */
  readonly operands: readonly string[];
  readonly vault: Vault;
  /** False: what it measures is not kept, nor held against what was. */
  readonly history?: false;
  /** A remark for whoever watches: one line on stderr, unless `-q`. */
  readonly say: (line: string) => void;
}

/** How a command ended. */
export interface Outcome extends Beside {
  /** Of the table in exit-codes.ts, as if everything had been delivered. */
  readonly code: number;
  /** The code is another program's: it is passed on, whatever it means in the table. */
  readonly isForeign?: true;
}

/** Everything that must not be shown, so that the error path hides it too. */
export class Vault {
  #values: readonly string[] = [];
  #redact: (text: string) => string = (text) => text;

  /** Takes in more secret values. */
  add(values: Iterable<string>): void {
    this.#values = [...this.#values, ...values];
    this.#redact = createRedactor(this.#values);
  }

  /** The secret values themselves, for those who must know them to hide them. */
  values(): readonly string[] {
    return this.#values;
  }

  /** The text with every secret replaced. */
  redact(text: string): string {
    return this.#redact(text);
  }

  /** Several lines, each redacted and made safe for a terminal. */
  show(text: string): string {
    return this.redact(text)
      .split('\n')
      .map((line) => safeText(line, { maxLength: 2000 }))
      .join('\n');
  }
}

/** What is known before the parser has read anything. */
export type Start = Pick<Session, 'world' | 'args' | 'vault'>;

/** The start of a session: flags and operands come from the parser. */
export function openSession(
  start: Start,
  parsed: { readonly values: Readonly<Record<string, unknown>>; readonly operands: readonly string[] },
): Session {
  const { world, vault } = start;
  // Icinga reads standard error into the text of the check.
  const isQuiet = habitsOf(start.args).monitored;
  const flags = new Flags({ ...parsed.values, ...(isQuiet ? { quiet: true } : {}) });
  const say = (line: string): void => {
    if (!flags.has('quiet')) world.stderr.write(`headroom: ${vault.show(line)}\n`);
  };
  return { ...start, flags, operands: parsed.operands, say };
}

/** What must be known even when the command line cannot be parsed. */
export interface Habits {
  /** Standard output carries one JSON document, on failure too. */
  readonly json: boolean;
  /** Standard output carries the line of a monitoring plug-in, on failure too, and standard error nothing. */
  readonly monitored: boolean;
  readonly exit: ExitPolicy;
  /** The value of `--ci`; true where it stands alone or its value is none, undefined where it was not given. */
  readonly ci: string | true | undefined;
}

/** Reads the habits from raw arguments: the parser may be what fails. Nonsense counts as not given. */
export function habitsOf(typed: readonly string[]): Habits {
  // What stands behind two dashes is no flag of ours: it may be another program's.
  const dashes = typed.indexOf('--');
  const args = dashes < 0 ? typed : typed.slice(0, dashes);
  const style = valueOf(args, '--exit-codes');
  const inconclusive = valueOf(args, '--on-inconclusive');
  const json = args.includes('--json') || valueOf(args, '--format') === 'json';
  const monitored = !json && printsForNagios(args);
  return {
    json,
    monitored,
    ci: args.some((arg) => arg === '--ci' || arg.startsWith('--ci='))
      ? (valueOf(args, '--ci') ?? true)
      : undefined,
    exit: {
      style: EXIT_STYLES.find((known) => known === style) ?? (monitored ? 'nagios' : PLAIN_EXIT.style),
      zero: args.includes('--exit-zero'),
      onInconclusive: inconclusive === 'fail' || inconclusive === 'pass' ? inconclusive : null,
    },
  };
}

/** `--report nagios=-` takes the place of `--format nagios`. */
function printsForNagios(args: readonly string[]): boolean {
  const isPair = args.some((arg, index) => arg === 'nagios=-' && args[index - 1] === '--report');
  return isPair || args.includes('--report=nagios=-') || valueOf(args, '--format') === 'nagios';
}

function valueOf(args: readonly string[], flag: string): string | undefined {
  const joined = args.findLast((arg) => arg.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const index = args.lastIndexOf(flag);
  return index < 0 ? undefined : args[index + 1];
}
