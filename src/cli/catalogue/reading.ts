/** The commands that send nothing to a target. */

import type { Command } from 'commander';
import { addRenderingOptions } from '../options.ts';
import { bind, type Running } from './bind.ts';

/** Adds `report`, `schema` and `doctor`. */
export function readingCommands(program: Command, run: Running): void {
  const report = addRenderingOptions(program.command('report'))
    .summary('show a result again, in any format')
    .description('Reads a result document and writes it as a report. The exit code says whether that worked.')
    .argument('<result>', 'file that a run wrote with --json or -o');
  bind(report, run, async () => (await import('../commands/report.ts')).reportCommand);
  const schema = program.command('schema').summary('print the JSON Schema of the plan file');
  bind(schema, run, async () => (await import('../commands/schema.ts')).schemaCommand);
  const doctor = addRenderingOptions(program.command('doctor'))
    .summary('what this machine can measure')
    .description('Looks at limits, clocks and speed of this machine as a generator of traffic.')
    .option('--state-dir <folder>', 'where calibrations are kept');
  bind(doctor, run, async () => (await import('../commands/doctor.ts')).doctorCommand);
}
