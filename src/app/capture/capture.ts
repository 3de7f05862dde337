/** Profiles of the servers, saved when an objective breaks: what they did while it was broken. */

import { join } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import type { ServerLooks } from '../../core/server/signal.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import type { ServerCapture } from '../../result/server/server-result.ts';
import { judgeObjectives } from '../../verdict/objectives.ts';
import type { WatchedSource } from '../observe/source.ts';
import { recordedSoFar } from '../safety/looks.ts';
import type { Scrape } from '../world/scrape.ts';
import type { World } from '../world.ts';
import { type Fetched, fetchGoroutines, fetchProfile, type Pages } from './profile.ts';

/** What is saved, and where. */
export interface CaptureOrder {
  /** Folder, made if it is not there. */
  readonly folder: string;
}

/** A watch for the first broken objective of a run. */
export interface Capture {
  /** To be told when the schedule begins and ends. */
  readonly onSchedule: (span: { readonly measuredMs: number; readonly endMs: number }) => void;
  /** To be told of the recording, and of the looks at servers, as they grow. */
  readonly onPart: (recording: Recording, servers: readonly ServerLooks[]) => void;
  /** Waits for what is under way, unless `stopping` is aborted; what was saved, by server. */
  readonly end: (stopping: AbortSignal) => Promise<ReadonlyMap<string, readonly ServerCapture[]>>;
}

/** How a capture is set up. */
export interface CaptureSetup extends CaptureOrder {
  readonly plan: Plan;
  readonly runId: string;
  readonly sources: readonly WatchedSource[];
  readonly scrape: Scrape;
  readonly say: (line: string) => void;
}

/** Time of the measured part before the first judgement, and between two, ms. */
const FIRST_MS = 2000;
const BETWEEN_MS = 1000;

/**
 * Watches a run. Once a second the recording so far is judged; the first objective whose breach is shown sets the
 * captures off, once a run. It is a trigger and no verdict: looking so often errs more often than the one judgement at the
 * end, and what is saved says which objective it was.
 *
 * @throws UsageError without a source of kind pprof, and for a folder that cannot be written to
 */
export function watchForCapture(
  setup: CaptureSetup,
  world: Pick<World, 'clock' | 'files' | 'version'>,
): Capture {
  const sources = setup.sources.filter(({ kind }) => kind === 'pprof');
  if (sources.length === 0) {
    throw new UsageError('--capture pprof has no server to take a profile of; nothing was sent', {
      hint: 'name its pages, as in --observe pprof=http://HOST:PORT/debug/pprof/, or let --discover look for them',
    });
  }
  checkFolder(setup.folder, world);
  return new RunCapture({ ...setup, sources }, world);
}

/** Throws what writing would throw, before there is anything to write. */
function checkFolder(folder: string, { files }: Pick<World, 'files'>): void {
  try {
    files.makeFolder(folder);
    files.checkWritable(join(folder, 'headroom-profile'));
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'it cannot be written to';
    throw new UsageError(`--capture-dir: "${folder}" cannot hold profiles (${code}); nothing was sent`, {
      hint: 'name a folder that may be written to',
    });
  }
}

class RunCapture implements Capture {
  readonly #setup: CaptureSetup;
  readonly #world: Pick<World, 'clock' | 'files' | 'version'>;
  readonly #saved = new Map<string, ServerCapture[]>();
  #measuredMs = Number.NaN;
  #endMs = Infinity;
  #judgedMs = 0;
  #isOver = false;
  #work: Promise<unknown> = Promise.resolve();

  constructor(setup: CaptureSetup, world: Pick<World, 'clock' | 'files' | 'version'>) {
    this.#setup = setup;
    this.#world = world;
  }

  onSchedule({ measuredMs, endMs }: { readonly measuredMs: number; readonly endMs: number }): void {
    this.#measuredMs = measuredMs;
    this.#endMs = endMs;
  }

  onPart(recording: Recording, servers: readonly ServerLooks[]): void {
    const nowMs = this.#world.clock.nowMs();
    const sinceMs = nowMs - this.#measuredMs;
    if (
      this.#isOver ||
      !(sinceMs >= FIRST_MS) ||
      sinceMs - this.#judgedMs < BETWEEN_MS ||
      nowMs >= this.#endMs
    )
      return;
    this.#judgedMs = sinceMs;
    const { plan } = this.#setup;
    const soFar = { plan, recording: recordedSoFar(recording), offeredMs: sinceMs, servers };
    const judged = judgeObjectives(soFar);
    const broken = judged.objectives.find(({ finding }) => finding.status === 'fail');
    if (broken === undefined) return;
    this.#isOver = true;
    this.#work = this.#captureAll(broken.finding.text, sinceMs);
  }

  async end(stopping: AbortSignal): Promise<ReadonlyMap<string, readonly ServerCapture[]>> {
    if (!this.#isOver)
      this.#setup.say('no profile was taken: no objective was seen to break during the load');
    this.#isOver = true;
    const stopped = new Promise<void>((resolve) => {
      if (stopping.aborted) resolve();
      stopping.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.race([this.#work, stopped]);
    return this.#saved;
  }

  async #captureAll(because: string, atMs: number): Promise<void> {
    const { sources, say } = this.#setup;
    say(`"${because}" is broken: taking profiles`);
    const leftMs = this.#endMs - this.#world.clock.nowMs();
    await Promise.all(
      sources.map((source, index) => this.#captureOne(source, index, { because, atMs, leftMs })),
    );
  }

  async #captureOne(
    source: WatchedSource,
    index: number,
    { because, atMs, leftMs }: { readonly because: string; readonly atMs: number; readonly leftMs: number },
  ): Promise<void> {
    const { scrape, runId, folder } = this.#setup;
    const pages: Pages = { source, scrape, version: this.#world.version };
    const server = source.server ?? source.shownUrl ?? 'server';
    const at = (ending: string): string =>
      join(folder, `headroom-${runId}-${fileName(server, index)}-${ending}`);
    const because_ = { because, atMs };
    await Promise.all([
      this.#save(
        server,
        { kind: 'goroutine', file: at('goroutines.txt'), ...because_ },
        fetchGoroutines(pages),
      ),
      this.#save(
        server,
        { kind: 'profile', file: at('profile.pb.gz'), ...because_ },
        fetchProfile(pages, leftMs),
      ),
    ]);
  }

  async #save(server: string, capture: ServerCapture, fetching: Promise<Fetched>): Promise<void> {
    const fetched = await fetching;
    const what = `${capture.kind} of ${server}`;
    if (fetched.kind === 'failed') return this.#setup.say(`no ${what} was saved: ${fetched.reason}`);
    try {
      this.#world.files.write(capture.file, fetched.body, 0o600);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'it could not be written';
      return this.#setup.say(`no ${what} was saved: ${code}`);
    }
    this.#saved.set(server, [...(this.#saved.get(server) ?? []), capture]);
    this.#setup.say(`${what} saved to ${capture.file}`);
  }
}

/** A server's name as a piece of a file's name; the number keeps those apart that look alike then. */
function fileName(server: string, index: number): string {
  const plain = server
    .replaceAll(/[^A-Za-z0-9.]+/g, '-')
    .replace(/^[-.]+/, '')
    .slice(0, 80);
  return index === 0 ? plain || 'server' : `${plain || 'server'}-${index + 1}`;
}
