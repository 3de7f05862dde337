/** Which files of this machine are read, and how. */

import { type Reading, readingOf } from '../reading.ts';
import { readCpuMax, readCpuStat, readCpuUsage, readMemoryLimit } from './cgroup-files.ts';
import {
  readFileNumbers,
  readLoadAverage,
  readMemory,
  readNetstat,
  readNumber,
  readPressure,
  readStat,
  type Told,
} from './proc-files.ts';

const CGROUP = '/sys/fs/cgroup';

/** Paths, with what reads them. Those that a machine lacks tell nothing. */
const FILES: ReadonlyMap<string, (text: string) => readonly Told[]> = new Map([
  ['/proc/stat', readStat],
  ['/proc/loadavg', readLoadAverage],
  ['/proc/pressure/cpu', (text: string) => readPressure(text, 'cpu', '/proc/pressure/cpu')],
  ['/proc/pressure/memory', (text: string) => readPressure(text, 'memory', '/proc/pressure/memory')],
  ['/proc/pressure/io', (text: string) => readPressure(text, 'io', '/proc/pressure/io')],
  ['/proc/meminfo', readMemory],
  ['/proc/net/netstat', readNetstat],
  ['/proc/sys/fs/file-nr', readFileNumbers],
  ['/proc/sys/net/netfilter/nf_conntrack_count', counted('conntrack', 'nf_conntrack_count')],
  ['/proc/sys/net/netfilter/nf_conntrack_max', counted('conntrack-limit', 'nf_conntrack_max')],
  [`${CGROUP}/cpu.stat`, (text: string) => readCpuStat(text, 'cpu.stat')],
  [`${CGROUP}/cpu.max`, readCpuMax],
  [`${CGROUP}/memory.current`, counted('cgroup-memory-bytes', 'memory.current')],
  [`${CGROUP}/memory.max`, (text: string) => readMemoryLimit(text, 'memory.max')],
  [`${CGROUP}/cpu/cpu.stat`, (text: string) => readCpuStat(text, 'cpu/cpu.stat')],
  [`${CGROUP}/cpuacct/cpuacct.usage`, readCpuUsage],
  [`${CGROUP}/cpu/cpu.cfs_quota_us`, counted('cgroup-quota-us', 'cpu.cfs_quota_us')],
  [`${CGROUP}/cpu/cpu.cfs_period_us`, counted('cgroup-period-us', 'cpu.cfs_period_us')],
  [`${CGROUP}/memory/memory.usage_in_bytes`, counted('cgroup-memory-bytes', 'memory.usage_in_bytes')],
  [
    `${CGROUP}/memory/memory.limit_in_bytes`,
    (text: string) => readMemoryLimit(text, 'memory.limit_in_bytes'),
  ],
]);

/** The files to read, in this order. */
export const HOST_FILES: readonly string[] = [...FILES.keys()];

/** What a file of {@link HOST_FILES} tells; nothing for any other, and for one whose text is none of its kind. */
export function readHostFile(path: string, text: string, atMs: number): Reading {
  return readingOf(atMs, FILES.get(path)?.(text) ?? []);
}

function counted(name: Parameters<typeof readNumber>[1], from: string): (text: string) => readonly Told[] {
  return (text) => readNumber(text, name, from);
}
