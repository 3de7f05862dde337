import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HOST_FILES, readHostFile } from '../../../src/observe/host/host-files.ts';
import { mergeReadings, type Reading } from '../../../src/observe/reading.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { numbersOf } from '../readings.ts';

const read = (path: string, text: string): Record<string, number> => numbersOf(readHostFile(path, text, 0));

describe('files of the kernel', () => {
  test('pressure is told by its total', () => {
    const text =
      'some avg10=0.92 avg60=0.91 avg300=0.73 total=933490489\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=7\n';
    expect(read('/proc/pressure/cpu', text)).toEqual({ 'psi-cpu-seconds': 933.490489 });
    expect(read('/proc/pressure/io', text.split('\n')[0] ?? '')).toEqual({ 'psi-io-seconds': 933.490489 });
  });

  test('processor time is told in seconds, that of guests once', () => {
    const text =
      'cpu  100 0 50 800 50 0 0 20 90 0\ncpu0 50 0 25 400 25 0 0 10 45 0\ncpu1 50 0 25 400 25 0 0 10 45 0\nintr 1\n';
    expect(read('/proc/stat', text)).toEqual({
      'host-cpu-seconds': 10.2,
      'host-idle-seconds': 8.5,
      'host-steal-seconds': 0.2,
      cores: 2,
    });
  });

  test('the rest', () => {
    expect(read('/proc/loadavg', '1.25 0.90 0.70 2/345 6789\n')).toEqual({ load1: 1.25 });
    expect(
      read('/proc/meminfo', 'MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    250 kB\n'),
    ).toEqual({
      'host-memory-total': 1_024_000,
      'host-memory-available': 256_000,
    });
    const netstat =
      'TcpExt: SyncookiesSent ListenOverflows ListenDrops\nTcpExt: 0 12 34\nIpExt: A\nIpExt: 1\n';
    expect(read('/proc/net/netstat', netstat)).toEqual({ 'listen-overflows': 12, 'listen-drops': 34 });
    expect(read('/proc/sys/fs/file-nr', '2612\t0\t9223372036854775807\n')).toMatchObject({
      'host-fds': 2612,
    });
    expect(read('/proc/sys/net/netfilter/nf_conntrack_count', '17\n')).toEqual({ conntrack: 17 });
    expect(read('/proc/sys/net/netfilter/nf_conntrack_max', '262144\n')).toEqual({
      'conntrack-limit': 262_144,
    });
  });

  test('control groups of both versions, whose limits may be none', () => {
    const stat =
      'usage_usec 2500000\nuser_usec 1\nsystem_usec 1\nnr_periods 100\nnr_throttled 30\nthrottled_usec 9\n';
    expect(read('/sys/fs/cgroup/cpu.stat', stat)).toEqual({
      'cgroup-cpu-seconds': 2.5,
      'cgroup-periods': 100,
      'cgroup-throttled-periods': 30,
    });
    expect(read('/sys/fs/cgroup/cpu.max', '150000 100000\n')).toEqual({ 'cgroup-cores': 1.5 });
    expect(read('/sys/fs/cgroup/cpu.max', 'max 100000\n')).toEqual({});
    expect(read('/sys/fs/cgroup/memory.max', 'max\n')).toEqual({});
    expect(read('/sys/fs/cgroup/memory.max', '1048576\n')).toEqual({ 'cgroup-memory-limit': 1_048_576 });
    expect(read('/sys/fs/cgroup/memory/memory.limit_in_bytes', '9223372036854771712\n')).toEqual({});
    expect(read('/sys/fs/cgroup/cpuacct/cpuacct.usage', '2500000000\n')).toEqual({
      'cgroup-cpu-seconds': 2.5,
    });
  });

  test('whatever stands in a file, it tells numbers or nothing', () => {
    fc.assert(
      fc.property(fc.constantFrom(...HOST_FILES), fc.string(), (path, text) => {
        for (const value of Object.values(read(path, text))) expect(value).not.toBeNaN();
      }),
    );
    expect(read('/etc/passwd', '7\n')).toEqual({});
  });
});

describe.skipIf(!existsSync('/proc/stat'))('this very machine', () => {
  const look = (atMs: number): Reading =>
    mergeReadings(
      HOST_FILES.filter((path) => existsSync(path)).map((path) =>
        readHostFile(path, readFileSync(path, 'utf8'), atMs),
      ),
    );

  test('tells of its processors and memory', () => {
    const before = look(0);
    const until = performance.now() + 60;
    while (performance.now() < until);
    const signals = signalsBetween(before, look(60));
    const [cpu, memory] = (['cpu', 'memory'] as const).map((name) =>
      signals.find(({ resource }) => resource === name),
    );
    expect(cpu?.value).toBeGreaterThan(0);
    expect(memory?.utilization).toBeGreaterThan(0);
    expect(memory?.utilization).toBeLessThan(1);
  });
});
