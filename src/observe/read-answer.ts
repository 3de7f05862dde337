/** What came back for an ask, as readings. */

import { readApiAnswer } from './api/api-answer.ts';
import { API_QUERIES } from './api/api-queries.ts';
import type { Ask } from './asks.ts';
import { readMetrics } from './families/read-metrics.ts';
import { readExpvar } from './go/expvar.ts';
import { readGoroutineProfile, readMutexProfile, readPprofIndex } from './go/pprof.ts';
import { readHostFile } from './host/host-files.ts';
import { ObserveError } from './observe-error.ts';
import { readOrca } from './orca.ts';
import { MetricsSyntaxError } from './prometheus/sample.ts';
import { type Reading, readingOf } from './reading.ts';

export { ObserveError } from './observe-error.ts';

/** What was read of one server. */
export interface ServerReading {
  /** The label `instance`, of a Prometheus server that tells of many; null for every other source: the server asked. */
  readonly instance: string | null;
  readonly reading: Reading;
}

/**
 * Reads the text of an answer, or of a file.
 *
 * @param atMs when it came, on the reader's own clock: only differences are used
 * @returns one entry; of `prometheus-api` one for every instance that the answer tells of
 * @throws ObserveError when the text is not what was asked for, in plain words
 */
export function readAnswer(ask: Ask, text: string, atMs: number): readonly ServerReading[] {
  if (ask.kind === 'prometheus-api') return readQuery(ask, text, atMs);
  return [{ instance: null, reading: readOne(ask, text, atMs) }];
}

function readOne({ kind, part }: Ask, text: string, atMs: number): Reading {
  switch (kind) {
    case 'prometheus':
      return readPage(text, atMs);
    case 'expvar':
      return readExpvar(text, atMs);
    case 'pprof':
      if (part === 'mutex') return readMutexProfile(text, atMs);
      return text.startsWith('goroutine profile:')
        ? readGoroutineProfile(text, atMs)
        : readPprofIndex(text, atMs);
    case 'orca':
      return readOrca(text, atMs);
    case 'host':
      return readHostFile(part, text, atMs);
    case 'prometheus-api':
      return readingOf(atMs, []);
    default:
      return kind satisfies never;
  }
}

function readPage(text: string, atMs: number): Reading {
  try {
    return readMetrics(text, atMs);
  } catch (error) {
    if (error instanceof MetricsSyntaxError) throw new ObserveError(`no page of metrics: ${error.message}`);
    throw error;
  }
}

function readQuery({ part }: Ask, text: string, atMs: number): readonly ServerReading[] {
  const query = API_QUERIES.find(({ fact }) => fact === part);
  return readApiAnswer(text).map(({ instance, value }) => ({
    instance,
    reading: readingOf(atMs, query === undefined ? [] : [[query.fact, value, query.from]]),
  }));
}
