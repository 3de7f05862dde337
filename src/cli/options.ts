/** Which flags a command takes, and the one place where what commander read becomes typed. */

import { type Command, Option } from 'commander';
import { UsageError } from '../core/errors.ts';
import { UnitError } from '../core/units.ts';
import { EXEC } from './exec/flags.ts';
import { CANARY } from './flags/canary.ts';
import { COMPARISON } from './flags/compare.ts';
import type { Flag, Group } from './flags/flag.ts';
import { JUDGING, VERDICT } from './flags/judging.ts';
import { MONITORING } from './flags/monitoring.ts';
import { JOINING, OUTPUT, PRINTING, REMEMBERED, RENDERING, TELLING } from './flags/output.ts';
import { DRILL } from './flags/pager.ts';
import { CONNECTION, REQUEST } from './flags/request.ts';
import { LAUNCH, SEARCH } from './flags/search.ts';
import { SERVER } from './flags/server.ts';
import { SERVER_SIDE, SERVER_SIDE_OF_TRIALS, SERVER_SIDE_WATCHED } from './flags/server-side.ts';
import { SCHEDULE, SHARD, TRAFFIC, TRIALS } from './flags/traffic.ts';
import { FLEET } from './fleet/flag-group.ts';

/** What is to be sent, and how it is judged. */
const LOAD = [TRAFFIC, REQUEST, CONNECTION, JUDGING, VERDICT];

/** Flags of commands that make traffic. */
export function addTrafficOptions(command: Command): Command {
  for (const group of [...LOAD, OUTPUT]) addGroup(command, group);
  return command;
}

/** Flags of a command that tells what requests are like, and judges no run. */
export function addProbeOptions(command: Command): Command {
  for (const group of [...LOAD, TELLING]) addGroup(command, group);
  return command;
}

/** Flags of a run: those of all traffic, and of a run that is one of several. */
export function addRunOptions(command: Command): Command {
  const own = [TRAFFIC, SERVER, SHARD, REQUEST, CONNECTION, SERVER_SIDE];
  for (const group of [...own, JUDGING, VERDICT, OUTPUT, MONITORING]) addGroup(command, group);
  return command;
}

/** Flags of a command that says what a run would do. */
export function addCheckOptions(command: Command): Command {
  return addGroup(addProbeOptions(command), SERVER_SIDE);
}

/** Flags of the canary: its own in place of a load. */
export function addCanaryOptions(command: Command): Command {
  for (const group of [
    CANARY,
    REQUEST,
    CONNECTION,
    SERVER_SIDE_WATCHED,
    JUDGING,
    VERDICT,
    REMEMBERED,
    MONITORING,
  ])
    addGroup(command, group);
  return command;
}

/** Flags of the command that makes one run out of its shards. */
export function addMergeOptions(command: Command): Command {
  for (const group of [VERDICT, JOINING]) addGroup(command, group);
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

/** Flags of the comparison of two systems, or of two stored runs. */
export function addComparisonOptions(command: Command): Command {
  return addTrialOptions(command, COMPARISON);
}

function addTrialOptions(command: Command, own: Group): Command {
  const sent = [TRIALS, SERVER, REQUEST, CONNECTION, SERVER_SIDE_OF_TRIALS];
  for (const group of [own, ...sent, JUDGING, VERDICT, OUTPUT]) addGroup(command, group);
  return command;
}

/** True for a flag, as typed, that says how much a run sends and for how long: `-r`, `-r50/s`, `--rate`. */
export function isScheduleFlag(typed: string): boolean {
  const name = typed.startsWith('--') ? typed : typed.slice(0, 2);
  return SCHEDULE.some(({ flags }) => flags.split(/[ ,]+/).includes(name));
}

/** Flags of a drill of the pager. */
export function addDrillOptions(command: Command): Command {
  return addPrintingOptions(addGroup(command, DRILL));
}

/** Flags of a look at a fleet. */
export function addFleetOptions(command: Command): Command {
  for (const group of [FLEET, VERDICT]) addGroup(command, group);
  return addPrintingOptions(command);
}

/** Flags of the command that runs another one. */
export function addExecOptions(command: Command): Command {
  return addGroup(command, EXEC);
}

/** Flags of commands that only print, and whose reports are no results of runs. */
export function addPrintingOptions(command: Command): Command {
  return addGroup(command, PRINTING);
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

/** A flag as the parser knows it. */
export function optionOf(flag: Flag): Option {
  const option = new Option(flag.flags, flag.text).hideHelp(flag.hidden === true);
  if (flag.choices !== undefined) option.choices(flag.choices);
  if (flag.many === true) {
    option.argParser<readonly string[]>((value, before) => [...(before ?? []), value]);
  }
  return option;
}

/** A flag as it is typed: `--max-duration` for `maxDuration`. */
export function spelledFlag(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}

/** What `parse` makes of a flag's text. @throws UsageError that names the flag where it throws UnitError */
export function readValue<T>(spelled: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof UnitError)) throw error;
    throw new UsageError(`${spelled}: ${error.message}`, { hint: error.hint, cause: error });
  }
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

  /** What `parse` makes of the flag; undefined when it was not given. @throws UsageError as {@link readValue} */
  value<T>(name: string, parse: (text: string) => T): T | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : readValue(spelledFlag(name), text, parse);
  }

  /** The same of a number above 0; null when it was not given. @throws UsageError for one that is not, too */
  positive(name: string, parse: (text: string) => number): number | null {
    const value = this.value(name, parse) ?? null;
    if (value === null || value > 0) return value;
    const spelled = spelledFlag(name);
    throw new UsageError(`${spelled} must be more than 0`, { hint: `leave ${spelled} away for the default` });
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
