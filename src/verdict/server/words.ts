/** How values of resources read in sentences. */

import { RESOURCE_UNITS, type Resource } from '../../core/server/signal.ts';
import { formatRate } from '../../core/units.ts';
import { formatValue } from '../objective/because.ts';

/** What stands before a share or a time. */
const BEFORE: Readonly<Record<Resource, string>> = {
  cpu: 'cpu',
  'run-queue': 'run-queue p99',
  memory: 'memory',
  gc: 'garbage collection',
  fds: 'descriptors',
  goroutines: '',
  threads: '',
  locks: '',
  'accept-queue': '',
  conntrack: 'tracked connections',
  disk: 'disk',
  application: 'own load figure',
};

/** What stands behind a number of things. */
const BEHIND: Readonly<Partial<Record<Resource, string>>> = {
  goroutines: 'goroutines',
  threads: 'threads',
  locks: 'waiting for locks',
  'accept-queue': 'connections dropped at the door',
};

/** `cpu 97%`, `run-queue p99 14ms`, `1,204 goroutines`. */
export function saidOf(resource: Resource, value: number): string {
  const behind = BEHIND[resource];
  return behind === undefined
    ? `${BEFORE[resource]} ${shown(resource, value)}`
    : `${shown(resource, value)} ${behind}`;
}

/** `its cpu was 97%`, `there were 1,204 goroutines`. */
export function clauseOf(resource: Resource, value: number): string {
  const isCounted = BEHIND[resource] !== undefined;
  return isCounted
    ? `there were ${saidOf(resource, value)}`
    : `its ${BEFORE[resource]} was ${shown(resource, value)}`;
}

/** The value with its unit. */
export function shown(resource: Resource, value: number): string {
  const unit = RESOURCE_UNITS[resource];
  return unit === 'count' ? counted(value) : formatValue(value, unit);
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
