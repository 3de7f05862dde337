/** How long the certificates of the targets last. */

import type { Target } from '../../plan/plan.ts';
import { expand } from '../../plan/request/expansion.ts';
import type { World } from '../world.ts';
import { askOnce, type ControlQuestion } from './control.ts';

/** More places than this are not looked at: a canary is gentle. */
const MOST_PLACES = 5;

/**
 * When the first of the targets' certificates ends, Unix time, ms; null without TLS, or when none was seen. One request
 * to each place, side by side and beside the load: of places that hang, each would put off the end by its timeout.
 */
export async function certificateEndMs(
  question: ControlQuestion,
  world: Pick<World, 'version'>,
): Promise<number | null> {
  const targets = placesOf(question);
  if (targets.length === 0) return null;
  const seen = await Promise.all(targets.map((target) => askOnce(question, [target], world)));
  const ends = seen.flat().flatMap(({ tls }) => {
    const endMs = tls?.validTo == null ? Number.NaN : Date.parse(tls.validTo);
    return Number.isFinite(endMs) ? [endMs] : [];
  });
  return ends.length === 0 ? null : Math.min(...ends);
}

/** Whether any of the targets has a certificate. */
export function hasCertificate(asked: Pick<ControlQuestion, 'plan' | 'secrets'>): boolean {
  return placesOf(asked).length > 0;
}

/** One target for each place that speaks TLS. */
function placesOf({ plan: { targets }, secrets }: Pick<ControlQuestion, 'plan' | 'secrets'>): Target[] {
  const byPlace = new Map<string, Target>();
  for (const target of targets) {
    const place = /^https:\/\/[^/?#]+/i.exec(expand(target.url, secrets))?.[0];
    if (place !== undefined && !byPlace.has(place)) byPlace.set(place, target);
  }
  return [...byPlace.values()].slice(0, MOST_PLACES);
}
