/** Flags that say how much is sent, and for how long. */

import type { Flag, Group } from './flag.ts';

/** How much is sent, for how long: a search decides that by itself. */
export const SCHEDULE: readonly Flag[] = [
  {
    flags: '-r, --rate <rate>',
    text: 'arrivals per second in total, such as 200/s or 6000/m (default: 30/s)',
  },
  { flags: '-d, --duration <time>', text: 'how long, such as 30s or 5m (default: 20s)' },
  { flags: '-z <time>', text: 'as -d', hidden: true },
  { flags: '-n, --requests <count>', text: 'stop after this many requests' },
  { flags: '--closed', text: '-c virtual users that wait for each answer, instead of a rate' },
  { flags: '--warmup <time>', text: 'traffic before the measured part, counted apart' },
  { flags: '--until-decided', text: 'go on after -d until every objective is decided' },
  {
    flags: '--max-duration <time>',
    text: 'the longest that the run may take (default with --until-decided: ten times -d)',
  },
];

const SENDING: readonly Flag[] = [
  {
    flags: '--arrivals <law>',
    text: 'how arrivals are spaced (default: poisson)',
    choices: ['poisson', 'uniform'],
  },
  { flags: '-c, --connections <count>', text: 'most connections at once (default: as many as needed)' },
  { flags: '--workers <count>', text: 'threads that make traffic (default: as many as the rate needs)' },
  { flags: '--seed <number>', text: 'repeats the random choices of an earlier run' },
  { flags: '--plan <file>', text: 'plan file (default without a URL: headroom.yaml, from here upwards)' },
];

/** Of a run. */
export const TRAFFIC: Group = ['Traffic:', [...SCHEDULE, ...SENDING]];

/** Of a search. */
export const TRIALS: Group = ['Traffic:', SENDING];

/** Of a run that is one of several on as many machines. */
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
