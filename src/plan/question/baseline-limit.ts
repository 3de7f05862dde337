/**
 * Limits that are relative to a baseline: `p99 < baseline + 10%`. They become numbers before traffic starts, from the
 * earlier runs that are the baseline.
 *
 *     limit  = "baseline" ( "+" | "-" ) amount | "baseline" "*" factor
 *     amount = share of the baseline's value, as in 10%, of a latency or a rate; or in the indicator's own unit
 *
 * Of a ratio (errors, status, dropped) an amount is added as it is: from 1 %, `+ 0.5%` allows 1.5 %.
 */
import {
  exactDuration,
  exactRate,
  exactRatio,
  parseLatency,
  parseRate,
  parseRatio,
  scaleDecimal,
  shiftDecimal,
} from '../../core/units.ts';
import { type BaselineLimit, type Indicator, isLatency, isRatio, type Objective } from '../plan.ts';
import { fail, type Piece, piece, quantity } from './objective-text.ts';

/** What a relative limit belongs to. */
type Asked = Pick<Objective, 'indicator' | 'op'>;

const SIGN = /^\s*([-+*×])/;
const PERCENT = /^(\d+\.?\d*|\.\d+)\s*%$/;
const FACTOR = /^(?:\d+\.?\d*|\.\d+)$/;

/** True when a limit is written relative to a baseline. */
export function isRelative(at: Piece): boolean {
  return /^baseline\b/i.test(at.text);
}

/** Reads a relative limit. @param at begins with `baseline`  @throws ObjectiveError with what is wrong and where */
export function parseBaselineLimit(asked: Asked, at: Piece): BaselineLimit {
  const rest = at.text.slice('baseline'.length);
  const start = at.start + 'baseline'.length;
  const [whole, sign] = SIGN.exec(rest) ?? [];
  if (sign === undefined) {
    const message =
      rest.trim() === '' ? 'no room for noise' : `"${rest.trim()}" is no distance from a baseline`;
    return fail(rest.trim() === '' ? at : piece(rest, start), message, `write ${example(asked)}`);
  }
  const written = piece(rest.slice(whole?.length), start + (whole?.length ?? 0));
  if (written.text === '') return fail(written, 'an amount is missing', `write ${example(asked)}`);
  const isFactor = sign === '*' || sign === '×';
  return isFactor ? factorOf(asked, written) : amountOf(asked, sign === '-' ? '-' : '+', { at, written });
}

/** Indicators that a run stores of its whole, and not of each target. */
const OF_THE_WHOLE: readonly Indicator['kind'][] = ['throughput', 'goodput', 'dropped'];

/**
 * Refuses limits relative to what no earlier run stores: an apdex, a window, the rates of one target.
 *
 * @param at where the limit stands  @throws ObjectiveError
 */
export function refuseUntold(
  { indicator, target, windowMs }: Pick<Objective, 'indicator' | 'target' | 'windowMs'>,
  at: Piece,
): void {
  const remedy = 'give a fixed limit, or ask it of the whole run';
  if (windowMs !== null) fail(at, 'earlier runs tell of the whole run, not of windows', remedy);
  if (indicator.kind === 'apdex')
    fail(at, 'earlier runs tell no apdex', 'give a fixed limit, or ask for a percentile');
  if (target !== null && OF_THE_WHOLE.includes(indicator.kind)) {
    fail(at, `earlier runs tell no ${indicator.kind} of one target`, remedy);
  }
}

/** How a limit of this kind may be written. */
function example({ indicator, op }: Asked): string {
  const sign = op.startsWith('<') ? '+' : '-';
  if (isRatio(indicator)) return `"baseline ${sign} 0.5%"`;
  return `"baseline ${sign} 10%" or "baseline * ${op.startsWith('<') ? '1.1' : '0.9'}"`;
}

function factorOf(asked: Asked, written: Piece): BaselineLimit {
  if (isRatio(asked.indicator)) {
    return fail(written, 'a ratio of 0 times anything stays 0', `write ${example(asked)}`);
  }
  if (!FACTOR.test(written.text))
    return fail(written, `"${written.text}" is no factor`, `write ${example(asked)}`);
  const amount = scaleDecimal(written.text, 0);
  const isRoomy = asked.op.startsWith('<') ? amount > 1 : amount > 0 && amount < 1;
  if (!isRoomy) return fail(written, 'this leaves no room for noise', `write ${example(asked)}`);
  return { op: '*', amount, isShare: true };
}

function amountOf(
  asked: Asked,
  op: '+' | '-',
  { at, written }: { readonly at: Piece; readonly written: Piece },
): BaselineLimit {
  if ((op === '+') !== asked.op.startsWith('<')) {
    const message = `"${asked.op} baseline ${op}" asks to be better than the baseline each time`;
    return fail(at, message, `write ${example(asked)}`);
  }
  const percent = isRatio(asked.indicator) ? undefined : PERCENT.exec(written.text)?.[1];
  const amount = percent === undefined ? ownAmount(asked.indicator, written) : scaleDecimal(percent, -2);
  if (!(amount > 0)) return fail(written, 'this leaves no room for noise', `write ${example(asked)}`);
  const isShare = percent !== undefined;
  if (isShare && op === '-' && amount >= 1)
    return fail(written, 'nothing is below 0', `write ${example(asked)}`);
  return { op, amount, isShare };
}

function ownAmount(indicator: Indicator, written: Piece): number {
  if (isLatency(indicator)) return quantity(written, parseLatency);
  return quantity(written, isRatio(indicator) ? parseRatio : parseRate);
}

/** A relative limit in its plain spelling: `baseline + 10%`. */
export function baselineLimitText(indicator: Indicator, limit: BaselineLimit): string {
  return `baseline ${distanceText(indicator, limit)}`;
}

/** What stands behind `baseline`: `+ 10%`. */
export function distanceText(indicator: Indicator, { op, amount, isShare }: BaselineLimit): string {
  if (op === '*') return `* ${shiftDecimal(amount, 0)}`;
  if (isShare) return `${op} ${shiftDecimal(amount, 2)}%`;
  if (isLatency(indicator)) return `${op} ${exactDuration(amount)}`;
  return `${op} ${isRatio(indicator) ? exactRatio(amount) : exactRate(amount)}`;
}

/** True for an objective whose relative limit is no number yet: its `limit` is NaN. */
export function isAwaiting({ baseline }: Objective): boolean {
  return baseline !== undefined && baseline.from === undefined;
}

/** The objective with its relative limit resolved. @param from the baseline's value, and of how many runs */
export function resolvedObjective(objective: Objective, from: NonNullable<BaselineLimit['from']>): Objective {
  const { baseline, indicator } = objective;
  if (baseline === undefined) return objective;
  const least = Math.max(0, limitFrom(baseline, from.value));
  const limit = isRatio(indicator) ? Math.min(1, least) : least;
  return { ...objective, limit, baseline: { ...baseline, from } };
}

function limitFrom({ op, amount, isShare }: BaselineLimit, value: number): number {
  if (op === '*') return value * amount;
  const distance = isShare ? value * amount : amount;
  return op === '+' ? value + distance : value - distance;
}
