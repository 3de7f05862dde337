/**
 * The host guard: whether this run may be sent to where it would go. Judged on resolved addresses, before any
 * traffic; the load engine judges again each address that it connects to.
 */

import { UsageError } from '../../core/errors.ts';
import { peakRatePerSecond } from '../../plan/pacer.ts';
import { DEFAULTS, type Load, type Plan, type Secrets } from '../../plan/plan.ts';
import type { World } from '../world.ts';
import { type FoundHost, findHosts } from './hosts.ts';

/** What the guard found. */
export interface Guarded {
  /** Whether addresses of the public internet may be connected to. */
  readonly allowPublic: boolean;
  /** True when a target lies on this very machine. */
  readonly coLocated: boolean;
}

/** What is judged: `owned` says that somebody answers for the targets (`owner:` or `--yes-i-own-this`). */
export interface GuardSubject {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly owned: boolean;
}

/** Highest rate that a load can reach, per second; Infinity for virtual users that never think. */
export function peakOf(load: Load): number {
  if (load.kind === 'open') return peakRatePerSecond(load);
  const thinkMs = (load.think.minMs + load.think.maxMs) / 2;
  return thinkMs === 0 ? Infinity : (load.users * 1000) / thinkMs;
}

/** True when public addresses may get this load: it is gentle, or somebody answers for them. */
export function mayGoPublic({ plan, owned }: Omit<GuardSubject, 'secrets'>): boolean {
  return owned || peakOf(plan.load) <= DEFAULTS.guardRatePerSecond;
}

/**
 * Resolves every target. A name without an address is no error here: it is a failure that the run measures,
 * unless a proxy would resolve it out of our sight.
 *
 * @throws UsageError when a public address would get more than 50 requests per second and nobody owns it
 */
export async function guardTargets(
  subject: GuardSubject,
  world: Pick<World, 'lookup' | 'machine' | 'clock'>,
): Promise<Guarded> {
  const { plan } = subject;
  const allowPublic = mayGoPublic(subject);
  const hosts = await findHosts(subject, world);
  const foreign = allowPublic ? undefined : hosts.find(({ isForeign }) => isForeign);
  if (foreign !== undefined) throw guardRefusal(foreign, plan.load);
  return { allowPublic, coLocated: plan.http.unixSocket !== null || hosts.some(({ isOwn }) => isOwn) };
}

/** Why a host stops the run, and what lifts that. */
export function guardRefusal({ host, foreignAddress }: FoundHost, load: Load): UsageError {
  const peak = peakOf(load);
  const named = host === foreignAddress ? host : `${host} (${foreignAddress})`;
  const where = foreignAddress === null ? `${host}, which only the proxy can resolve,` : named;
  const rate = peak === Infinity ? 'at full speed' : `at up to ${Math.round(peak)} requests/s`;
  return new UsageError(
    `${where} is not on this machine or a private network, and would be loaded ${rate}; nothing was sent`,
    {
      hint: `if these servers are yours, say so with --yes-i-own-this or owner: in the plan; up to ${DEFAULTS.guardRatePerSecond} requests/s need neither`,
    },
  );
}
