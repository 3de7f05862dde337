/** Flags that say where reports go, and what is kept. */

import { reporterNames } from '../../app/ci/report-flag.ts';
import type { Group } from './flag.ts';

/** Of commands that measure. */
export const OUTPUT: Group = [
  'Output:',
  [
    { flags: '--json', text: 'as --format json: one JSON document on stdout, on failure too' },
    {
      flags: '--format <name>',
      text: `${reporterNames.join(', ')} (default: text, for a file by its ending)`,
    },
    { flags: '-o, --output <file>', text: 'write the report to a file as well; may be repeated', many: true },
    {
      flags: '--report <name=file>',
      text: 'write a report of that format to a file as well; may be repeated',
      many: true,
    },
    {
      flags: '--ci [service]',
      text: 'bring files, summary and annotations to auto (as given alone), github, gitlab, jenkins or none',
    },
    { flags: '-q, --quiet', text: 'no progress and no remarks on stderr' },
    { flags: '-v, --verbose', text: 'every check and every address' },
    { flags: '--color [when]', text: 'always, never or auto' },
    { flags: '--no-color', text: 'no colour' },
    { flags: '--no-progress', text: 'no live display' },
    { flags: '--state-dir <folder>', text: 'where calibrations and the history are kept' },
    { flags: '--no-history', text: 'neither read nor keep anything in the history' },
  ],
];

/** Of the canary, which lives by its history. */
export const REMEMBERED: Group = [
  'Output:',
  OUTPUT[1].map((flag) => (flag.flags === '--no-history' ? { ...flag, hidden: true } : flag)),
];

/** Of commands that make a result out of others. */
export const JOINING: Group = [
  'Output:',
  OUTPUT[1].flatMap((flag) => {
    if (flag.flags.startsWith('--no-progress')) return [];
    return flag.flags.startsWith('--state-dir') ? { ...flag, text: 'where the history is kept' } : flag;
  }),
];

/** Of commands that only print. */
export const RENDERING: Group = [
  'Output:',
  OUTPUT[1].filter(({ flags }) => !/^--(?:no-progress|state-dir|no-history)\b/.test(flags)),
];

/** Of commands that only print, and whose reports are no results of runs. */
export const PRINTING: Group = ofNoResult(RENDERING);

/** Of commands that make traffic or reckon with it, and whose reports are no results of runs. */
export const TELLING: Group = ofNoResult(OUTPUT);

function ofNoResult([heading, flags]: Group): Group {
  return [
    heading,
    flags.map((flag) => {
      if (flag.flags.startsWith('--format')) return { ...flag, text: 'text or json (default: text)' };
      return flag.flags.startsWith('--ci') ? { ...flag, hidden: true } : flag;
    }),
  ];
}
