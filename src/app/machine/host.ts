/** What the machine says about itself: limits before a run, and what was taken from us during one. */

import type { World } from '../world.ts';

/** Limits of this process and machine; null where the system does not say. */
export interface HostFigures {
  /** Files and sockets that this process may open. */
  readonly descriptorLimit: number | null;
  /** Number of local ports for outgoing connections. */
  readonly ports: number | null;
  /** Processors that the control group may use, fractions included. */
  readonly cpuQuota: number | null;
}

/** Time that others took from us, ms since some fixed moment; null where the system does not say. */
export interface Pressure {
  /** Our own control group was held back for exceeding its share. */
  readonly throttledMs: number | null;
  /** The hypervisor gave our processors to others. */
  readonly stolenMs: number | null;
}

type Readable = Pick<World, 'files'>;

const MAX_BYTES = 1_048_576;
/** A tick of /proc/stat, ms: USER_HZ is 100 on every Linux that Node runs on. */
const TICK_MS = 10;

/** Reads the limits. */
export function hostFigures(world: Readable): HostFigures {
  const open = /^Max open files\s+(\d+)/m.exec(read(world, '/proc/self/limits'))?.[1];
  const [low, high] = numbers(read(world, '/proc/sys/net/ipv4/ip_local_port_range'));
  return {
    descriptorLimit: open === undefined ? null : Number(open),
    ports: low === undefined || high === undefined ? null : high - low + 1,
    cpuQuota: cpuQuota(world),
  };
}

/** Reads the counters of lost time; the difference of two readings is what a run lost. */
export function pressure(world: Readable): Pressure {
  return { throttledMs: throttledMs(world), stolenMs: stolenMs(world) };
}

/** Time lost between two readings, ms; null where either is unknown. */
export function pressureSince(before: Pressure, after: Pressure): Pressure {
  const difference = (from: number | null, to: number | null): number | null =>
    from === null || to === null ? null : Math.max(0, to - from);
  return {
    throttledMs: difference(before.throttledMs, after.throttledMs),
    stolenMs: difference(before.stolenMs, after.stolenMs),
  };
}

/** Folders of our control group, version 2 then 1; inside a container the root is our own. */
function groupFolders(world: Readable): string[] {
  const memberships = read(world, '/proc/self/cgroup');
  const unified = /^0::(\/.*)$/m.exec(memberships)?.[1] ?? '/';
  const cpu = /^\d+:(?:[^:]*,)?cpu(?:,[^:]*)?:(\/.*)$/m.exec(memberships)?.[1] ?? '/';
  return [`/sys/fs/cgroup${unified}`, '/sys/fs/cgroup', `/sys/fs/cgroup/cpu${cpu}`, '/sys/fs/cgroup/cpu'];
}

function throttledMs(world: Readable): number | null {
  for (const folder of groupFolders(world)) {
    const stat = read(world, `${folder}/cpu.stat`);
    const us = /^throttled_usec (\d+)$/m.exec(stat)?.[1];
    if (us !== undefined) return Number(us) / 1e3;
    const ns = /^throttled_time (\d+)$/m.exec(stat)?.[1];
    if (ns !== undefined) return Number(ns) / 1e6;
  }
  return null;
}

function cpuQuota(world: Readable): number | null {
  for (const folder of groupFolders(world)) {
    const [quota, period] = numbers(read(world, `${folder}/cpu.max`));
    if (quota !== undefined && period !== undefined) return quota / period;
    const [quotaUs] = numbers(read(world, `${folder}/cpu.cfs_quota_us`));
    const [periodUs] = numbers(read(world, `${folder}/cpu.cfs_period_us`));
    if (quotaUs !== undefined && quotaUs > 0 && periodUs !== undefined) return quotaUs / periodUs;
  }
  return null;
}

/** Eighth figure of the `cpu` line: proc(5). */
function stolenMs(world: Readable): number | null {
  const line = /^cpu +(.*)$/m.exec(read(world, '/proc/stat'))?.[1];
  const stolen = line === undefined ? undefined : numbers(line)[7];
  return stolen === undefined ? null : stolen * TICK_MS;
}

function numbers(text: string): number[] {
  return text
    .trim()
    .split(/\s+/)
    .filter((word) => /^-?\d+$/.test(word))
    .map(Number);
}

/** The text of a file; empty when it cannot be read, as on systems that have no such file. */
function read(world: Readable, path: string): string {
  try {
    return new TextDecoder().decode(world.files.read(path, MAX_BYTES));
  } catch {
    return '';
  }
}
