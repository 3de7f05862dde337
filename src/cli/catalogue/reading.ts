/** The commands that send nothing to a target. */

import type { Command } from 'commander';
import { addMergeOptions, addPrintingOptions, addRenderingOptions } from '../options.ts';
import { bind, EXIT_CODES, type Running } from './bind.ts';

const MERGE_EXAMPLES = `
Example, on three machines at once, and then on one of them:
  headroom run --plan headroom.yaml --seed 1 --shard 2/3 --start-at 2026-11-22T10:00:00Z -o part-2.json
  headroom merge part-*.json -o result.json
`;

const LINT_EXITS = `
Exit codes:
  0    clean, or notes only
  1    an error or a warning stands
  2    the plan cannot be read
`;

/** Adds `report`, `merge`, `schema`, `lint` and `doctor`. */
export function readingCommands(program: Command, run: Running): void {
  const report = addRenderingOptions(program.command('report'))
    .summary('show a result again, in any format')
    .description('Reads a result document and writes it as a report. The exit code says whether that worked.')
    .argument('<result>', 'file that a run wrote with --json or -o');
  bind(report, run, async () => (await import('../commands/report.ts')).reportCommand);
  const merge = addMergeOptions(program.command('merge'))
    .summary('join the shards of a plan')
    .description(
      'Joins what run --shard wrote on several machines and judges it as one run. Shards that are missing, given twice or of another plan make it inconclusive.',
    )
    .argument('<part...>', 'files that run --shard wrote with -o, in any order')
    .addHelpText('after', MERGE_EXAMPLES + EXIT_CODES);
  bind(merge, run, async () => (await import('../commands/merge.ts')).mergeCommand);
  const schema = program.command('schema').summary('print the JSON Schema of the plan file');
  bind(schema, run, async () => (await import('../commands/schema.ts')).schemaCommand);
  const lint = addPrintingOptions(program.command('lint'))
    .summary('say what is doubtful about a plan')
    .description(
      'Reads a plan and says what its objectives, its canary and its notifiers miss. Sends nothing, and needs no secret of a notifier.',
    )
    .argument('[plan]', 'plan file; without it the nearest headroom.yaml')
    .addHelpText('after', LINT_EXITS);
  bind(lint, run, async () => (await import('../canary/lint.ts')).lintCommand);
  const doctor = addPrintingOptions(program.command('doctor'))
    .summary('what this machine can measure')
    .description('Looks at limits, clocks and speed of this machine as a generator of traffic.')
    .option('--state-dir <folder>', 'where calibrations are kept');
  bind(doctor, run, async () => (await import('../commands/doctor.ts')).doctorCommand);
}
