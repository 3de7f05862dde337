/** The built program as its users start it, and servers for it to meet. */

import { type ChildProcess, spawn } from 'node:child_process';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

export const BINARY: string = fileURLToPath(new URL('../../bin/headroom.js', import.meta.url));

export interface Ended {
  /** Null when a signal ended it. */
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

export interface Started {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
}

/** Only what a program needs: nothing of the tester's own environment may decide a test. */
function cleanEnv(env: StartOptions['env']): NodeJS.ProcessEnv {
  const { PATH = '', HOME = '', TMPDIR = '/tmp' } = process.env;
  return { PATH, HOME, TMPDIR, XDG_STATE_HOME: '/tmp/headroom-cli-tests', LANG: 'C.UTF-8', ...env };
}

/** Starts headroom. */
export function start(args: readonly string[], options: StartOptions = {}): Started {
  const child = spawn(process.execPath, [BINARY, ...args], {
    env: cleanEnv(options.env),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  return { process: child, ended: collected(child) };
}

/** Runs headroom to its end. */
export function headroom(args: readonly string[], options: StartOptions = {}): Promise<Ended> {
  return start(args, options).ended;
}

/** Runs a shell line in which `$HEADROOM` stands for the program. */
export function shell(line: string): Promise<Ended> {
  const env = cleanEnv({ HEADROOM: `${process.execPath} ${BINARY}` });
  return collected(spawn('bash', ['-c', line], { env, stdio: ['ignore', 'pipe', 'pipe'] }));
}

function collected(child: ChildProcess): Promise<Ended> {
  const texts = { out: '', err: '' };
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (texts.out += text));
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (texts.err += text));
  return new Promise((resolve) => {
    child.on('close', (code) => resolve({ code, ...texts }));
  });
}

/** An environment in which the program does as the code says, once it has begun, however long that takes. */
export function planted(code: string): Record<string, string> {
  const waiting = `const looking = setInterval(() => {
    if (process.listenerCount('uncaughtException') === 0) return;
    clearInterval(looking);
    ${code};
  }, 50)`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(waiting)}` };
}

export interface CountingServer {
  readonly url: string;
  readonly requests: () => number;
  readonly close: () => Promise<void>;
}

/** A server on loopback that counts the requests it gets. */
export async function serve(listener: RequestListener): Promise<CountingServer> {
  let requests = 0;
  const server: Server = createServer((request, response) => {
    requests += 1;
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Waits until `condition` holds, at most ten seconds. */
export async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; waited < 10_000; waited += 20) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('waited for ten seconds in vain');
}
