/** Flags of a look at a fleet. */

import type { Group } from '../flags/flag.ts';

/** Which servers, how they are asked, and what is near. */
export const FLEET: Group = [
  'Fleet:',
  [
    {
      flags: '-f, --file <file>',
      text: 'targets, one a line: address, name and kind (service, prometheus, expvar, pprof); # comments; - is standard input; may be repeated',
      many: true,
    },
    { flags: '--prometheus <url>', text: 'the servers that this Prometheus server scrapes' },
    { flags: '--match <labels>', text: 'which of them, such as \'job="api"\' (default: all)' },
    { flags: '--near <share>', text: 'from where on a server is near its capacity (default: 80%)' },
    { flags: '--for <time>', text: 'time from the first look at a server to the second (default: 3s)' },
    {
      flags: '--probes <number>',
      text: 'requests that time each service in between; 30 and more find outliers (default: 6)',
    },
    {
      flags: '--cores <number>',
      text: 'most requests that a server works on at once, where only its latency tells (default: 64)',
    },
    { flags: '--watch [time]', text: 'look again and again, every 5s or as said, until Ctrl-C' },
    { flags: '--top <number>', text: 'show no more servers than this, those that need somebody first' },
    { flags: '-t, --timeout <time>', text: 'deadline of each request (default: 2s)' },
    { flags: '-H, --header <line>', text: '"name: value", to every server; may be repeated', many: true },
    { flags: '-k, --insecure', text: 'do not verify certificates' },
    { flags: '--state-dir <folder>', text: 'where the history is kept' },
    { flags: '--no-history', text: 'neither read nor keep anything in the history' },
    { flags: '--yes-i-own-this', text: 'these servers are mine: allows public addresses above 50/s' },
  ],
];
