import { expect, test } from 'vitest';
import { hostFigures, pressure, pressureSince } from '../../../src/app/machine/host.ts';
import { systemWorld } from '../../../src/app/world.ts';
import { fakeFiles } from '../fake-world.ts';

const LIMITS = `Limit                     Soft Limit           Hard Limit           Units
Max processes             96365                96365                processes
Max open files            20000                524288               files
`;

test('limits are read from /proc and the control group of version 2', () => {
  const files = fakeFiles({
    '/proc/self/limits': LIMITS,
    '/proc/sys/net/ipv4/ip_local_port_range': '32768\t60999\n',
    '/proc/self/cgroup': '0::/system.slice/job\n',
    '/sys/fs/cgroup/system.slice/job/cpu.max': '150000 100000\n',
  });
  expect(hostFigures({ files })).toEqual({ descriptorLimit: 20_000, ports: 28_232, cpuQuota: 1.5 });
});

test('and of version 1, where -1 means no quota', () => {
  const quota = (text: string): number | null =>
    hostFigures({
      files: fakeFiles({
        '/proc/self/cgroup': '3:cpuset:/\n2:cpu,cpuacct:/job\n1:name=systemd:/\n',
        '/sys/fs/cgroup/cpu/job/cpu.cfs_quota_us': text,
        '/sys/fs/cgroup/cpu/job/cpu.cfs_period_us': '100000\n',
      }),
    }).cpuQuota;
  expect(quota('50000\n')).toBe(0.5);
  expect(quota('-1\n')).toBeNull();
});

test('what the system does not say is null', () => {
  const files = fakeFiles();
  expect(hostFigures({ files })).toEqual({ descriptorLimit: null, ports: null, cpuQuota: null });
  expect(pressure({ files })).toEqual({ throttledMs: null, stolenMs: null });
});

test.each([
  ['version 2', '0::/\n', '/sys/fs/cgroup/cpu.stat', 'nr_throttled 2\nthrottled_usec 1500\n', 1.5],
  ['version 1', '1:cpu:/\n', '/sys/fs/cgroup/cpu/cpu.stat', 'nr_throttled 2\nthrottled_time 2500000\n', 2.5],
])('time held back by a control group of %s', (_, cgroup, path, stat, expected) => {
  const files = fakeFiles({ '/proc/self/cgroup': cgroup, [path]: stat });
  expect(pressure({ files }).throttledMs).toBe(expected);
});

test('stolen time is the eighth figure of /proc/stat, in hundredths of a second', () => {
  const files = fakeFiles({
    '/proc/stat': 'cpu  10 20 30 40 50 60 70 80 90 100\ncpu0 1 2 3 4 5 6 7 8 9 10\n',
  });
  expect(pressure({ files }).stolenMs).toBe(800);
});

test('what was lost between two readings, never negative, null where unknown', () => {
  const since = pressureSince({ throttledMs: 10, stolenMs: null }, { throttledMs: 35, stolenMs: 5 });
  expect(since).toEqual({ throttledMs: 25, stolenMs: null });
  expect(pressureSince({ throttledMs: 10, stolenMs: 9 }, { throttledMs: 0, stolenMs: 9 })).toEqual({
    throttledMs: 0,
    stolenMs: 0,
  });
});

test.runIf(systemWorld().machine.platform === 'linux')('this machine says how many files may be open', () => {
  expect(hostFigures(systemWorld()).descriptorLimit).toBeGreaterThan(64);
});
