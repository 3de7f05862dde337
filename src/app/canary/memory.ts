/** What is kept of a check between runs: its state, and the last event of each incident, for channels that forget. */

import type { PageEvent } from '../../verdict/canary/event.ts';
import { type CheckState, readState } from '../../verdict/canary/state.ts';
import { isRenewable } from '../notify/renew.ts';

/** Plain JSON. */
export interface Memory {
  readonly state: CheckState | null;
  /** One for each incident that is open, or was a while ago. */
  readonly last: readonly PageEvent[];
}

/**
 * What a file holds of it; what cannot be read is left out, and with a state the events that it would end.
 *
 * @param readEvent reads an event, null for what is none
 */
export function readMemory(value: unknown, readEvent: (text: string) => PageEvent | null): Memory {
  const fields = new Map<string, unknown>(
    typeof value === 'object' && value !== null ? Object.entries(value) : [],
  );
  const [state, last] = [readState(fields.get('state')), fields.get('last')];
  if (state === null || !Array.isArray(last)) return { state, last: [] };
  return { state, last: last.flatMap((each) => readEvent(JSON.stringify(each)) ?? []) };
}

/** The last events once some more have happened: the newest of each key, without incidents that are long over. */
export function withEvents(
  last: readonly PageEvent[],
  events: readonly PageEvent[],
  nowMs: number,
): readonly PageEvent[] {
  const byKey = new Map([...last, ...events].map((event) => [event.dedupKey, event]));
  return [...byKey.values()].filter((event) => isRenewable(event, nowMs));
}
