/** Errors as people and programs read them. */

import { EXIT, Interrupted } from '../app/exit.ts';
import { monitoredError } from '../app/monitoring/plugin-error.ts';
import type { World } from '../app/world.ts';
import { ToolError } from '../core/errors.ts';

import type { Vault } from './session.ts';

const CODES = { usage: EXIT.usage, output: EXIT.undelivered, bug: EXIT.bug } as const;

/** The exit code of an error; whatever is no error of the tool is a bug. */
export function exitOfError(error: unknown): number {
  if (error instanceof Interrupted) return error.exitCode;
  return error instanceof ToolError ? CODES[error.errorClass] : EXIT.bug;
}

/** Where and how an error is told. */
export interface Telling {
  readonly world: Pick<World, 'stdout' | 'stderr'>;
  readonly vault: Vault;
  readonly json: boolean;
  /** It is told as a monitoring plug-in tells it: one line on standard output, nothing on standard error. */
  readonly monitored: boolean;
  readonly exitCode: number;
}

/** Says what is wrong and what to do: on stderr, and with `--json` as the one document on standard output. */
export function tellError(error: unknown, { world, vault, json, monitored, exitCode }: Telling): void {
  const told = error instanceof ToolError ? error : null;
  const message = vault.show(error instanceof Error ? error.message : String(error));
  if (monitored) {
    world.stdout.write(monitoredError(message));
    return;
  }
  const isStop = error instanceof Interrupted;
  const hint =
    told?.hint ??
    (told === null && !isStop ? 'this is a bug in headroom: please report it with this message' : null);
  if (json) {
    const document = { schema: 'headroom.error/1', error: { message, hint, exitCode } };
    world.stdout.write(`${JSON.stringify(document, null, 2)}\n`);
  }
  const isBug = told === null ? !isStop : told.errorClass === 'bug';
  const stack =
    isBug && error instanceof Error && error.stack !== undefined ? `\n${vault.show(error.stack)}` : '';
  world.stderr.write(`headroom: ${message}${hint === null ? '' : `\n  hint: ${vault.show(hint)}`}${stack}\n`);
}
