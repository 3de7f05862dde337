/** Flags of the comparison of a candidate with a baseline. */

import type { Group } from './flag.ts';
import { SCHEDULE } from './traffic.ts';

/** What is compared, for how long, and what matters. */
export const COMPARISON: Group = [
  'Comparison:',
  [
    { flags: '--baseline <url>', text: 'what there is: a URL, or the base of the plan' },
    { flags: '--candidate <url>', text: 'what is to take its place' },
    { flags: '--block <time>', text: 'length of a block (default: 200 requests, and 2s at least)' },
    { flags: '--blocks <count>', text: 'most blocks of each side, 8 to 64 (default: 64)' },
    { flags: '--max-duration <time>', text: 'the longest that all of it may take' },
    {
      flags: '--min-effect <effect>',
      text: 'what matters, such as p99=15%; may be repeated (default: p50=5%, p99=10%, errors=0.5%)',
      many: true,
    },
    { flags: '--force', text: 'compare result files of different rates too' },
    ...SCHEDULE.filter(({ flags }) => flags.startsWith('-r')),
  ],
];
