/**
 * Objectives about a server, which are judged by what it tells of itself.
 *
 *     objective = "server" [ "(" name ")" ] resource op limit
 *     resource  = a member of core's RESOURCES: cpu, run-queue, memory, gc, fds, goroutines, threads, locks,
 *                 accept-queue, conntrack, disk, application
 *     limit     = ratio | latency | number | rate, in the unit of the resource
 *
 * Without a name all servers are meant, of which the worst counts. They are looked at about once a second, and judged
 * over a whole stage of constant rate: there is neither `for` nor `abort`, nor a limit relative to a baseline.
 */
import { RESOURCE_UNITS, RESOURCES, type Resource } from '../../core/server/signal.ts';
import {
  exactDuration,
  exactRate,
  exactRatio,
  parseLatency,
  parseRate,
  parseRatio,
  shiftDecimal,
} from '../../core/units.ts';
import type { Indicator, Objective } from '../plan.ts';
import { suggestion } from '../position.ts';
import { fail, type Piece, piece, quantity } from './objective-text.ts';

/** An indicator about a server. */
export type ServerIndicator = Extract<Indicator, { kind: 'server' }>;

/** The left side of an objective about a server: `server cpu`, `server(10.0.0.7:9100) cpu`, behind a scope or not. */
const SERVER = /(?:^|:)(\s*server\b\s*)(?:\(([^)]*)\)\s*)?(?:(?<=[\s)])([^\s:()]+)\s*)?$/i;

const EXAMPLE = 'write it as "server cpu < 85%" or "server(api-1) cpu < 85%"';

/**
 * The indicator of an objective about a server; null for one about requests.
 *
 * @param left what stands before the comparison
 * @throws ObjectiveError for a scope before it, an empty name and an unknown resource
 */
export function serverIndicatorOf(left: string): ServerIndicator | null {
  const found = SERVER.exec(left);
  if (found === null || found[1] === undefined) return null;
  const [whole, , name, resource = ''] = found;
  const start = found.index + (whole.startsWith(':') ? 1 : 0);
  if (whole.startsWith(':')) {
    return fail(0, 'a server is of no target', 'leave the target out: a server carries what all of them ask');
  }
  if (name !== undefined && name.trim() === '') {
    return fail(piece(left.slice(start), start), 'the name of the server is empty', EXAMPLE);
  }
  const at = { text: resource, start: start + whole.lastIndexOf(resource) };
  return { kind: 'server', resource: resourceOf(at), server: name?.trim() ?? null };
}

function resourceOf(at: Piece): Resource {
  const found = RESOURCES.find((resource) => resource === at.text.toLowerCase());
  if (found !== undefined) return found;
  const known = `known are ${RESOURCES.join(', ')}`;
  if (at.text === '') return fail(at, 'the resource of the server is missing', known);
  return fail(at, `unknown resource "${at.text}"`, suggestion(at.text, RESOURCES, known));
}

/** A remedy for an indicator that is the name of a resource; null for any other. */
export function resourceHint(written: string): string | null {
  const resource = RESOURCES.find((each) => each === written.toLowerCase());
  return resource === undefined ? null : `did you mean "server ${resource}"?`;
}

/**
 * The limit of an objective about a server, in the unit of the resource.
 *
 * @throws ObjectiveError for what is none, and for a limit that nothing could keep
 */
export function serverLimit({ resource }: ServerIndicator, op: Objective['op'], at: Piece): number {
  if (/^baseline\b/i.test(at.text)) {
    return fail(at, 'there is no baseline of what servers tell', 'give a fixed limit');
  }
  const limit = quantityOf(resource, at);
  if (limit === 0 && op === '<') {
    return fail(at, 'nothing is below 0', 'write "<= 0" if nothing at all is allowed');
  }
  return limit;
}

function quantityOf(resource: Resource, at: Piece): number {
  switch (RESOURCE_UNITS[resource]) {
    case 'ratio':
      return ratioOf(at);
    case 'ms':
      return quantity(at, parseLatency);
    case 'per-second':
      return quantity(at, parseRate);
    case 'count':
      return countOf(at);
  }
}

function ratioOf(at: Piece): number {
  const limit = quantity(at, parseRatio);
  if (limit !== 1 || at.text.includes('%')) return limit;
  return fail(at, `"${at.text}" would be 100%`, 'write 1% if per cent is meant, or 100%');
}

function countOf(at: Piece): number {
  if (/^(?:\d+\.?\d*|\.\d+)$/.test(at.text) && Number.isFinite(Number(at.text))) return Number(at.text);
  return fail(at, `"${at.text}" is no number`, 'write a number without a unit, such as 500');
}

/** Refuses what an objective about a server cannot have. @throws ObjectiveError */
export function refuseWindow(right: Piece, asked: Pick<Objective, 'windowMs' | 'abort'>): void {
  if (asked.windowMs !== null) {
    const at = right.start + right.text.search(/\bfor\b/i);
    fail(at, 'a server is judged over a whole stage', 'leave out "for": it is looked at once a second');
  }
  if (!asked.abort) return;
  const at = right.start + right.text.search(/\babort\s*$/i);
  fail(at, 'what a server tells stops no run', 'leave out "abort": an objective about requests can stop one');
}

/** `server cpu`, `server(api-1) cpu`. */
export function serverText({ resource, server }: ServerIndicator): string {
  return `server${server === null ? '' : `(${server})`} ${resource}`;
}

/** Text that {@link serverLimit} reads back as exactly this limit. */
export function serverLimitText({ resource }: ServerIndicator, limit: number): string {
  switch (RESOURCE_UNITS[resource]) {
    case 'ratio':
      return exactRatio(limit);
    case 'ms':
      return exactDuration(limit);
    case 'per-second':
      return exactRate(limit);
    case 'count':
      return shiftDecimal(limit, 0);
  }
}
