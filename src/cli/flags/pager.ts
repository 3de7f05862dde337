/** Flags of a drill of the pager. */

import { DRILL_FAULT_NAMES } from '../../app/pager/faults.ts';
import type { Group } from './flag.ts';

const KINDS = ['offline', 'certificate', 'erroring', 'wrong', 'slow'] as const;

/** What is wrong with a service, by name; undefined for no such name. */
export function kindNamed(name: string | undefined): (typeof KINDS)[number] | undefined {
  return KINDS.find((known) => known === name);
}

/** What is broken, and who is to hear it. */
export const DRILL: Group = [
  'Drill:',
  [
    {
      flags: '--fault <name>',
      text: 'how the service is broken (default: kill)',
      choices: DRILL_FAULT_NAMES,
    },
    {
      flags: '--every <time>',
      text: 'time from one run to the next (default: 3s, with --target-control the plan)',
    },
    {
      flags: '--within <time>',
      text: 'the longest from the fault to the sound (default: as computed, and a margin)',
    },
    {
      flags: '--ack-url <url>',
      text: 'asked once a second with ?dedup_key=...: 200 means that somebody acknowledged',
    },
    {
      flags: '--target-control <url>',
      text: "break what the plan's targets reach, through this control, instead of the example system",
    },
    {
      flags: '--expect <kind>',
      text: 'what the canary is to call it (default: as the fault is called without a balancer in between)',
      choices: KINDS,
    },
    {
      flags: '-p, --plan <file>',
      text: 'plan file: whom to tell, and with --target-control what to look at',
    },
    { flags: '--yes-i-own-this', text: 'these servers are mine: allows public addresses above 50/s' },
  ],
];
