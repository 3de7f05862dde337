/** How restless a series of states is. */

/** Number of the last states that are looked at. */
export const FLAP_STATES = 20;

/** Weights of a change, of the oldest and of the newest state. */
const OLDEST = 0.8;
const NEWEST = 1.15;

/** It begins to flap above the one, and stops below the other. */
const START_RATIO = 0.3;
const STOP_RATIO = 0.25;

/**
 * Weighted share of changes among the last 20 states, as Icinga 2 documents its flap detection: a change counts 0.8 at
 * the oldest state up to 1.15 at the newest, and the sum is divided by 20, also while fewer are known. So it is at
 * most 0.975 (0.957 while what came before the oldest is not known).
 *
 * Nagios Core instead keeps 21 states, weighs the 20 changes between them by 0.75 to 1.25, and starts at 30 % and stops
 * at 20 % unless told otherwise (its sample configuration says 20 % and 5 %): all changes are 100 % there.
 *
 * @param states oldest first; only the last 21 count, the first of them as what came before  @returns 0..1
 */
export function flapRatio(states: readonly boolean[]): number {
  const last = states.slice(-FLAP_STATES - 1);
  // Aligned with the newest.
  const missing = FLAP_STATES + 1 - last.length;
  const changes = last.map((state, index) => {
    const isChange = index > 0 && state !== last[index - 1];
    return isChange ? weightAt(missing + index - 1) : 0;
  });
  return changes.reduce((sum, weight) => sum + weight, 0) / FLAP_STATES;
}

function weightAt(place: number): number {
  return OLDEST + ((NEWEST - OLDEST) * place) / (FLAP_STATES - 1);
}

/** Whether it flaps now: from above 30 % on, until it is below 25 %. */
export function isFlappingAt(ratio: number, wasFlapping: boolean): boolean {
  return wasFlapping ? ratio >= STOP_RATIO : ratio > START_RATIO;
}
