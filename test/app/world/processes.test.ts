import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { systemWorld } from '../../../src/app/world.ts';
import { isAlive } from '../../support/alive.ts';

const { processes } = systemWorld();
const BOUNDS = { timeoutMs: 10_000, maxBytes: 10_000 };

/** Waits until what was printed matches. */
async function printed(text: () => string, pattern: RegExp): Promise<string> {
  for (let turn = 0; turn < 400 && !pattern.test(text()); turn += 1) {
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return text();
}

/** How many processes of the machine have this as an argument. */
function namedBy(argument: string): number {
  const processes = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return processes.filter((pid) => argumentsOf(pid).includes(argument)).length;
}

function argumentsOf(pid: string): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    // It ended meanwhile.
    return [];
  }
}

describe('a program that is run to its end', () => {
  test('leaves its code and what it printed', async () => {
    const run = await processes.run([process.execPath, '-e', 'console.log("hi"); process.exit(3)'], BOUNDS);
    expect(run).toEqual({ code: 3, output: 'hi\n' });
  });

  test('takes its arguments as they are, without a shell', async () => {
    const run = await processes.run([process.execPath, '-p', 'process.argv[1]', '$(id); *'], BOUNDS);
    expect(run).toEqual({ code: 0, output: '$(id); *\n' });
  });

  test('is nothing when it is not there, or takes too long', async () => {
    expect((await processes.run(['no-such-program-here'], BOUNDS)).code).toBeNull();
    const slow = await processes.run([process.execPath, '-e', 'setTimeout(() => {}, 60000)'], {
      ...BOUNDS,
      timeoutMs: 300,
    });
    expect(slow.code).toBeNull();
  });
});

describe('a program that is started', () => {
  test('tells what it prints on both streams, and how it ended', async () => {
    let text = '';
    const started = processes.start('echo out; echo err >&2; exit 7', (more) => {
      text += more;
    });
    expect(await started.ended).toEqual({ code: 7, signal: null });
    expect(await printed(() => text, /out[\s\S]*err|err[\s\S]*out/)).toMatch(/out/);
  });

  test('is ended with all that it started, even when it will not listen', async () => {
    let text = '';
    const child = `${JSON.stringify(process.execPath)} -e 'process.on("SIGTERM",()=>{});console.log("pid",process.pid);setInterval(()=>{},1000)'`;
    const started = processes.start(`${child} & wait`, (more) => {
      text += more;
    });
    const pid = Number(/pid (\d+)/.exec(await printed(() => text, /pid \d+\n/))?.[1]);
    expect(isAlive(pid)).toBe(true);
    await started.stop(200);
    for (let turn = 0; turn < 200 && isAlive(pid); turn += 1) await new Promise((r) => setTimeout(r, 25));
    expect(isAlive(pid)).toBe(false);
  });

  test.runIf(process.platform === 'linux')(
    'has no guard once it is over, whose group may be another',
    async () => {
      let text = '';
      const started = processes.start('echo "group $$."; read -r line', (more) => {
        text += more;
      });
      const group = /group (\d+)\./.exec(await printed(() => text, /group \d+\./))?.[1] ?? '';
      expect(namedBy(group)).toBe(1);
      process.kill(Number(group), 'SIGTERM');
      await started.ended;
      for (let turn = 0; turn < 200 && namedBy(group) > 0; turn += 1)
        await new Promise((r) => setTimeout(r, 25));
      expect(namedBy(group)).toBe(0);
      await started.stop(100);
    },
  );

  test('that cannot be found ends with the code of the shell', async () => {
    const started = processes.start('no-such-program-here', () => undefined);
    expect((await started.ended).code).toBe(127);
    await started.stop(100);
  });
});
