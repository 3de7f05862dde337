/** What reports call the resources of a server, their values and how short they are. */

import type { SignalState } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type {
  ServerCapture,
  ServerResource,
  ServerResult,
  ServerSource,
} from '../../result/server/server-result.ts';
import { formatCount, plural } from '../format.ts';

/** Resources that a sentence names otherwise than an objective does. */
const LABELS: ReadonlyMap<string, string> = new Map([
  ['gc', 'share of cpu in garbage collection'],
  ['fds', 'use of file descriptors'],
  ['conntrack', 'connection tracking table'],
  ['application', 'load by its own account'],
]);

/** The states in words. */
export const STATES: Readonly<Record<SignalState, string>> = {
  ok: 'ok',
  near: 'near its limit',
  saturated: 'saturated',
  unknown: 'no limit known',
};

/** The resource that limits a server; null when that cannot be told. */
export function bindingResource({ binding, resources }: ServerResult): ServerResource | null {
  return resources.find(({ resource }) => resource === binding?.resource) ?? null;
}

const RANKS: Readonly<Record<SignalState, number>> = { saturated: 3, near: 2, ok: 1, unknown: 0 };

/** The worst state of any of its resources; `unknown` when it told of none. */
export function worstState({ resources }: ServerResult): SignalState {
  return resources.reduce<SignalState>(
    (worst, { state }) => (RANKS[state] > RANKS[worst] ? state : worst),
    'unknown',
  );
}

/** Closest to a limit first; those that are as close in the order in which they came. */
export function byCloseness(servers: readonly ServerResult[]): ServerResult[] {
  const used = (server: ServerResult): number => server.binding?.utilization ?? 0;
  return [...servers].sort((a, b) => RANKS[worstState(b)] - RANKS[worstState(a)] || used(b) - used(a));
}

/** What is said of a server before anything else: what limits it, or that nobody knows. */
export function serverSentence(server: ServerResult): string {
  if (server.binding !== null) return server.binding.text;
  const unknown = 'how close to a limit it is, is not known';
  if (server.resources.length > 0) return `it told of no resource with a known limit: ${unknown}`;
  const looks = server.sources.reduce((sum, source) => sum + source.looks, 0);
  const failed = server.sources.reduce((sum, source) => sum + source.failed, 0);
  if (failed === 0) return `it told of no resource: ${unknown}`;
  const seen = failed === looks ? 'no look' : `${formatCount(looks - failed)} of ${plural(looks, 'look')}`;
  return `${seen} at it succeeded while the load was on: ${unknown}`;
}

/**
 * One line on each server whose limiting resource was short, closest first, at most two: `the server's cpu was 97%`, and
 * where no share is known what it is limited by; with its name in place of `the server` where there are several.
 */
export function shortages(servers: readonly ServerResult[] | undefined): string[] {
  const found = byCloseness(servers ?? []).flatMap((server) => shortage(server, servers?.length ?? 1));
  const rest = found.length - 2;
  return rest > 0 ? [...found.slice(0, 2), `and ${plural(rest, 'more server')} at or near a limit`] : found;
}

function shortage(server: ServerResult, count: number): string[] {
  const found = bindingResource(server);
  if (found === null || (found.state !== 'near' && found.state !== 'saturated')) return [];
  const name = count === 1 ? 'the server' : server.name;
  const used = server.binding?.utilization ?? found.utilization;
  // What has no share is told at the rate that the sentence names: its largest value may be of another time.
  if (used === null) return [`${name}: ${server.binding?.text ?? ''}`];
  return [`${name}'s ${LABELS.get(found.resource) ?? found.resource} was ${formatRatio(used)}`];
}

/** `expvar http://h/debug/vars: answered 404 (3 of 20 looks failed)`. */
export function sourceText({ kind, url, looks, failed, lastError }: ServerSource): string {
  const where = url === null ? kind : `${kind} ${url}`;
  if (failed === 0) return `${where}: ${looks === 0 ? 'not looked at' : plural(looks, 'look')}`;
  return `${where}: ${lastError ?? 'no reason is known'} (${formatCount(failed)} of ${plural(looks, 'look')} failed)`;
}

/** The command that opens a saved file; null for one that people read as it is. */
export function openCommand(file: string): string | null {
  return /\.(?:pb\.gz|pb|pprof|prof)$/.test(file) ? `go tool pprof -top ${quoted(file)}` : null;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

/** What a saved file is. */
export function captureText({ kind, atMs, because }: ServerCapture): string {
  const what = { profile: 'CPU profile', goroutine: 'goroutine dump' }[kind] ?? kind;
  return `saved a ${what} at ${formatDurationMs(atMs)}, as "${because}" broke`;
}
