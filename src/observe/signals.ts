/** From two readings to what they show, resource by resource. */

import type { Signal } from '../core/server/signal.ts';
import type { Reading } from './reading.ts';
import { Change } from './signal/change.ts';
import { cpuSignal } from './signal/cpu.ts';
import { gcSignal, memorySignal } from './signal/memory.ts';
import {
  acceptQueueSignal,
  applicationSignal,
  conntrackSignal,
  countSignal,
  diskSignal,
  fdsSignal,
  locksSignal,
} from './signal/tables.ts';
import { runQueueSignal } from './signal/waiting.ts';

/**
 * What a server showed between two readings, in the order in which reports list them; a resource that nobody told of, or
 * whose limit nobody told, has no signal. Of several sources the process's own figures count before its container's,
 * and whichever is worse of process and machine.
 *
 * @param before null at the first look: only what a moment shows is told, no rate
 */
export function signalsBetween(before: Reading | null, after: Reading): readonly Signal[] {
  const change = new Change(before, after);
  const runQueue = runQueueSignal(change);
  const found = [
    cpuSignal(change, runQueue),
    runQueue,
    memorySignal(change),
    gcSignal(change),
    fdsSignal(change),
    countSignal(change, 'goroutines'),
    countSignal(change, 'threads'),
    locksSignal(change),
    acceptQueueSignal(change),
    conntrackSignal(change),
    diskSignal(change),
    applicationSignal(change),
  ];
  return found.filter((signal) => signal !== undefined);
}
