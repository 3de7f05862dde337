/**
 * Starts the server under test, waits until it answers, and stops it in every ending: the run's, an error's, a stop
 * signal's, a crash's. Nothing that it started is left running.
 */

import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { formatDurationMs } from '../../core/units.ts';
import { Interrupted } from '../exit.ts';
import { reasonOf } from '../publish.ts';
import type { ProcessEnd, StartedProcess } from '../world/processes.ts';
import type { StopSignal, World } from '../world.ts';
import { OutputLog } from './output-log.ts';
import { type Asking, ask } from './readiness.ts';

/** What is to be started. */
export interface ServerOrder extends Asking {
  /** A command line of the shell. */
  readonly command: string;
  /** How long it may take to answer, ms. */
  readonly waitMs: number;
  /** Where its output is kept. */
  readonly log: string;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** Told what a user may want to know, a line each. */
  readonly say: (line: string) => void;
}

/** The server while it is used. */
export interface RunningServer {
  /** How it ended by itself; null while it runs. */
  readonly ended: () => ProcessEnd | null;
  /** The last lines that it printed, harmless. */
  readonly tail: () => readonly string[];
}

/** Between two questions whether it answers, ms. */
const POLL_MS = 200;
/** From being told to end to being killed, ms. */
const GRACE_MS = 5000;
/** The same after a crash of ours, when the process itself is about to end. */
const CRASH_GRACE_MS = 300;
/** How long after a program's end its last lines may come, ms. */
const LAST_LINES_MS = 100;

/**
 * Uses a server that answers, and stops it whatever comes of that.
 *
 * @throws UsageError when something answers before it was started, when it ends early, or does not answer in time
 * @throws Interrupted when a stop signal came before it answered
 */
export async function withServer<T>(
  order: ServerOrder,
  world: World,
  use: (server: RunningServer) => Promise<T>,
): Promise<T> {
  const log = openLog(order, world);
  await refuseTaken(order, world);
  const server = new Server(order, world, log);
  try {
    await server.ready();
    return await use(server);
  } finally {
    await server.stop();
  }
}

function openLog({ log: path, redact }: ServerOrder, { files }: World): OutputLog {
  try {
    files.checkWritable(path);
    return new OutputLog({ path, files, redact });
  } catch (error) {
    throw new UsageError(`cannot keep the server's output in ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'choose another file with --start-log',
      cause: error,
    });
  }
}

/** What answers already is not what is about to be started, and would be measured in its place. */
async function refuseTaken(order: ServerOrder, world: World): Promise<void> {
  const { plan, secrets, readyUrl } = order;
  const own: Asking = { plan, secrets };
  for (const asking of readyUrl === undefined ? [own] : [own, order]) {
    const { isTaken, seen } = await ask(asking, world);
    if (!isTaken) continue;
    throw new UsageError(
      `PORT_TAKEN: something answers at ${whereOf(asking)} before the server was started (${seen}); nothing was sent`,
      { hint: 'stop it, or leave out --start to measure what runs there' },
    );
  }
}

function whereOf({ plan, readyUrl }: Asking): string {
  return safeText(redactUrl(readyUrl ?? plan.targets[0]?.url ?? ''));
}

class Server implements RunningServer {
  readonly #order: ServerOrder;
  readonly #world: World;
  readonly #log: OutputLog;
  readonly #process: StartedProcess;
  readonly #release: () => void;
  /** Aborted when it ended, or a stop signal came. */
  readonly #over = new AbortController();
  #end: ProcessEnd | null = null;
  #isReady = false;
  #isStopping = false;
  #signal: StopSignal | null = null;

  constructor(order: ServerOrder, world: World, log: OutputLog) {
    this.#order = order;
    this.#world = world;
    this.#log = log;
    this.#release = world.onSignal((signal) => this.#interrupt(signal));
    this.#process = world.processes.start(order.command, (text) => log.add(text));
    void this.#process.ended.then((end) => this.#ended(end));
    world.crashed.catch(() => this.#process.stop(CRASH_GRACE_MS));
  }

  ended(): ProcessEnd | null {
    return this.#end;
  }

  tail(): readonly string[] {
    return this.#log.tail();
  }

  /** Resolves when it answers. */
  async ready(): Promise<void> {
    const { clock } = this.#world;
    const { say, waitMs, log } = this.#order;
    say(`waiting for the server at ${whereOf(this.#order)}; its output is kept in ${log}`);
    const startMs = clock.nowMs();
    let seen = 'not asked';
    while (clock.nowMs() - startMs < waitMs) {
      const answer = await ask(this.#order, this.#world, this.#over.signal);
      if (this.#over.signal.aborted) await this.#refuse();
      if (answer.isReady) {
        this.#isReady = true;
        say(`the server answers after ${formatDurationMs(clock.nowMs() - startMs)} (${answer.seen})`);
        return;
      }
      ({ seen } = answer);
      await clock.sleep(POLL_MS, this.#over.signal);
      if (this.#over.signal.aborted) await this.#refuse();
    }
    throw this.#failure(`did not answer within ${formatDurationMs(waitMs)} (last seen: ${seen})`, {
      hint: `give it longer with --wait-ready, or another URL to ask with --ready-url; all it said is in ${log}`,
    });
  }

  /** Ends it and all that it started. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#process.stop(this.#end === null ? GRACE_MS : 0);
    this.#log.end();
    await this.#sayLeft();
    this.#release();
    if (this.#log.lost !== null) {
      this.#order.say(`the server's output could not be kept whole: ${reasonOf(this.#log.lost)}`);
    }
  }

  /** A server that goes into the background on its own begins a session of its own, where no signal of ours finds it. */
  async #sayLeft(): Promise<void> {
    if (!(await ask(this.#order, this.#world)).isTaken) return;
    this.#order.say(
      `something still answers at ${whereOf(this.#order)}: the server left for the background and must be stopped by hand; start it in the foreground`,
    );
  }

  #ended(end: ProcessEnd): void {
    this.#end = end;
    this.#over.abort();
    if (this.#isReady && !this.#isStopping)
      this.#order.say(`the server ended by itself: ${describeEnd(end)}`);
  }

  /** The first signal ends the wait, or is the run's to obey; the second kills the server; the third meets nobody. */
  #interrupt(signal: StopSignal): void {
    if (this.#signal === null) {
      this.#signal = signal;
      this.#over.abort();
      return;
    }
    this.#release();
    void this.#process.stop(0);
  }

  async #refuse(): Promise<never> {
    if (this.#signal !== null) throw new Interrupted(this.#signal);
    await this.#world.clock.sleep(LAST_LINES_MS);
    throw this.#failure(`ended before it answered (${describeEnd(this.#end)})`, {
      hint: `${remedyFor(this.#end)}; all it said is in ${this.#order.log}`,
    });
  }

  #failure(what: string, options: { readonly hint: string }): UsageError {
    this.#log.end();
    const tail = this.#log.tail();
    const said = tail.length === 0 ? '; it printed nothing' : `; it said:\n${quoted(tail)}`;
    return new UsageError(`the server ${what}${said}`, options);
  }
}

/** What the codes say by which a shell tells that it could run nothing (POSIX, Shell Command Language, 2.8.2). */
function remedyFor(end: ProcessEnd | null): string {
  if (end?.code === 127) {
    return 'the shell did not find a program: install it, or give its path; those of a package are found by npx NAME or npm run NAME';
  }
  if (end?.code === 126)
    return 'the shell found a file that it may not run: chmod +x FILE, or name what runs it';
  return 'the command must stay in the foreground';
}

/** Lines of a server's output, set off from our own. */
export function quoted(lines: readonly string[]): string {
  return lines.map((line) => `  | ${line}`).join('\n');
}

/** How a program ended, in words. */
export function describeEnd(end: ProcessEnd | null): string {
  if (end?.signal != null) return `killed by ${end.signal}`;
  return end?.code == null ? 'it could not be started' : `exit code ${end.code}`;
}
