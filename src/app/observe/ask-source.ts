/** One question to one source: all of its pages or files, side by side, bounded in time and size. */

import { safeText } from '../../core/text.ts';
import { type Ask, asksOf } from '../../observe/asks.ts';
import { readAnswer } from '../../observe/read-answer.ts';
import type { Reading } from '../../observe/reading.ts';
import type { Scrape } from '../world/scrape.ts';
import type { World } from '../world.ts';
import type { WatchedSource } from './source.ts';

/**
 * Longest that an answer may take, ms. A server that is short of processors answers its own pages late, and is the one
 * whose pages matter most: the looks of the seconds that go by meanwhile are left out.
 */
const ANSWER_MS = 3000;

/** Most of a page that is read; a large service's metrics are a tenth of it. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** Longest reason for a failure that is kept. */
const REASON_LENGTH = 200;

/** What one part of a source said of one server. */
export interface Heard {
  readonly server: string;
  readonly reading: Reading;
}

/** What a source said. `error`: why it said nothing, or not what it is there for; null when all is well. */
export interface Answer {
  readonly heard: readonly Heard[];
  readonly error: string | null;
}

/** What asks. */
export interface Asker {
  readonly world: Pick<World, 'clock' | 'files' | 'version'>;
  readonly scrape: Scrape;
  /** Longest that an answer may take, ms; absent: what a look has. */
  readonly answerMs?: number;
}

/** Asks a source. Never rejects: what goes wrong is in the answer, in words that may be shown. */
export async function askSource(source: WatchedSource, asker: Asker): Promise<Answer> {
  const asks = asksOf(source);
  const parts = await Promise.all(asks.map((ask) => askPart(ask, source, asker)));
  const heard = parts.flatMap((part) => part.heard);
  const needed = parts.filter((_, index) => asks[index]?.isOptional !== true || heard.length === 0);
  return { heard, error: needed.find(({ error }) => error !== null)?.error ?? null };
}

async function askPart(ask: Ask, source: WatchedSource, asker: Asker): Promise<Answer> {
  try {
    const { text, atMs } = await textOf(ask, source, asker);
    const heard = readAnswer(ask, text, atMs).map(({ instance, reading }) => ({
      server: source.server ?? safeText(instance ?? source.shownUrl ?? source.kind, { maxLength: 100 }),
      reading,
    }));
    return { heard, error: null };
  } catch (error) {
    return { heard: [], error: reasonOf(error, ask) };
  }
}

interface Told {
  readonly text: string;
  /** Monotonic, ms: halfway between the question and its answer, since the server looked at itself in between. */
  readonly atMs: number;
}

async function textOf(
  ask: Ask,
  source: WatchedSource,
  { world, scrape, answerMs = ANSWER_MS }: Asker,
): Promise<Told> {
  const askedMs = world.clock.nowMs();
  if (ask.file !== null) {
    const bytes = world.files.read(ask.file, PAGE_BYTES);
    return { text: new TextDecoder().decode(bytes), atMs: askedMs };
  }
  const answer = await scrape({
    url: ask.url ?? '',
    headers: { accept: ask.accept, 'user-agent': `headroom/${world.version}`, ...source.headers },
    timeoutMs: answerMs,
    maxBytes: PAGE_BYTES,
    ...(source.address === undefined ? {} : { address: source.address }),
  });
  if (answer.status >= 300 && answer.status < 400)
    throw new Error(`it answered ${answer.status}, and redirects are not followed`);
  if (answer.status !== 200) throw new Error(`it answered ${answer.status}`);
  if (answer.isCut) throw new Error('its page is larger than 8 MB');
  return { text: new TextDecoder().decode(answer.body), atMs: (askedMs + world.clock.nowMs()) / 2 };
}

/** Safe to show, and without the path of a page that may be a secret. */
function reasonOf(error: unknown, ask: Ask): string {
  const words = error instanceof Error ? wordsOf(error, ask) : 'it could not be read';
  return safeText(words, { maxLength: REASON_LENGTH });
}

function wordsOf(error: Error, { file }: Ask): string {
  if (file === null) return error.message;
  const code = 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return `there is no ${file}`;
  return code === 'EACCES' ? `${file} may not be read` : `${file}: ${error.message}`;
}
