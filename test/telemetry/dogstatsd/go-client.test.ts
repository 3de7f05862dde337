/** Datadog's own client in Go, as Debian packages it, sends to us: what it writes must be what our reader takes. */

import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { readDatagram, type StatsdItem } from '../../support/dogstatsd-grammar.ts';
import { requires } from '../../support/requires.ts';

const CLIENT = '/usr/share/gocode/src/github.com/DataDog/datadog-go/statsd';
const PROGRAM = new URL('../../fixtures/dogstatsd/main.go', import.meta.url).pathname;

async function received(): Promise<StatsdItem[]> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const items: StatsdItem[] = [];
  const broken: unknown[] = [];
  socket.on('message', (datagram) => {
    try {
      items.push(...readDatagram(datagram.toString()));
    } catch (error) {
      broken.push(error);
    }
  });
  try {
    const env = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };
    await promisify(execFile)('go', ['run', PROGRAM, `127.0.0.1:${socket.address().port}`], { env });
    const isDone = (): boolean => items.some((item) => 'name' in item && item.name === 'many.probe.simple');
    for (let waits = 0; waits < 100 && !isDone(); waits += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
  } finally {
    socket.close();
  }
  expect(broken).toEqual([]);
  return items;
}

function expectAll(items: readonly StatsdItem[], prefix: string): void {
  const metrics = items.flatMap((item) =>
    item.kind === 'metric' && item.name.startsWith(prefix) ? [item] : [],
  );
  const told = metrics
    .filter(({ name }) => name !== 'one.sampled')
    .map(({ name, type, values }) => [name.slice(prefix.length), type, Number(values[0])]);
  expect(told).toEqual([
    ['probe.gauge', 'g', 1.5],
    ['probe.count', 'c', 42],
    ['probe.incr', 'c', 1],
    ['probe.decr', 'c', -1],
    ['probe.histogram', 'h', 12.25],
    ['probe.distribution', 'd', 0.125],
    ['probe.set', 's', NaN],
    ['probe.timing', 'ms', 1.5],
    ['probe.ms', 'ms', 0.25],
  ]);
  expect(metrics[0]?.tags).toEqual(['env:test', 'plain']);
}

// Of the package golang-github-datadog-datadog-go-dev.
requires('go', CLIENT).describe("Datadog's client in Go", () => {
  test('is understood in all that it says', async () => {
    const items = await received();
    expectAll(items, 'one.');
    expectAll(items, 'many.');
    const events = items.filter(({ kind }) => kind === 'event');
    expect(events).toHaveLength(4);
    expect(events[0]).toMatchObject({
      title: 'a title',
      text: 'first line\nsecond line, ünïcode',
      tags: ['env:test', 'plain'],
    });
    const checks = items.flatMap((item) => (item.kind === 'check' ? [item] : []));
    expect(checks.map(({ status }) => status)).toEqual([2, 0, 2, 0]);
    expect(checks[0]).toMatchObject({ message: 'two\nlines', tags: ['env:test', 'plain'] });
    const sampled = items.flatMap((item) =>
      item.kind === 'metric' && item.name === 'one.sampled' ? [item] : [],
    );
    expect(sampled.every(({ rate }) => rate === 0.25)).toBe(true);
    expect(sampled.length).toBeGreaterThan(20);
  }, 60_000);
});
