/** How values of resources read in sentences. */

import { RESOURCE_UNITS, type Resource } from '../../core/server/signal.ts';
import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';

/** What people call a resource in the middle of a sentence. */
const NAMES: Readonly<Record<Resource, string>> = {
  cpu: 'cpu',
  'run-queue': 'run-queue p99',
  memory: 'memory',
  gc: 'share of garbage collection',
  fds: 'descriptors in use',
  goroutines: 'goroutines',
  threads: 'threads',
  locks: 'goroutines waiting for locks',
  'accept-queue': 'accept queue overflows',
  conntrack: 'tracked connections',
  disk: 'disk',
  application: 'own load figure',
};

/** `cpu 97%`, `run-queue p99 14ms`, `goroutines 1,204`. */
export function saidOf(resource: Resource, value: number): string {
  return `${NAMES[resource]} ${shown(resource, value)}`;
}

/** The value with its unit. */
export function shown(resource: Resource, value: number): string {
  switch (RESOURCE_UNITS[resource]) {
    case 'ratio':
      return formatRatio(value);
    case 'ms':
      return formatDurationMs(value);
    case 'per-second':
      return formatRate(value);
    case 'count':
      return counted(value);
    default:
      return RESOURCE_UNITS[resource] satisfies never;
  }
}

/** `1,204`; below a hundred with a digit behind the point where there is one. */
export function counted(value: number): string {
  const rounded = value < 100 ? Number(value.toPrecision(2)) : Math.round(value);
  return String(rounded).replaceAll(/\B(?=(?:\d{3})+$)/g, ',');
}

/** `at 2,200/s `, or nothing where the rate is not known. */
export function atRate(perSecond: number | null): string {
  return perSecond === null ? '' : `at ${formatRate(perSecond)} `;
}
