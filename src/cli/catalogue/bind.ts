/** From a parser's command to the code that carries it out, which is loaded when it is used. */

import type { Command } from 'commander';
import { EXIT_TABLE } from '../exit-codes.ts';
import { type Outcome, openSession, type Session, type Start } from '../session.ts';

/** A command, loaded when it is used. */
type Load = () => Promise<(session: Session) => Promise<Outcome>>;

/** The run of one command line: what its command leaves. */
export interface Running extends Start {
  outcome: Outcome | null;
}

/** The table of exit codes, as help shows it below a command that means something else by some of them. */
export function exitCodes(own: Readonly<Record<number, string>>): string {
  const lines = EXIT_TABLE.map(([code, meaning]) => `  ${String(code).padEnd(5)}${own[code] ?? meaning}`);
  return `\nExit codes:\n${lines.join('\n')}\n`;
}

/** The table of exit codes, as help shows it below a command. */
export const EXIT_CODES: string = exitCodes({});

/** Lets `parser` carry out a command. */
export function bind(parser: Command, run: Running, load: Load): void {
  parser.action(async () => {
    const parsed = { values: parser.opts<Record<string, unknown>>(), operands: parser.args };
    const command = await load();
    run.outcome = await command(openSession(run, parsed));
  });
}
