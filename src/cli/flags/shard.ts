/** Flags of a run that is one of several on as many machines. */

import type { Group } from './flag.ts';

/** Of `run`. */
export const SHARD: Group = [
  'Several machines:',
  [
    { flags: '--shard <k/n>', text: 'send the k-th of n parts of the plan; headroom merge joins them' },
    {
      flags: '--start-at <time>',
      text: 'begin then, such as 2026-11-22T10:00:00Z, a Unix time in seconds, or +30s',
    },
  ],
];
