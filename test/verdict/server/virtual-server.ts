/** A server on paper: signals second by second, with the rate that it was sent. */

import type { Resource, ServerLooks, Signal } from '../../../src/core/server/signal.ts';
import { diagnose, type ServerDiagnosis } from '../../../src/verdict/server/diagnosis.ts';

const RATIOS: ReadonlySet<Resource> = new Set(['cpu', 'memory', 'fds', 'conntrack', 'disk', 'application']);
/** As the reader of signals has them: near, saturated. */
const LIMITS: Readonly<Partial<Record<Resource, readonly [number, number]>>> = {
  cpu: [0.8, 0.95],
  'run-queue': [5, 10],
  memory: [0.85, 0.95],
  gc: [0.1, 0.25],
  fds: [0.8, 0.95],
  locks: [1, 4],
  'accept-queue': [0, 0],
  conntrack: [0.8, 0.95],
  disk: [0.8, 0.95],
  application: [0.8, 0.95],
};

export function signal(resource: Resource, value: number, more: Partial<Signal> = {}): Signal {
  const limits = LIMITS[resource];
  const state =
    limits === undefined ? 'unknown' : value > limits[1] ? 'saturated' : value > limits[0] ? 'near' : 'ok';
  const utilization = RATIOS.has(resource) ? value : null;
  return { resource, tier: 'reported', value, utilization, state, evidence: `${resource} ${value}`, ...more };
}

/** What a server shows in a second, from the number of the second. */
export type Conduct = (second: number) => readonly Signal[];

export function looksOf(conduct: Conduct, seconds = 20): ServerLooks {
  const looks = Array.from({ length: seconds }, (_, index) => ({
    atMs: (index + 1) * 1000,
    spanMs: 1000,
    signals: conduct(index),
  }));
  return { server: 'api:8080', looks };
}

export interface Course {
  readonly seconds?: number;
  readonly rate?: (second: number) => number;
  readonly inFlight?: (second: number) => number | null;
}

export function diagnosed(
  conduct: Conduct,
  { seconds = 20, rate = () => 100, inFlight = () => null }: Course = {},
): ServerDiagnosis {
  const rates = Array.from({ length: seconds }, (_, index) => ({
    fromMs: index * 1000,
    perSecond: rate(index),
    inFlight: inFlight(index),
  }));
  return diagnose(looksOf(conduct, seconds), rates);
}

export function codesOf({ diagnoses }: ServerDiagnosis): readonly string[] {
  return diagnoses.map(({ code }) => code);
}
