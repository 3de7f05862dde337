/** Numbers as the document holds them: no more digits than were measured, and null for what is not known. */

/** The number, or null when it is not known or not finite. */
export function finite(value: number | null): number | null {
  return value !== null && Number.isFinite(value) ? value : null;
}

/** Milliseconds to the microsecond. */
export function roundMs(ms: number | null): number | null {
  const known = finite(ms);
  return known === null ? null : Math.round(known * 1e3) / 1e3;
}

/** A rate or a mean number to six decimals. */
export function roundRate(rate: number | null): number | null {
  const known = finite(rate);
  return known === null ? null : Math.round(known * 1e6) / 1e6;
}
