/** Requests as spans: one indicator span each, from which Veneur makes rate, errors and duration, and its phases. */

import { PHASES, type Phase } from '../../core/attempt.ts';
import type { RequestSpan } from '../../core/trace/request-span.ts';
import { tagPair } from '../tags.ts';
import { unixNs } from '../unix-time.ts';
import type { SsfSpan } from './span.ts';

/** The target of a request, from the plan. */
export interface SpanTarget {
  readonly name: string;
  readonly method: string;
  readonly url: string;
}

/** How requests are told. */
export interface SpanSettings {
  readonly service: string;
  /** `key:value` each. */
  readonly tags: readonly string[];
  /** With a child span a phase. */
  readonly phases: boolean;
}

/**
 * The indicator span of a request, named after its target, and with `phases` its children after it. It lasts as long as a
 * user would have waited: from the intended start. Tags hold only what takes few values: neither address nor path.
 */
export function requestSpans(span: RequestSpan, target: SpanTarget, settings: SpanSettings): SsfSpan[] {
  const root: SsfSpan = {
    traceId: span.traceId,
    id: span.spanId,
    parentId: span.parentId,
    startNs: unixNs(span.intendedAtMs),
    endNs: unixNs(span.endAtMs),
    error: span.cause !== null,
    service: settings.service,
    metrics: [],
    tags: tagsOf(span, target, settings.tags),
    indicator: true,
    name: target.name,
  };
  return settings.phases ? [root, ...phaseSpans(span, root)] : [root];
}

function tagsOf(span: RequestSpan, target: SpanTarget, tags: readonly string[]): ReadonlyMap<string, string> {
  const host = URL.canParse(target.url) ? new URL(target.url).host : '';
  return new Map([
    ...tags.map(tagPair),
    ['method', target.method],
    ...(host === '' ? [] : [['host', host] as const]),
    ['status', span.status === 0 ? 'none' : String(span.status)],
    ...(span.cause === null ? [] : [['cause', span.cause] as const]),
    ['synthetic', 'true'],
    ['ssf_objective', target.name],
  ]);
}

/** A stretch between two of the moments that Veneur's `TraceRoundTripper` names; it bears the name of the first. */
interface Stretch {
  readonly name: string;
  readonly ms: number;
}

/** By phase, the moment at its begin (veneur, http/http.go); a handshake belongs to connecting, as it does there. */
function momentOf(phase: Phase, reused: boolean): string {
  switch (phase) {
    case 'blocked':
      return 'http.start';
    case 'dns':
      return 'http.resolvingDNS';
    case 'connect':
    case 'tls':
      return 'http.connecting';
    case 'send':
      return reused ? 'http.gotConnection.reused' : 'http.gotConnection.new';
    case 'wait':
      return 'http.finishedWrite';
    case 'receive':
      return 'http.gotFirstByte';
  }
}

function stretchesOf(span: RequestSpan): Stretch[] {
  const stretches: Stretch[] = [];
  for (const phase of PHASES) {
    const ms = span.phases[phase];
    if (Number.isNaN(ms)) continue;
    const name = momentOf(phase, span.reused);
    const last = stretches.at(-1);
    if (last?.name === name) stretches[stretches.length - 1] = { name, ms: last.ms + ms };
    else stretches.push({ name, ms });
  }
  return stretches;
}

function phaseSpans(span: RequestSpan, root: SsfSpan): SsfSpan[] {
  let atMs = span.readyAtMs;
  return stretchesOf(span).map(({ name, ms }, position) => {
    const startNs = unixNs(atMs);
    atMs += ms;
    return {
      ...root,
      id: childId(span.spanId, position),
      parentId: span.spanId,
      startNs,
      endNs: unixNs(atMs),
      error: false,
      tags: name.startsWith('http.gotConnection') ? new Map([['was_idle', String(span.reused)]]) : new Map(),
      indicator: false,
      name,
    };
  });
}

/** An id in 1..2^63-1, unlike that of any other span with overwhelming odds: a step of SplitMix64 from the parent's. */
function childId(parent: bigint, position: number): bigint {
  let mixed = BigInt.asUintN(64, parent + BigInt(position + 1) * 0x9e3779b97f4a7c15n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 30n)) * 0xbf58476d1ce4e5b9n);
  mixed = BigInt.asUintN(64, (mixed ^ (mixed >> 27n)) * 0x94d049bb133111ebn);
  const id = BigInt.asUintN(63, mixed ^ (mixed >> 31n));
  return id === 0n ? 1n : id;
}
