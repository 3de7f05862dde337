/** Flags of `exec`. */

import type { Group } from '../flags/flag.ts';

/** Of the command that is run, and of where it is told of. */
export const EXEC: Group = [
  'Telling:',
  [
    {
      flags: '--emit <kind=address>',
      text: 'tell dogstatsd=udp://127.0.0.1:8125 (tcp:// too) of a timer, or ssf=udp://127.0.0.1:8128 (unix:///path too) of a span; may be repeated',
      many: true,
    },
    { flags: '--name <text>', text: "of the timer and of the span (default: the program's)" },
    { flags: '--service <text>', text: 'of the span (default: headroom)' },
    { flags: '--indicator', text: 'Veneur makes service indicators of the span' },
    { flags: '--tag <key:value>', text: 'on the timer and on the span; may be repeated', many: true },
    { flags: '-v, --verbose', text: 'one line on stderr when it is over' },
    { flags: '-q, --quiet', text: 'not a word on stderr, also of what was not delivered' },
  ],
];
