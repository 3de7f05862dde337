/** Flags of the canary: how often it looks, and when it pages. */

import type { Group } from './flag.ts';
import { TRAFFIC } from './traffic.ts';

/** Those of all traffic that a canary takes too; the others belong to a load, which it has none of. */
const TAKEN = /^(?:-z|--seed|--plan)\b/;

/** What stands in the plan's `canary` section, or in its place. */
export const CANARY: Group = [
  'Canary:',
  [
    { flags: '--check <name>', text: 'name by which pagers know it (default: made of the plan or the URL)' },
    { flags: '-r, --rate <rate>', text: 'what one run sends (default: 4/s)' },
    { flags: '-d, --duration <time>', text: 'how long one run sends (default: 5s)' },
    { flags: '-n, --requests <count>', text: 'as -d, in requests' },
    { flags: '--every <time>', text: 'time from one run to the next, as cron has it (default: 1m)' },
    { flags: '--fail <rule>', text: 'so many bad runs of the last so many fire (default: "3 of 5")' },
    { flags: '--recover <count>', text: 'so many good runs in a row end it (default: 2)' },
    { flags: '--remind <time>', text: 'tell again after this long, or never (default: 4h)' },
    { flags: '--blind <count>', text: 'so many blind runs in a row are told (default: 5)' },
    { flags: '--slo <percent>', text: 'share of good runs that is promised (default: 99.9%)' },
    { flags: '--period <time>', text: 'over which it is promised (default: 30d)' },
    {
      flags: '--certificate <time>',
      text: 'tell so long before a certificate ends, or never (default: 14d)',
    },
    { flags: '--control <url>', text: 'asked when the target fails: a dead target, or a dead network?' },
    {
      flags: '--maintenance <window>',
      text: 'page nobody meanwhile, such as "Sun 02:00-04:00 Europe/Berlin"; may be repeated',
      many: true,
    },
    ...TRAFFIC[1].filter(({ flags }) => TAKEN.test(flags)),
  ],
];
