/** A real Go service, built from test/fixtures/go-service with the Go that the machine has. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** What can be wrong with the service, as its flag `-fault` has it. */
export type GoFault = 'none' | 'goroutine-leak' | 'fd-leak' | 'gc-storm' | 'lock-contention' | 'cpu-burn';

/** A service under way. */
export interface GoService {
  /** `http://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly process: ChildProcess;
  readonly stop: () => Promise<void>;
}

let built: string | null = null;

/** Builds the program once for a test file; takes about a second. @returns its path */
export function goServiceProgram(): string {
  if (built !== null) return built;
  const program = join(mkdtempSync(join(tmpdir(), 'headroom-go-')), 'goservice');
  const env = {
    ...process.env,
    GOFLAGS: '',
    GO111MODULE: 'on',
    GOTOOLCHAIN: 'local',
    GOPROXY: 'off',
    CGO_ENABLED: '0',
  };
  execFileSync('go', ['build', '-o', program, '.'], { cwd: 'test/fixtures/go-service', env });
  built = program;
  return program;
}

/** Starts the service on a free port of loopback. @param flags beyond `-fault`, such as `-procs=1` */
export async function startGoService(fault: GoFault, ...flags: readonly string[]): Promise<GoService> {
  const child = spawn(goServiceProgram(), [`-fault=${fault}`, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines = createInterface(child.stdout);
  const address = await new Promise<string>((resolve, reject) => {
    lines.once('line', (line) => resolve(line.replace('listening on ', '')));
    child.once('exit', (code) => reject(new Error(`the service ended at once, code ${code}`)));
  });
  return {
    origin: `http://${address}`,
    process: child,
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
  };
}

/** Runs the program as a client that tells its requests' phases, as net/http/httptrace has them; ms. */
export function httpTraceOf(url: string, count: number): GoTrace[] {
  const out = execFileSync(goServiceProgram(), [`-httptrace=${url}`, `-n=${count}`], { encoding: 'utf8' });
  return out
    .trim()
    .split('\n')
    .map((line): GoTrace => JSON.parse(line));
}

/** Moments of one request, ms from its beginning; -1 for what did not happen. */
export interface GoTrace {
  readonly GotConn: number;
  readonly ConnectStart: number;
  readonly ConnectDone: number;
  readonly WroteRequest: number;
  readonly FirstByte: number;
  readonly End: number;
  readonly Reused: boolean;
}
