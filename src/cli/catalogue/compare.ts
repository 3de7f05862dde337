/** The command that holds a candidate against a baseline. */

import type { Command } from 'commander';
import { addComparisonOptions } from '../options.ts';
import { bind, EXIT_CODES, type Running } from './bind.ts';

const EXAMPLES = `
Examples:
  headroom compare --baseline http://localhost:8080/ --candidate http://localhost:8081/
  headroom compare --baseline http://old:8080 --candidate http://new:8080 --plan headroom.yaml --max-duration 10m
  headroom compare --min-effect p99=15% --blocks 32 --baseline URL --candidate URL
  headroom compare old.json new.json                   two runs written with run -o FILE.json
`;

/** Adds `compare`. */
export function comparisonCommand(program: Command, run: Running): void {
  const compare = addComparisonOptions(program.command('compare'))
    .summary('say whether a candidate is worse than a baseline')
    .description(
      'Measures two systems in turn, in short blocks, until it is decided whether the candidate is slower or fails more; or compares two result files.',
    )
    .argument('[baseline]', 'result file of what there is')
    .argument('[candidate]', 'result file of what is to take its place')
    .addHelpText('after', EXAMPLES + EXIT_CODES);
  bind(compare, run, async () => (await import('../commands/compare.ts')).compareCommand);
}
