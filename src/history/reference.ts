/** How a stored run is named: by its id or the beginning of it, by its place in time, or as a baseline. */

/** Which runs are meant. */
export type Reference =
  | { readonly kind: 'id'; readonly prefix: string }
  /** `back` 0 is the newest run. */
  | { readonly kind: 'latest'; readonly back: number }
  /** Of a plan on a class of machines; absent: of those of the newest run. */
  | { readonly kind: 'baseline'; readonly of?: { readonly planHash: string; readonly generator: string } };

/** Reads `latest`, `latest~2`, `baseline`, or at least four characters of an id; null for anything else. */
export function parseReference(text: string): Reference | null {
  if (text === 'baseline') return { kind: 'baseline' };
  const latest = /^latest(?:~(\d{1,6}))?$/.exec(text);
  if (latest !== null) return { kind: 'latest', back: Number(latest[1] ?? 0) };
  return /^[\w-]{4,80}$/.test(text) ? { kind: 'id', prefix: text } : null;
}
