/** `headroom exec` as its users run it: real commands, and receivers that listen. */

import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readDatagram, type StatsdMetric } from '../../support/dogstatsd-grammar.ts';
import { decodeSpan, FrameReader, type ReceivedSpan } from '../../support/ssf.ts';
import { BINARY, headroom, start, until } from '../binary.ts';

interface Receiver {
  readonly socket: Socket;
  readonly got: Buffer[];
}

async function receiver(): Promise<Receiver> {
  const socket = createSocket('udp4');
  const got: Buffer[] = [];
  socket.on('message', (datagram) => got.push(datagram));
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, got };
}

let lines: Receiver;
let spans: Receiver;
let nobody: number;

beforeAll(async () => {
  [lines, spans] = await Promise.all([receiver(), receiver()]);
  const gone = await receiver();
  nobody = gone.socket.address().port;
  gone.socket.close();
});

beforeEach(() => {
  lines.got.length = 0;
  spans.got.length = 0;
});

afterAll(() => {
  lines.socket.close();
  spans.socket.close();
});

const toLines = (): string[] => ['--emit', `dogstatsd=udp://127.0.0.1:${lines.socket.address().port}`];
const toSpans = (): string[] => ['--emit', `ssf=udp://127.0.0.1:${spans.socket.address().port}`];

async function timers(): Promise<StatsdMetric[]> {
  await until(() => lines.got.length > 0);
  const items = lines.got.flatMap((datagram) => readDatagram(datagram.toString()));
  return items.flatMap((item) => (item.kind === 'metric' ? [item] : []));
}

async function received(count: number): Promise<ReceivedSpan[]> {
  await until(() => spans.got.length >= count);
  return spans.got.map((datagram) => decodeSpan(datagram));
}

describe('the exit code', () => {
  test.each([
    [0, ['true']],
    [1, ['false']],
    [42, ['sh', '-c', 'exit 42']],
    [127, ['no-such-program-anywhere']],
    [126, ['/etc/passwd']],
    [137, ['sh', '-c', 'kill -KILL $$']],
    [
      3,
      ['sh', '-c', 'exit 3', '--exit-zero', '--exit-codes', 'nagios', '--json', '--on-inconclusive', 'pass'],
    ],
  ] as const)('%i of the command is ours', async (code, command) => {
    const ended = await headroom(['exec', ...toLines(), ...toSpans(), '--', ...command]);
    expect([ended.code, ended.out]).toEqual([code, '']);
    const [span] = await received(1);
    expect([span?.error, span?.tags['exit_code']]).toEqual([code !== 0, String(code)]);
    const [timer] = await timers();
    expect(timer?.tags).toEqual([`error:${code !== 0}`, `exit_code:${code}`]);
  });

  test('stays when nobody can be told, and that is said in one line', async () => {
    const sinks = [
      `dogstatsd=udp://127.0.0.1:${nobody}`,
      'ssf=unix:///no/such.sock',
      `dogstatsd=tcp://127.0.0.1:${nobody}`,
    ];
    const told = sinks.map((sink) =>
      headroom(['exec', '--emit', sink, '--', 'sh', '-c', 'echo out; exit 5']),
    );
    for (const ended of await Promise.all(told)) {
      expect([ended.code, ended.out]).toEqual([5, 'out\n']);
      expect(ended.err).toMatch(/^headroom: (dogstatsd|ssf) \S+ was not told of the command: .+\n$/);
    }
  });

  test('is 2 for wrong flags, and the command does not run', async () => {
    const wrong = [
      ['--', 'echo', 'ran'],
      ['--emit', 'ssf=tcp://127.0.0.1:1', '--', 'echo', 'ran'],
      ['--emit', 'otlp=http://127.0.0.1:4318', '--', 'echo', 'ran'],
      [...toLines(), '--tag', 'a|b', '--', 'echo', 'ran'],
      [...toLines(), '--name', '', '--', 'echo', 'ran'],
      toLines(),
    ];
    for (const ended of await Promise.all(wrong.map((args) => headroom(['exec', ...args])))) {
      expect([ended.code, ended.out]).toEqual([2, '']);
      expect(ended.err).toMatch(/^headroom: .+\n {2}hint: .+\n$/);
    }
  });
});

describe('the streams', () => {
  test("are the command's, byte for byte", async () => {
    const program = `
      const bytes = Buffer.alloc(300000, Uint8Array.from({ length: 256 }, (_, i) => i));
      process.stdin.on('data', (chunk) => process.stdout.write(chunk));
      process.stderr.write(bytes);`;
    const input = 'ünïcode\0\r\n'.repeat(20_000);
    const { spawnSync } = await import('node:child_process');
    const argv = [process.execPath, '-e', program] as const;
    const plain = spawnSync(argv[0], argv.slice(1), { input, maxBuffer: 1e8 });
    const ours = spawnSync(process.execPath, [BINARY, 'exec', ...toLines(), '--', ...argv], {
      input,
      maxBuffer: 1e8,
    });
    expect(ours.stdout.equals(plain.stdout)).toBe(true);
    expect(ours.stderr.equals(plain.stderr)).toBe(true);
    expect(ours.stdout.length).toBe(Buffer.byteLength(input));
    expect(ours.stderr.length).toBe(300_000);
  });

  test('carry one line more with --verbose, and none with --quiet', async () => {
    const verbose = await headroom(['exec', '-v', ...toLines(), 'sh', '-c', 'echo loud >&2']);
    expect(verbose.err).toMatch(
      /^loud\nheadroom: sh took 0\.\d{6} s, exit code 0; trace \d+, span \d+; 1 of 1 sinks told\n$/,
    );
    const quiet = await headroom([
      'exec',
      '-q',
      '--emit',
      `dogstatsd=udp://127.0.0.1:${nobody}`,
      '--',
      'true',
    ]);
    expect([quiet.code, quiet.err]).toEqual([0, '']);
  });
});

describe('a signal', () => {
  test.each([
    ['SIGTERM', 'trap "echo caught; exit 7" TERM; echo ready; while :; do sleep 0.05; done', 7],
    ['SIGINT', 'trap "echo caught; exit 8" INT; echo ready; while :; do sleep 0.05; done', 8],
    ['SIGHUP', 'trap "echo caught; exit 9" HUP; echo ready; while :; do sleep 0.05; done', 9],
    ['SIGQUIT', 'trap "echo caught; exit 10" QUIT; echo ready; while :; do sleep 0.05; done', 10],
    ['SIGUSR1', 'trap "echo caught; exit 11" USR1; echo ready; while :; do sleep 0.05; done', 11],
    ['SIGUSR2', 'trap "echo caught; exit 12" USR2; echo ready; while :; do sleep 0.05; done', 12],
  ] as const)('%s is handed on, and the command decides', async (signal, script, code) => {
    const running = start(['exec', ...toLines(), '--', 'sh', '-c', script]);
    let out = '';
    running.process.stdout?.on('data', (text: string) => (out += text));
    await until(() => out.includes('ready'));
    running.process.kill(signal);
    const ended = await running.ended;
    expect([ended.code, ended.out, ended.err]).toEqual([code, 'ready\ncaught\n', '']);
    expect((await timers())[0]?.tags).toContain(`exit_code:${code}`);
  });

  test('that ends the command is 128 and its number', async () => {
    const running = start(['exec', ...toLines(), '--', 'sh', '-c', 'echo ready; exec sleep 30']);
    let out = '';
    running.process.stdout?.on('data', (text: string) => (out += text));
    await until(() => out.includes('ready'));
    running.process.kill('SIGTERM');
    expect((await running.ended).code).toBe(143);
  });
});

describe('what is told', () => {
  test('is a timer with fractions of a millisecond, and a span with name, service, tags and the indicator', async () => {
    const flags = [
      '--name',
      'nightly',
      '--service',
      'ops',
      '--indicator',
      '--tag',
      'host:db-1',
      '--tag',
      'kind:full',
    ];
    await headroom(['exec', ...toLines(), ...toSpans(), ...flags, '--', 'sleep', '0.05']);
    const [timer] = await timers();
    expect(timer).toMatchObject({
      name: 'nightly',
      type: 'ms',
      tags: ['host:db-1', 'kind:full', 'error:false', 'exit_code:0'],
    });
    const ms = Number(timer?.values[0]);
    expect(ms).toBeGreaterThanOrEqual(50);
    expect(ms).toBeLessThan(5000);
    expect(Number.isInteger(ms)).toBe(false);
    const [span] = await received(1);
    expect(span).toMatchObject({
      name: 'nightly',
      service: 'ops',
      indicator: true,
      error: false,
      parentId: '0',
    });
    expect(span?.tags).toEqual({ host: 'db-1', kind: 'full', error: 'false', exit_code: '0' });
    expect(Number(BigInt(span?.endTimestamp ?? 0) - BigInt(span?.startTimestamp ?? 0))).toBe(
      Math.round(ms * 1e6),
    );
    expect(Math.abs(Number(BigInt(span?.startTimestamp ?? 0) / 1_000_000n) - Date.now())).toBeLessThan(
      30_000,
    );
  });

  test('holds no argument of the command', async () => {
    await headroom([
      'exec',
      '-v',
      ...toLines(),
      ...toSpans(),
      '--',
      '/bin/sh',
      '-c',
      'true',
      '--password=hunter22',
    ]);
    await Promise.all([received(1), timers()]);
    expect(Buffer.concat([...lines.got, ...spans.got]).toString('latin1')).not.toMatch(
      /hunter22|true -|\/bin/,
    );
    expect((await received(1))[0]?.name).toBe('sh');
  });

  test('three deep is one tree, below the span that the environment names', async () => {
    const nested = (name: string): string[] => [
      process.execPath,
      BINARY,
      'exec',
      ...toSpans(),
      '--name',
      name,
      '--',
    ];
    const [, , ...first] = nested('outer');
    const env = { VENEUR_EMIT_TRACE_ID: '1234567890123456789', VENEUR_EMIT_PARENT_SPAN_ID: '42' };
    const ended = await headroom(
      [...first, ...nested('middle'), ...nested('inner'), 'sh', '-c', 'echo $VENEUR_EMIT_PARENT_SPAN_ID'],
      { env },
    );
    const all = await received(3);
    const [outer, middle, inner] = ['outer', 'middle', 'inner'].map((name) =>
      all.find((span) => span.name === name),
    );
    expect(all.map(({ traceId }) => traceId)).toEqual([
      '1234567890123456789',
      '1234567890123456789',
      '1234567890123456789',
    ]);
    expect([outer?.parentId, middle?.parentId, inner?.parentId]).toEqual(['42', outer?.id, middle?.id]);
    expect(ended.out).toBe(`${inner?.id}\n`);
    expect(new Set(all.map(({ id }) => id)).size).toBe(3);
  });

  test('is the root of a trace where nobody is above, also below a variable that means nothing', async () => {
    const ended = await headroom(['exec', ...toSpans(), '--', 'true'], {
      env: { VENEUR_EMIT_TRACE_ID: 'nonsense' },
    });
    const [span] = await received(1);
    expect([span?.parentId, span?.traceId]).toEqual(['0', span?.id]);
    expect([ended.code, ended.err]).toEqual([
      0,
      'headroom: VENEUR_EMIT_TRACE_ID is ignored: not a number from 1 to 2^63 - 1\n',
    ]);
  });

  test('is framed on a unix socket, and a line on TCP', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'headroom-exec-'));
    const reader = new FrameReader();
    const names: string[] = [];
    const framed = createServer((socket) => {
      socket.on('data', (chunk) =>
        names.push(...reader.push(Buffer.from(chunk)).map((bytes) => decodeSpan(bytes).name)),
      );
    });
    let text = '';
    const plain = createServer((socket) => socket.on('data', (chunk) => (text += String(chunk))));
    framed.listen(join(folder, 'ssf.sock'));
    plain.listen(0, '127.0.0.1');
    await Promise.all([once(framed, 'listening'), once(plain, 'listening')]);
    const address = plain.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const ended = await headroom([
      'exec',
      '--emit',
      `ssf=unix://${folder}/ssf.sock`,
      '--emit',
      `dogstatsd=tcp://127.0.0.1:${port}`,
      '--',
      'true',
    ]);
    await until(() => names.length > 0 && text.endsWith('\n'));
    expect([ended.code, ended.err, names]).toEqual([0, '', ['true']]);
    expect(readDatagram(text)).toMatchObject([{ name: 'true', type: 'ms' }]);
    framed.close();
    plain.close();
    rmSync(folder, { recursive: true, force: true });
  });
});
