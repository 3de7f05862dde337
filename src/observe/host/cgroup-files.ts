/** Files of the control group that a container runs in, version 2 and 1. */

import { numberIn, type Told } from './proc-files.ts';

/** Beyond it a limit of memory means none: version 1 writes 2^63 less a page. */
const NO_LIMIT = 2 ** 60;

/** cpu.stat of version 2 (with the time used), and of version 1. */
export function readCpuStat(text: string, from: string): readonly Told[] {
  const microseconds = numberIn(text, /^usage_usec (\d+)$/m);
  return [
    ['cgroup-cpu-seconds', microseconds === undefined ? undefined : microseconds / 1e6, from],
    ['cgroup-periods', numberIn(text, /^nr_periods (\d+)$/m), from],
    ['cgroup-throttled-periods', numberIn(text, /^nr_throttled (\d+)$/m), from],
  ];
}

/** cpu.max of version 2: quota and period, `max` for no quota. */
export function readCpuMax(text: string): readonly Told[] {
  const [, quota, period] = /^(\d+) (\d+)\s*$/.exec(text) ?? [];
  return [['cgroup-cores', quota === undefined ? undefined : Number(quota) / Number(period), 'cpu.max']];
}

/** cpuacct.usage of version 1, in ns. */
export function readCpuUsage(text: string): readonly Told[] {
  const ns = numberIn(text, /^(\d+)\s*$/);
  return [['cgroup-cpu-seconds', ns === undefined ? undefined : ns / 1e9, 'cpuacct.usage']];
}

/** memory.max, memory.limit_in_bytes: `max`, or a number beyond any machine, is no limit. */
export function readMemoryLimit(text: string, from: string): readonly Told[] {
  const limit = numberIn(text, /^(\d+)\s*$/);
  return [['cgroup-memory-limit', limit === undefined || limit >= NO_LIMIT ? undefined : limit, from]];
}
