/** Files of the kernel that tell of this machine: /proc. */

import type { FactName } from '../reading.ts';

/** A number that a file told, and where it stood. */
export type Told = readonly [name: FactName, value: number | undefined, from: string];

/** The kernel counts processor time in hundredths of a second, on every architecture that Node runs on. */
const TICKS_PER_SECOND = 100;

/** /proc/stat: processor time since boot, waiting for disks counted as idle; and the cores that are on. */
export function readStat(text: string): readonly Told[] {
  const from = '/proc/stat';
  const line = /^cpu +(.*)$/m.exec(text)?.[1];
  if (line === undefined) return [];
  // Time of guests, the last two, stands in user and nice as well.
  const seconds = line.split(/ +/).map((ticks) => Number(ticks) / TICKS_PER_SECOND);
  const total = seconds.slice(0, 8).reduce((sum, value) => sum + value, 0);
  return [
    ['host-cpu-seconds', total, from],
    ['host-idle-seconds', (seconds[3] ?? Number.NaN) + (seconds[4] ?? 0), from],
    ['host-steal-seconds', seconds[7], from],
    ['cores', text.match(/^cpu\d+ /gm)?.length, from],
  ];
}

/** /proc/loadavg: the first is that of the last minute. */
export function readLoadAverage(text: string): readonly Told[] {
  return [['load1', numberIn(text, /^([\d.]+) /), '/proc/loadavg']];
}

/** A file of /proc/pressure or of a cgroup: how long some task waited, in all; the file counts microseconds. */
export function readPressure(text: string, resource: 'cpu' | 'memory' | 'io', from: string): readonly Told[] {
  const total = numberIn(text, /^some .*\btotal=(\d+)/m);
  return [[`psi-${resource}-seconds`, total === undefined ? undefined : total / 1e6, from]];
}

/** /proc/meminfo, which counts KiB. */
export function readMemory(text: string): readonly Told[] {
  const bytes = (name: string): number | undefined => {
    const size = numberIn(text, new RegExp(`^${name}: +(\\d+) kB`, 'm'));
    return size === undefined ? undefined : size * 1024;
  };
  return [
    ['host-memory-total', bytes('MemTotal'), '/proc/meminfo'],
    ['host-memory-available', bytes('MemAvailable'), '/proc/meminfo'],
  ];
}

/** /proc/net/netstat: pairs of lines, names above numbers. */
export function readNetstat(text: string): readonly Told[] {
  const [names = '', numbers = ''] = text.split('\n').filter((line) => line.startsWith('TcpExt:'));
  const values = numbers.split(' ');
  const of = (name: string): number | undefined => {
    const index = names.split(' ').indexOf(name);
    return index === -1 || values[index] === undefined ? undefined : Number(values[index]);
  };
  return [
    ['listen-overflows', of('ListenOverflows'), 'TcpExt ListenOverflows'],
    ['listen-drops', of('ListenDrops'), 'TcpExt ListenDrops'],
  ];
}

/** /proc/sys/fs/file-nr: descriptors in use, free ones, and the most there may be. */
export function readFileNumbers(text: string): readonly Told[] {
  const [used, , limit] = text.trim().split(/\s+/).map(Number);
  return [
    ['host-fds', used, '/proc/sys/fs/file-nr'],
    ['host-max-fds', limit, '/proc/sys/fs/file-nr'],
  ];
}

/** A file that holds one number, and nothing else. */
export function readNumber(text: string, name: FactName, from: string): readonly Told[] {
  return [[name, numberIn(text, /^(-?\d+)\s*$/), from]];
}

/** The number that a pattern's first group holds; undefined where it does not match. */
export function numberIn(text: string, pattern: RegExp): number | undefined {
  const found = pattern.exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}
