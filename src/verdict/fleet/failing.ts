/** Servers that fail instead of answering: down, or shedding load. */

import { clopperPearson } from '../../stats/proportion.ts';
import type { LatencyFacts, ServerFacts } from './facts.ts';
import type { Judged } from './view.ts';

/** A share of requests shed, or failed, that no healthy server has. */
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
    ...(errors > 0 ? [`${errors} with ${refused > 0 ? 'another' : 'a'} server error`] : []),
  ];
  return parts.join(', ');
}

/** Saturated when more than a tenth of the requests is shown (at 95 %) to be shed; null when not. */
export function shedIn({ latency }: ServerFacts): Judged | null {
  if (latency === null || !isShare(lostOf(latency), latency.sent)) return null;
  return {
    state: 'saturated',
    tier: 'latency',
    evidence: `it sheds load: of ${latency.sent} requests ${wordsFor({ ...latency, errors: 0 })}`,
    confidence: 'medium',
  };
}

/** An outlier when as large a share fails in another way: whatever its signals say, it is not fine. Null when not. */
export function erringIn({ latency }: ServerFacts): Judged | null {
  if (latency === null || !isShare(lostOf(latency) + latency.errors, latency.sent)) return null;
  return {
    state: 'outlier',
    tier: 'latency',
    evidence: `some of ${latency.sent} requests to its service failed: ${wordsFor(latency)}`,
    confidence: 'medium',
  };
}

function isShare(hits: number, count: number): boolean {
  return hits > 0 && clopperPearson({ hits, count }, 0.9).low > SHED_SHARE;
}
