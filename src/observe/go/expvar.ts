/** Go's /debug/vars: runtime.MemStats as JSON, and variables of the service's own. */

import { ObserveError } from '../observe-error.ts';
import { type FactName, type Reading, readingOf } from '../reading.ts';
import { parseExactJson } from './exact-json.ts';

type Json = Readonly<Record<string, unknown>>;

/** Go keeps the last so many collections, in a ring. */
const RING = 256;

/** Variables that services commonly publish; cmdline is not among them: it may hold secrets. */
const VARIABLES: readonly (readonly [variable: string, fact: FactName])[] = [
  ['goroutines', 'goroutines'],
  ['num_goroutine', 'goroutines'],
  ['num_goroutines', 'goroutines'],
  ['NumGoroutine', 'goroutines'],
  ['Goroutines', 'goroutines'],
  ['runtime.goroutines', 'goroutines'],
  ['threads', 'threads'],
  ['gomaxprocs', 'gomaxprocs'],
  ['GOMAXPROCS', 'gomaxprocs'],
  ['open_fds', 'open-fds'],
  ['max_fds', 'max-fds'],
  ['workers', 'workers'],
  ['worker_busy_seconds', 'worker-busy-seconds'],
];

/**
 * Reads a page. Times of collections keep their microseconds. The first collection's end, which stands for the
 * start of the process where nobody tells it, is known only while the ring still holds it.
 *
 * @throws ObserveError for what is no JSON object
 */
export function readExpvar(text: string, atMs: number): Reading {
  const variables = objectOf(parsed(text));
  if (variables === null) throw new ObserveError('/debug/vars is no JSON object');
  const memory = objectOf(variables['memstats']) ?? {};
  return readingOf(atMs, [...memoryFacts(memory), ...variableFacts(variables)]);
}

function* memoryFacts(memory: Json): Generator<[FactName, number | undefined, string]> {
  const told = (name: string, scale = 1): [number | undefined, string] => [
    scaled(numberOf(memory[name]), scale),
    `memstats.${name}`,
  ];
  yield ['go-sys-bytes', ...told('Sys')];
  yield ['go-released-bytes', ...told('HeapReleased')];
  yield ['go-pause-seconds', ...told('PauseTotalNs', 1e-9)];
  yield ['gc-cycles', ...told('NumGC')];
  yield ['gc-lifetime-share', ...told('GCCPUFraction')];
  const last = milliseconds(memory['LastGC']);
  if (last !== undefined && last > 0) yield ['gc-last-end-ms', last, 'memstats.LastGC'];
  yield ['gc-first-end-ms', firstEnd(memory), 'memstats.PauseEnd'];
}

/** The newest stands at (NumGC + 255) % 256, so the oldest, while NumGC is at most 256, at 0. */
function firstEnd(memory: Json): number | undefined {
  const cycles = numberOf(memory['NumGC']) ?? 0;
  const ends = memory['PauseEnd'];
  return cycles >= 1 && cycles <= RING && Array.isArray(ends) ? milliseconds(ends[0]) : undefined;
}

function* variableFacts(variables: Json): Generator<[FactName, number | undefined, string]> {
  for (const [name, fact] of VARIABLES) yield [fact, numberOf(variables[name]), `expvar ${name}`];
  const [busy, workers] = [numberOf(variables['workers_busy']), numberOf(variables['workers'])];
  if (busy !== undefined && workers !== undefined && workers > 0) {
    yield ['application-share/workers_busy', busy / workers, 'expvar workers_busy'];
  }
}

function parsed(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    throw new ObserveError('/debug/vars is no JSON');
  }
}

function objectOf(value: unknown): Json | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : null;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : undefined;
}

function scaled(value: number | undefined, scale: number): number | undefined {
  return value === undefined ? undefined : value * scale;
}

/** From nanoseconds, of which whole microseconds are kept. */
function milliseconds(value: unknown): number | undefined {
  if (typeof value === 'bigint') return Number(value / 1000n) / 1000;
  return typeof value === 'number' ? value / 1e6 : undefined;
}
