/** Flags that say how it is judged, and what the exit code makes of that. */

import { EXIT_STYLES } from '../exit-codes.ts';
import type { Group } from './flag.ts';

/** What is asked of the measured. */
export const JUDGING: Group = [
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

/** What the exit code says. */
export const VERDICT: Group = [
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
