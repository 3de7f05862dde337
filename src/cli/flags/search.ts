/** Flags of the commands that search for a rate by trials. */

import type { Flag, Group } from './flag.ts';

const BOUNDS: readonly Flag[] = [
  { flags: '--max-rate <rate>', text: 'never send more than this' },
  { flags: '--max-duration <time>', text: 'the longest that all of it may take' },
];

/** Of the search for a capacity. */
export const SEARCH: Group = [
  'Search:',
  [
    { flags: '--start-rate <rate>', text: 'the rate to begin with (default: 30/s)' },
    { flags: '--precision <percent>', text: 'how close the two bounds must come (default: 10%)' },
    ...BOUNDS,
  ],
];

/** Of the launch question. */
export const LAUNCH: Group = [
  'Launch:',
  [
    { flags: '--peak <rate>', text: 'expected peak, such as 3000/s' },
    { flags: '--margin <percent>', text: 'to be carried beyond the peak (default: 30%)' },
    { flags: '--zones <count>', text: 'zones that share the traffic (default: 1)' },
    { flags: '--lose <count>', text: 'how many of the zones may fail (default: 0)' },
    { flags: '--users <count>', text: 'users at the peak, instead of --peak' },
    { flags: '--think <time>', text: 'time from one visit of a user to the next' },
    { flags: '--requests-per-visit <count>', text: 'requests that a visit makes' },
    {
      flags: '--surge <time>',
      text: 'after a yes: from a tenth to the peak at once, recovered in this time',
    },
    { flags: '--soak <time>', text: 'after a yes: this long at the peak, for drift and leaks' },
    { flags: '--accept-no-margin', text: 'exit 0 for "yes without margin" too' },
    { flags: '--accept-no-spare-zone', text: 'exit 0 for "yes without a spare zone" too' },
    { flags: '--no-bracket', text: 'stop at the answer: do not look for the capacity with the time left' },
    ...BOUNDS,
  ],
];
