/** Servers that fail instead of answering: down, or shedding load. */

import { clopperPearson } from '../../stats/proportion.ts';
import type { LatencyFacts, ServerFacts } from './facts.ts';
import type { Judged } from './view.ts';

/** A share of requests shed that no healthy server has. */
const SHED_SHARE = 0.1;

/** Why a server counts as down, in words: nothing answers, or no request to its service succeeds. Null when it does not. */
export function failureIn({ reach, latency }: ServerFacts): string | null {
  if (!reach.isAlive) return reach.failure ?? 'nothing answers';
  if (latency === null || latency.sent === 0 || lostOf(latency) + latency.errors < latency.sent) return null;
  const { sent } = latency;
  return `${sent === 1 ? 'the request' : `each of ${sent} requests`} to its service failed: ${wordsFor(latency)}`;
}

function lostOf({ broken, refused }: LatencyFacts): number {
  return broken + refused;
}

function wordsFor({ broken, refused, errors }: LatencyFacts): string {
  const parts = [
    ...(broken > 0 ? [`${broken} without an answer`] : []),
    ...(refused > 0 ? [`${refused} with 503`] : []),
    ...(errors > 0 ? [`${errors} with another server error`] : []),
  ];
  return parts.join(', ');
}

/** Saturated when more than a tenth of the requests is shown (at 95 %) to be shed; null when not. */
export function shedIn({ latency }: ServerFacts): Judged | null {
  if (latency === null || lostOf(latency) === 0) return null;
  const { sent } = latency;
  const { low } = clopperPearson({ hits: lostOf(latency), count: sent }, 0.9);
  if (low <= SHED_SHARE) return null;
  return {
    state: 'saturated',
    tier: 'latency',
    evidence: `it sheds load: of ${sent} requests ${wordsFor({ ...latency, errors: 0 })}`,
    confidence: 'medium',
  };
}
