/** One server of a fleet: its state, from the most direct evidence that there is. */

import type { Signal } from '../../core/server/signal.ts';
import { type Binding, bindingOf, isProportional, isTelling } from './binding.ts';
import { evidenceOf, signalText } from './evidence.ts';
import type { ServerFacts } from './facts.ts';
import { erringIn, failureIn, shedIn } from './failing.ts';
import { utilizationSeen } from './latency.ts';
import type { PeerView } from './peers.ts';
import { roomOf } from './room.ts';
import type { FleetRow, FleetState, FleetTier, Room, Utilization } from './row.ts';
import type { FleetRules, Judged, View } from './view.ts';

/** Older figures are not judged: gRFC A58 lets weights expire after three minutes. */
const STALE_MS = 180_000;

/** Figures up to this age are fresh. */
const FRESH_MS = 30_000;

/** Own lateness beyond this share of the median spoils it. */
const LAG_SHARE = 0.2;

/** Judges one server. @param peers how it stands among the others; undefined when that cannot be told */
export function judgeServer(facts: ServerFacts, rules: FleetRules, peers?: PeerView): FleetRow {
  const view = { facts, rules, peers, ...seenIn(facts, rules) };
  const judged =
    downIn(view) ?? hotIn(view) ?? shedIn(facts) ?? erringIn(facts) ?? slowIn(view) ?? calmIn(view);
  return {
    server: facts.name,
    binding: null,
    utilization: null,
    ageMs: facts.ageMs,
    ratePerSecond: facts.ratePerSecond,
    room: roomIn(facts, judged, rules),
    ...judged,
  };
}

/** What is at its limit has no room, whatever it held once. */
function roomIn(facts: ServerFacts, judged: Judged, { near }: FleetRules): Room | null {
  const { state, binding = null, utilization } = judged;
  const room = state === 'down' ? null : roomOf(facts);
  if (room === null) return null;
  if (state === 'saturated') return { ...room, perSecond: 0 };
  // A guess is no room on a server that cannot be seen through, nor where something else than what it rests on is short.
  const isOfShare = isProportional(binding) && (utilization?.value ?? 0) >= near;
  const isGuess = state === 'low-observability' || state === 'outlier' || (state === 'near' && !isOfShare);
  return isGuess && room.source === 'estimate' ? null : room;
}

function seenIn(
  { signals, ageMs, latency }: ServerFacts,
  { near, workers }: FleetRules,
): Pick<View, 'binding' | 'isTelling' | 'response' | 'seen'> {
  const fresh = (ageMs ?? 0) > STALE_MS ? [] : signals;
  const measured = latency?.response ?? null;
  const isSpoiled = measured !== null && (latency?.lagMs ?? 0) > LAG_SHARE * measured.medianMs;
  const response = isSpoiled ? null : measured;
  const { calm = null, connectMs = null } = latency ?? {};
  return {
    binding: bindingOf(fresh, near),
    isTelling: isTelling(fresh),
    response,
    seen:
      response === null || calm === null
        ? null
        : utilizationSeen({ now: response, calm, workers, connectMs }),
  };
}

/** What it tells may be why. */
function downIn({ facts, rules, binding }: View): Judged | null {
  const failure = failureIn(facts);
  if (failure === null) return null;
  const isHot = facts.reach.isAlive && binding !== null && binding.heat >= rules.near;
  const evidence = isHot ? `${failure}; ${signalText(binding.signal)}` : failure;
  return { state: 'down', tier: 'none', evidence, confidence: 'high' };
}

/** A resource that it tells of is short. */
function hotIn({ facts, rules, binding }: View): Judged | null {
  if (binding === null || binding.heat < rules.near) return null;
  return ofSignal(binding, facts, binding.heat >= 1 ? 'saturated' : 'near');
}

function ofSignal({ signal }: Binding, { ageMs }: ServerFacts, state: FleetState): Judged {
  const { utilization } = signal;
  return {
    state,
    tier: signal.tier,
    binding: signal.resource,
    utilization: utilization === null ? null : { value: utilization, low: utilization, high: utilization },
    evidence: signalText(signal),
    confidence: isDirect(signal) && (ageMs ?? 0) <= FRESH_MS ? 'high' : 'medium',
  };
}

/** Not by what the kernel saw beside its use. */
function isDirect({ tier, signs = [] }: Signal): boolean {
  return tier === 'reported' && !signs.some((sign) => sign === 'pressure' || sign === 'throttled');
}

/** It answers much slower than in calm moments, or than its peers; those matter only where its own past does not tell. */
function slowIn(view: View): Judged | null {
  const { rules, seen, peers, response } = view;
  if (response === null) return null;
  const slow = { ...bySlowness(seen), evidence: evidenceOf(view), confidence: 'low' } as const;
  if (seen !== null && seen.low >= rules.near) return { ...slow, state: view.isTelling ? 'outlier' : 'near' };
  const isPastTelling = seen !== null && seen.high < rules.near;
  return peers?.isOutlier === true && !isPastTelling ? { ...slow, state: 'outlier' } : null;
}

function bySlowness(seen: Utilization | null): Pick<Judged, 'tier' | 'binding' | 'utilization'> {
  return { tier: seen === null ? 'peers' : 'latency', binding: 'latency', utilization: seen };
}

/** Nothing is wrong that can be seen; whether that is enough to call it fine is another matter. */
function calmIn(view: View): Judged {
  const { facts, rules, binding, seen } = view;
  if (binding !== null && view.isTelling) return ofSignal(binding, facts, 'ok');
  const evidence = evidenceOf(view);
  const isFine = seen !== null && seen.high < rules.near;
  const state = isFine ? 'ok' : 'low-observability';
  const judged = { state, tier: tierOf(view), evidence, confidence: 'low' } as const;
  return seen === null ? judged : { ...judged, ...bySlowness(seen) };
}

function tierOf({ seen, peers, binding }: View): FleetTier {
  if (seen !== null) return 'latency';
  if (peers !== undefined) return 'peers';
  return binding === null ? 'none' : binding.signal.tier;
}
