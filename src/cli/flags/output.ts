/** Flags that say where reports go, and what is kept. */

import type { Group } from './flag.ts';

/** Of commands that measure. */
export const OUTPUT: Group = [
  'Output:',
  [
    { flags: '--json', text: 'as --format json: one JSON document on stdout, on failure too' },
    { flags: '--format <name>', text: 'text, json or html (default: text, for a file by its ending)' },
    { flags: '-o, --output <file>', text: 'write the report to a file as well; may be repeated', many: true },
    { flags: '-q, --quiet', text: 'no progress and no remarks on stderr' },
    { flags: '-v, --verbose', text: 'every check and every address' },
    { flags: '--color [when]', text: 'always, never or auto' },
    { flags: '--no-color', text: 'no colour' },
    { flags: '--no-progress', text: 'no live display' },
    { flags: '--state-dir <folder>', text: 'where calibrations are kept' },
  ],
];

/** Of commands that only print. */
export const RENDERING: Group = [
  'Output:',
  OUTPUT[1].filter(({ flags }) => !flags.startsWith('--no-progress') && !flags.startsWith('--state-dir')),
];
