/**
 * The objective grammar, text to {@link Objective} and back.
 *
 *     objective = [ scope ":" ] indicator op limit [ "for" duration ] [ "abort" ]
 *     scope     = name of a target | "http_req_duration" | "http_req_failed" | "http_reqs"
 *     indicator = "p" number | "p(" number ")" | "mean" | "avg" | "med" | "max" | "min"
 *               | "errors" | "status" ( digit "xx" | code ) | "dropped" | "apdex(" duration ")"
 *               | "throughput" | "rps" | "goodput" | "rate" (with http_req_failed or http_reqs only)
 *     op        = "<" | "<=" | ">" | ">="
 *     limit     = latency (a bare number is ms) | ratio | rate, as the indicator asks
 *               | "baseline" distance (see question/baseline-limit.ts)
 *
 * Objectives about servers, such as `server cpu < 85%`, have a grammar of their own: question/server-indicator.ts.
 *
 * The spellings of k6's thresholds that mean the same are accepted: `p(95)<500`, `http_req_duration: p(95)<500`,
 * `http_req_failed: rate<0.01`.
 */
import {
  exactDuration,
  exactRate,
  exactRatio,
  parseDuration,
  parseLatency,
  parseRate,
  parseRatio,
  scaleDecimal,
  shiftDecimal,
} from '../core/units.ts';
import { type Indicator, isLatency, isRatio, type Objective } from './plan.ts';
import { suggestion } from './position.ts';
import {
  baselineLimitText,
  isRelative,
  parseBaselineLimit,
  refuseUntold,
} from './question/baseline-limit.ts';
import { fail, type Piece, piece, quantity } from './question/objective-text.ts';
import {
  refuseWindow,
  resourceHint,
  serverIndicatorOf,
  serverLimit,
  serverLimitText,
  serverText,
} from './question/server-indicator.ts';

export { ObjectiveError } from './question/objective-text.ts';

const WORDS: ReadonlyMap<string, Indicator> = new Map<string, Indicator>([
  ['mean', { kind: 'mean' }],
  ['avg', { kind: 'mean' }],
  ['med', { kind: 'quantile', q: 0.5 }],
  ['max', { kind: 'max' }],
  ['min', { kind: 'min' }],
  ['errors', { kind: 'errors' }],
  ['throughput', { kind: 'throughput' }],
  ['rps', { kind: 'throughput' }],
  ['goodput', { kind: 'goodput' }],
  ['dropped', { kind: 'dropped' }],
]);

const KNOWN = [...WORDS.keys(), 'p50', 'p95', 'p99', 'p99.9', 'status', 'apdex'];

/** k6's metric names: what `rate` means in them; null where it means nothing. */
const K6_METRICS: ReadonlyMap<string, Indicator | null> = new Map<string, Indicator | null>([
  ['http_req_duration', null],
  ['http_req_failed', { kind: 'errors' }],
  ['http_reqs', { kind: 'throughput' }],
]);

function quantile(percent: string, at: Piece): Indicator {
  const q = scaleDecimal(percent, -2);
  if (q <= 1) return { kind: 'quantile', q };
  return fail(at, `there is no percentile above 100: "${at.text}"`, 'write p0 to p100, as in p99 or p99.9');
}

function status(code: string, at: Piece): Indicator {
  const first = Number(code.charAt(0)) * 100;
  if (first < 100 || first > 500) {
    return fail(at, `there is no status "${code}"`, 'write "status 5xx" or "status 429": 100 to 599');
  }
  return code.endsWith('xx')
    ? { kind: 'status', from: first, to: first + 99 }
    : { kind: 'status', from: Number(code), to: Number(code) };
}

function indicatorOf(at: Piece, metric: string | null): Indicator {
  if (at.text === '') return fail(at, 'an indicator is missing');
  const ofMetric = metric === null ? null : K6_METRICS.get(metric);
  if (/^(?:rate|value|count)$/.test(at.text) && ofMetric != null) return ofMetric;
  const percent = /^p(?:\(\s*(\d+\.?\d*)\s*\)|(\d+\.?\d*))$/i.exec(at.text);
  if (percent !== null) return quantile(percent[1] ?? percent[2] ?? '', at);
  const code = /^status\s+(\d\d\d|\dxx)$/i.exec(at.text)?.[1];
  if (code !== undefined) return status(code.toLowerCase(), at);
  const apdex = /^apdex\(([^)]*)\)$/i.exec(at.text)?.[1];
  if (apdex !== undefined) return apdexOf(piece(apdex, at.start + 'apdex('.length));
  return WORDS.get(at.text.toLowerCase()) ?? unknownIndicator(at);
}

function apdexOf(at: Piece): Indicator {
  const thresholdMs = quantity(at, parseLatency);
  if (thresholdMs > 0) return { kind: 'apdex', thresholdMs };
  return fail(at, 'the threshold of apdex must be more than 0', 'write it as apdex(300ms)');
}

function unknownIndicator(at: Piece): never {
  if (at.text === 'rate') {
    return fail(
      at,
      '"rate" alone says nothing',
      'write "errors < 1%", "throughput > 100/s" or "http_req_failed: rate<0.01"',
    );
  }
  if (/^status/i.test(at.text))
    return fail(at, `"${at.text}" names no status`, 'write "status 5xx" or "status 429"');
  const hint =
    'known are p0 to p100, mean, max, min, med, errors, status 5xx, throughput, goodput, apdex(300ms), dropped';
  const remedy = resourceHint(at.text) ?? suggestion(at.text, KNOWN, hint);
  return fail(at, `unknown indicator "${at.text}"`, remedy);
}

/** The limit, and what it is relative to: then it is not known yet, NaN. */
function limitOf(
  indicator: Indicator,
  op: Objective['op'],
  at: Piece,
): Pick<Objective, 'limit' | 'baseline'> {
  if (at.text === '') return fail(at, 'a limit is missing');
  if (indicator.kind === 'server') return { limit: serverLimit(indicator, op, at) };
  if (!isRelative(at)) return { limit: fixedLimit(indicator, op, at) };
  return { limit: Number.NaN, baseline: parseBaselineLimit({ indicator, op }, at) };
}

function fixedLimit(indicator: Indicator, op: string, at: Piece): number {
  if (isLatency(indicator)) return positive(at, quantity(at, parseLatency));
  if (!isRatio(indicator)) return quantity(at, parseRate);
  const limit = quantity(at, parseRatio);
  if (indicator.kind !== 'apdex' && limit === 1 && !at.text.includes('%')) {
    return fail(at, `"${at.text}" would be 100%`, 'write 1% if per cent is meant, or 100%');
  }
  if (limit === 0 && op === '<')
    return fail(at, 'a ratio is never below 0', 'write "<= 0" if not a single one is allowed');
  return limit;
}

function positive(at: Piece, limit: number): number {
  return limit > 0 ? limit : fail(at, 'a latency limit must be more than 0', 'write it as 250ms or 0.5s');
}

/** The limit, and `for 30s` and `abort` behind it. */
function splitLimit(right: Piece): {
  readonly limit: Piece;
  readonly windowMs: number | null;
  readonly abort: boolean;
} {
  const abort = /(?:^|\s)abort\s*$/i.exec(right.text);
  const text = abort === null ? right.text : right.text.slice(0, abort.index);
  const window = /(?:^|\s)for(?:\s+(.*))?$/i.exec(text);
  const limit = piece(text.slice(0, window?.index), right.start);
  if (window === null) return { limit, windowMs: null, abort: abort !== null };
  const at = piece(window[1] ?? '', right.start + window.index + window[0].length - (window[1] ?? '').length);
  const windowMs = quantity(at, parseDuration);
  if (windowMs <= 0) return fail(at, 'a window must be longer than 0', 'write it as "for 30s"');
  return { limit, windowMs, abort: abort !== null };
}

function operatorOf(text: string): {
  readonly op: Objective['op'];
  readonly start: number;
  readonly end: number;
} {
  const found = /[<>=!≤≥]+/.exec(text);
  if (found === null) return fail(text.trimEnd().length, 'a comparison is missing');
  const [written] = found;
  const start = found.index;
  const end = start + written.length;
  if (written === '<' || written === '<=' || written === '>' || written === '>=')
    return { op: written, start, end };
  return fail(start, `"${written}" is no comparison`, 'use <, <=, > or >=');
}

/** The part before the last colon: target names may hold colons, what follows them may not. */
function scopeOf(left: string): { readonly scope: Piece | null; readonly indicator: Piece } {
  const colon = left.lastIndexOf(':');
  if (colon < 0) return { scope: null, indicator: piece(left, 0) };
  const scope = piece(left.slice(0, colon), 0);
  if (scope.text === '') return fail(colon, 'a target name is missing before ":"');
  return { scope, indicator: piece(left.slice(colon + 1), colon + 1) };
}

/**
 * Reads one objective.
 *
 * @param position where it stands in a plan file; null for a flag
 * @returns limit in ms, a ratio 0..1, per second, or a number, as the indicator has it
 * @throws ObjectiveError with the column of what is wrong
 */
export function parseObjective(text: string, position: Objective['position'] = null): Objective {
  const { op, start, end } = operatorOf(text);
  const right = { text: text.slice(end), start: end };
  const { limit: limitPiece, windowMs, abort } = splitLimit(right);
  const server = serverIndicatorOf(text.slice(0, start));
  if (server !== null) {
    refuseWindow(right, { windowMs, abort });
    const about = { text: text.trim(), target: null, indicator: server, op, windowMs, abort, position };
    return { ...about, ...limitOf(server, op, limitPiece) };
  }
  const { scope, indicator: written } = scopeOf(text.slice(0, start));
  const metric = scope !== null && K6_METRICS.has(scope.text) ? scope.text : null;
  const indicator = indicatorOf(written, metric);
  const target = metric === null ? (scope?.text ?? null) : null;
  if (isRelative(limitPiece)) refuseUntold({ indicator, target, windowMs }, limitPiece);
  const limit = limitOf(indicator, op, limitPiece);
  return { text: text.trim(), target, indicator, op, ...limit, windowMs, abort, position };
}

function indicatorText(indicator: Indicator): string {
  switch (indicator.kind) {
    case 'quantile':
      return `p${shiftDecimal(indicator.q, 2)}`;
    case 'status':
      return `status ${indicator.from === indicator.to ? indicator.from : `${indicator.from / 100}xx`}`;
    case 'apdex':
      return `apdex(${exactDuration(indicator.thresholdMs)})`;
    case 'server':
      return serverText(indicator);
    default:
      return indicator.kind;
  }
}

function limitText({ indicator, limit, baseline }: Objective): string {
  if (indicator.kind === 'server') return serverLimitText(indicator, limit);
  if (baseline !== undefined) return baselineLimitText(indicator, baseline);
  if (isLatency(indicator)) return exactDuration(limit);
  return isRatio(indicator) ? exactRatio(limit) : exactRate(limit);
}

/** The objective in its plain spelling; {@link parseObjective} reads the same back, save for `text` and `position`. */
export function formatObjective(objective: Objective): string {
  const scope = objective.target === null ? '' : `${objective.target}: `;
  const window = objective.windowMs === null ? '' : ` for ${exactDuration(objective.windowMs)}`;
  const abort = objective.abort ? ' abort' : '';
  return `${scope}${indicatorText(objective.indicator)} ${objective.op} ${limitText(objective)}${window}${abort}`;
}
