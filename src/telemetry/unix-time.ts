/** Unix time in nanoseconds, which a number cannot hold. */

/** Unix time in ns. @param ms Unix time, ms with fractions; of those a number holds about a quarter of a microsecond */
export function unixNs(ms: number): bigint {
  const whole = Math.floor(ms);
  return BigInt(whole) * 1_000_000n + BigInt(Math.round((ms - whole) * 1e6));
}
