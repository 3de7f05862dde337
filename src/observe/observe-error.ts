/** A page that cannot be read. */

/** What a server said is not what was asked for; `message` says why in plain words, made safe by whoever shows it. */
export class ObserveError extends Error {
  override readonly name = 'ObserveError' as const;
}
