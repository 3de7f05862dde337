/** Servers that are started and stopped, as real programs; what their output leaves is kept in memory. */

import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { type RunningServer, type ServerOrder, withServer } from '../../../src/app/server/supervise.ts';
import { systemProcesses } from '../../../src/app/world/processes.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { freePort, isFree } from '../../support/free-port.ts';
import { planFor } from '../../support/traffic.ts';
import { type FakeWorld, fakeFiles, fakeWorld } from '../fake-world.ts';

const SCRIPT = fileURLToPath(new URL('../../fixtures/servers/under-test.mjs', import.meta.url));

interface Place {
  readonly world: FakeWorld;
  readonly said: readonly string[];
  readonly url: string;
  /** Command line of a server that goes about it that way. */
  readonly server: (way: string) => string;
  readonly log: () => string;
  /** Uses the server of a command line. */
  readonly served: <T>(
    command: string,
    use?: (server: RunningServer) => Promise<T>,
    over?: Partial<ServerOrder>,
  ) => Promise<T | undefined>;
  readonly isFree: () => Promise<boolean>;
}

async function place(clock = systemClock()): Promise<Place> {
  const processes = systemProcesses({ cwd: process.cwd(), clock });
  const world = fakeWorld({ clock, processes, files: fakeFiles() });
  const said: string[] = [];
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/`;
  const order = { plan: planFor(url), secrets: {}, waitMs: 20_000, log: 'server.log' };
  const redact = (text: string): string => text.replaceAll('open-sesame-42', '***');
  const say = (line: string): void => void said.push(line);
  return {
    world,
    said,
    url,
    server: (way) => `"${process.execPath}" "${SCRIPT}" ${port} ${way}`,
    log: () => world.files.contents.get('server.log') ?? '',
    served: (command, use, over) =>
      withServer<unknown>(
        { ...order, command, redact, say, ...over },
        world,
        use ?? (() => Promise.resolve()),
      ) as Promise<never>,
    isFree: () => isFree(port),
  };
}

/** Waits until the end of what was kept matches. */
async function logged(log: () => string, pattern: RegExp): Promise<void> {
  while (!pattern.test(log().slice(-300))) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** The time of programs, ten times as fast for whoever waits for them. */
function hasty(): ReturnType<typeof systemClock> {
  const clock = systemClock();
  return { ...clock, sleep: (ms, signal) => clock.sleep(ms / 10, signal) };
}

describe.concurrent('a server that is started', () => {
  test('late is waited for, used, and stopped', async () => {
    const { served, server, said, isFree, log } = await place();
    expect(await served(server('late'), () => isFree())).toBe(false);
    expect(said[1]).toMatch(/^the server answers after .*\(status 200\)$/);
    expect(log()).toMatch(/^listening, pid \d+\n$/);
    expect(await isFree()).toBe(true);
  });

  test('and answers 503 at first is not ready before it answers otherwise', async () => {
    const { served, server, url } = await place();
    expect(await served(server('warming'), async () => (await fetch(url)).status)).toBe(200);
  });

  test('and never answers is an error with what it said, and is stopped', async () => {
    const { served, server, isFree, log, said } = await place();
    const never = served(server('never'), undefined, { waitMs: 1500 });
    await expect(never).rejects.toThrow(
      /did not answer within 1\.5s \(last seen: connect-refused\); it said:\n {2}\| thinking/,
    );
    expect([await isFree(), log(), said.length]).toEqual([true, 'thinking\n', 1]);
  });

  test.each([
    ['without another word', 'exit 0', 'exit code 0', 'must stay in the foreground'],
    ['that is not there', 'no-such-program-here', 'exit code 127', 'did not find a program'],
    ['that may not be run', '/etc/passwd', 'exit code 126', 'chmod +x'],
    ['by a signal', 'kill -9 $$', 'killed by SIGKILL', 'must stay in the foreground'],
  ])('and ends %s is an error with its remedy', async (_, command, why, hint) => {
    const { served } = await place();
    const ended = await served(command).catch((error: unknown) => error);
    expect(ended).toMatchObject({
      message: expect.stringContaining(`ended before it answered (${why})`),
      hint: expect.stringContaining(hint),
    });
  });

  test('and ends early is an error with its exit code and what it said', async () => {
    const { served, server } = await place();
    await expect(served(server('exits'))).rejects.toThrow(
      'ended before it answered (exit code 3); it said:\n  | cannot open the database',
    );
  });

  test('and ends when its input does is left its input', async () => {
    const { served, server, url } = await place();
    const status = await served(server('listens-to-input'), async () => {
      await new Promise((resolve) => setTimeout(resolve, 200));
      return (await fetch(url)).status;
    });
    expect(status).toBe(200);
  });

  test('and does not obey SIGTERM is killed', async () => {
    const { served, server, log, isFree } = await place(hasty());
    await served(server('stubborn'));
    expect(log()).toContain('not now');
    expect(await isFree()).toBe(true);
  });

  test('may take its time to wind up, though a shell started it', async () => {
    const { served, server, log } = await place();
    await served(`${server('gentle')}; true`);
    expect(log()).toContain('saved everything');
  });

  test('by another takes that with it', async () => {
    const { served, server, isFree } = await place();
    expect(await served(server('parent'), () => isFree())).toBe(false);
    expect(await isFree()).toBe(true);
  });

  test('and leaves for the background is said to be still there, and keeps nobody waiting', async () => {
    const { served, server, log, said } = await place();
    await served(`${server('leaves')}; sleep 60`);
    process.kill(Number(/pid (\d+)/.exec(log())?.[1]));
    expect(said.at(-1)).toMatch(/something still answers at .*: the server left for the background/);
  });

  test('and prints 20 MB fills no more than 10 MB of files', async () => {
    const { served, server, log, world } = await place();
    await served(server('chatty'), () => logged(log, /\n199999\.+\nlistening/));
    const lengths = ['server.log', 'server.log.1'].map((name) => world.files.contents.get(name)?.length ?? 0);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(5_000_000);
    expect(Math.max(...lengths)).toBeGreaterThan(4_000_000);
  });

  test('and prints escapes and a secret does neither in file nor in what is shown of it', async () => {
    const { served, server, log } = await place();
    const tail = await served(server('hostile'), (running) => Promise.resolve(running.tail().join('\n')));
    for (const text of [tail, log()]) {
      expect(text).toContain(String.raw`red \x1b]0;owned\x07 ::error::no    token ***`);
      for (const raw of ['open-sesame', '\u001b', '\u0007']) expect(text).not.toContain(raw);
    }
  });

  test('is stopped when the wait for it is', async () => {
    const { served, server, world, log, isFree } = await place();
    const waiting = served(server('never')).catch((error: unknown) => error);
    await logged(log, /thinking/);
    world.send('SIGTERM');
    expect(await waiting).toMatchObject({ exitCode: 143 });
    expect([await isFree(), world.listeners()]).toEqual([true, 0]);
  });

  test('is stopped when its use fails', async () => {
    const { served, server, isFree } = await place();
    const failing = served(server('well'), () => Promise.reject(new TypeError('planted')));
    await expect(failing).rejects.toThrow('planted');
    expect(await isFree()).toBe(true);
  });
});
