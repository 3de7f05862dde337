import { describe, expect, test } from 'vitest';
import { systemWorld } from '../../../src/app/world.ts';
import { isAlive } from '../../support/alive.ts';

const { feed } = systemWorld().processes;
const node = (program: string, ...args: string[]): [string, ...string[]] => [
  process.execPath,
  '-e',
  program,
  ...args,
];
const bounds = (parts: Partial<Parameters<typeof feed>[1]> = {}) => ({
  input: 'hello',
  timeoutMs: 20_000,
  maxBytes: 10_000,
  ...parts,
});

const ECHO = 'process.stdin.on("data", (d) => process.stdout.write(d)).on("end", () => process.exit(3))';

describe('a program that is handed something', () => {
  test('gets it on its standard input, and leaves its code and what it printed', async () => {
    expect(await feed(node(ECHO), bounds())).toEqual({
      kind: 'ended',
      cause: null,
      code: 3,
      output: 'hello',
      isCut: false,
    });
  });

  test('gets its arguments as they are, without a shell', async () => {
    const end = await feed(node('console.log(process.argv[1])', '$(id); *'), bounds());
    expect(end).toMatchObject({ code: 0, output: '$(id); *\n' });
  });

  test('may leave it unread, however much it is', async () => {
    const end = await feed(node('process.exit(0)'), bounds({ input: 'x'.repeat(5_000_000) }));
    expect(end).toMatchObject({ kind: 'ended', code: 0 });
  });

  test('may print more than is kept', async () => {
    const end = await feed(node('process.stdout.write("x".repeat(500000))'), bounds({ maxBytes: 10 }));
    expect(end).toEqual({ kind: 'ended', code: 0, cause: null, output: 'xxxxxxxxxx', isCut: true });
  });

  test('has failed when it is not there, or cannot be called so', async () => {
    for (const [argv, cause] of [
      [['no-such-program-here'], 'ENOENT'],
      [['/'], 'EACCES'],
      [['a', 'b\0c'], null],
    ] as const) {
      expect(await feed([...argv] as [string], bounds())).toMatchObject({
        kind: 'failed',
        code: null,
        cause,
      });
    }
  });

  test('that is killed says by what', async () => {
    const killed = await feed(node('process.kill(process.pid, "SIGTERM")'), bounds());
    expect(killed).toMatchObject({ kind: 'ended', code: null, cause: 'SIGTERM' });
  });

  test('is ended with all that it started when it takes too long', async () => {
    const child = `const { spawn } = require('node:child_process');
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      console.log(child.pid);
      process.on('SIGTERM', () => {});
      setInterval(() => {}, 1000);`;
    const end = await feed(node(child), bounds({ timeoutMs: 1000 }));
    expect(end).toMatchObject({ kind: 'late', code: null });
    const pid = Number(end.output);
    expect(pid).toBeGreaterThan(0);
    for (let turn = 0; turn < 100 && isAlive(pid); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 20));
    expect(isAlive(pid)).toBe(false);
  });

  test('keeps nobody waiting with what it left behind', async () => {
    const child = `require('node:child_process').spawn('sleep', ['5'], { stdio: 'inherit' }); process.exit(0);`;
    const startMs = performance.now();
    expect(await feed(node(child), bounds())).toMatchObject({ kind: 'ended', code: 0 });
    expect(performance.now() - startMs).toBeLessThan(4000);
  });
});
