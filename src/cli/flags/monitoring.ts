/** Flags that bring a result to those who watch over many runs. */

import type { Group } from './flag.ts';

/** Of commands that measure again and again. */
export const MONITORING: Group = [
  'Monitoring:',
  [
    { flags: '--push <url>', text: 'replace the metrics of this check in a Pushgateway' },
    { flags: '--log <file>', text: 'add one line of JSON about this run to a file' },
  ],
];
