/** Names looked up for whoever tells somebody of a measurement: a lookup is shared by all who wait for it. */

import { lookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

type Told = Parameters<LookupFunction>[2];

const waiting = new Map<string, Told[]>();

/**
 * As `dns.lookup`, but never more than one at a time for a name. None can be called off, each holds one of the few
 * threads that the lookups of a measurement need as well, and the process ends after the last one: where nobody answers,
 * who tries again must not begin another.
 */
export const sharedLookup: LookupFunction = (host, options, told) => {
  const key = JSON.stringify([host, options]);
  const others = waiting.get(key);
  if (others !== undefined) {
    others.push(told);
    return;
  }
  const all = [told];
  lookup(host, options, (error, address, family) => {
    waiting.delete(key);
    for (const each of all) each(error, address, family);
  });
  waiting.set(key, all);
};
