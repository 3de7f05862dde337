/** The sentences that say what a state rests on. */

import { RESOURCE_UNITS, type Signal } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import { shown } from '../server/words.ts';
import type { CalmFacts, Middle } from './facts.ts';
import { inflationOf, isIdleKnown } from './latency.ts';
import type { Utilization } from './row.ts';
import type { View } from './view.ts';

/** `cpu 97%: 1.94 of 2 cores`, the value once only. */
export function signalText(signal: Signal): string {
  const { resource, evidence } = signal;
  const value = valueText(signal);
  if (evidence === '' || evidence.startsWith(value))
    return `${resource} ${evidence === '' ? value : evidence}`;
  return `${resource} ${value}: ${evidence}`;
}

function valueText({ resource, value, utilization }: Signal): string {
  if (utilization !== null) return formatRatio(utilization);
  return RESOURCE_UNITS[resource] === 'count' ? String(Math.round(value)) : shown(resource, value);
}

/** What its latency tells, and what it does not tell of itself. */
export function evidenceOf(view: View): string {
  const parts = [latencyText(view), ...silenceTexts(view)];
  return parts.filter((part) => part !== '').join('; ');
}

function latencyText(view: View): string {
  const { facts, response } = view;
  if (response === null) {
    const isLate = (facts.latency?.response ?? null) !== null;
    return isLate ? 'this machine was too busy to time its answers' : limitText(view);
  }
  const answers = `answers in ${formatDurationMs(response.medianMs)} (median of ${response.count})`;
  return [answers, ...comparisons(view, response)].join(', ');
}

function limitText({ facts: { latency } }: View): string {
  if (latency === null || latency.sent === latency.broken) return '';
  return latency.limited > 0
    ? 'it limits our requests (429)'
    : `none of ${latency.sent - latency.broken} answers was a good one (status 400 or more)`;
}

function comparisons({ facts, rules, seen, peers }: View, now: Middle): string[] {
  const calm = facts.latency?.calm ?? null;
  const byCalm = seen === null || calm === null ? [] : [calmText({ now, calm }, seen, rules.workers)];
  const byPeers =
    peers === undefined
      ? []
      : [
          `${times(peers.ratio)} the ${formatDurationMs(peers.fleetMs)} of the fleet (z ${peers.score.toFixed(1)} among ${peers.peers} peers)`,
        ];
  return [...byCalm, ...byPeers];
}

function calmText(
  slowness: { readonly now: Middle; readonly calm: CalmFacts },
  seen: Utilization,
  workers: number,
): string {
  const { value, low } = inflationOf(slowness);
  const calmMs = formatDurationMs(slowness.calm.response.medianMs);
  if (low <= 1 && seen.high === 1) return `not shown to be slower than its calm ${calmMs}`;
  const range = `${percent(seen.low)} to ${percent(seen.high)} busy with 1 to ${workers} workers`;
  return `${times(value)} its calm ${calmMs}: ${range}${isIdleKnown(slowness.calm) ? '' : ', if that was calm'}`;
}

function times(factor: number): string {
  return `${factor.toPrecision(factor < 10 ? 2 : 3)} times`;
}

function percent(share: number): string {
  return formatRatio(Math.round(share * 100) / 100);
}

/** What is missing for an answer. */
function silenceTexts({ facts, binding, isTelling, seen }: View): string[] {
  if (isTelling && binding !== null)
    return [`no resource of its own shows why: ${signalText(binding.signal)}`];
  if (binding !== null) return [`it tells of ${signalText(binding.signal)}, but not of its processor`];
  if (facts.signals.length > 0 && facts.ageMs !== null) {
    return [`what it told is no measure of its load, or ${formatDurationMs(facts.ageMs)} old`];
  }
  if (facts.trouble !== null) return [`it tells nothing of its load: ${facts.trouble}`];
  return [
    seen === null
      ? 'it tells nothing of its load, and no calm moment of it is kept'
      : 'it tells nothing of its load',
  ];
}
