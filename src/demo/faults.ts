/**
 * The faults that can be switched on in the example system, and the reader of their JSON form. What a fault
 * does inside a replica is in replica/fault-effects.ts and replica/listeners.ts; what is done to its process is in
 * replica-processes.ts.
 */

/**
 * What a fault does, with its settings filled in. `kill` ends the process, `freeze` stops it (SIGSTOP): connections are
 * taken by the kernel and nobody answers. With `close` the process lives and its ports refuse connections, with `hang`
 * it takes requests and answers none. `wrong` answers 200 with what was not asked for, `expired` shows a certificate
 * that has expired.
 */
export type FaultEffect =
  | { readonly kind: 'kill' | 'freeze' | 'close' | 'hang' | 'expired' }
  | { readonly kind: 'slow'; readonly ratio: number; readonly ms: number }
  | { readonly kind: 'errors'; readonly ratio: number; readonly status: number }
  | { readonly kind: 'wrong'; readonly ratio: number }
  | { readonly kind: 'cpu'; readonly ratio: number }
  | { readonly kind: 'leak'; readonly percentPerSecond: number; readonly mebibytesPerSecond: number }
  | { readonly kind: 'connection-limit'; readonly limit: number }
  | { readonly kind: 'metastable'; readonly above: number; readonly below: number; readonly factor: number };

export type FaultKind = FaultEffect['kind'];

/** A fault asked for: which replicas (counted from 1), what, and for how long (null: until cleared). */
export interface FaultOrder {
  readonly replica: number | 'all';
  readonly forMs: number | null;
  readonly effect: FaultEffect;
}

/** A fault order that cannot be understood; the message says what is wrong and what would be right. */
export class FaultError extends Error {
  override readonly name = 'FaultError';
}

interface Range {
  readonly otherwise: number;
  readonly min: number;
  readonly max: number;
  readonly whole?: boolean;
}

/** Reads one numeric setting of a fault, and thereby makes its key a known one. */
type Setting = (key: string, range: Range) => number;

const EFFECTS: { readonly [K in FaultKind]: (setting: Setting) => FaultEffect } = {
  kill: () => ({ kind: 'kill' }),
  freeze: () => ({ kind: 'freeze' }),
  close: () => ({ kind: 'close' }),
  hang: () => ({ kind: 'hang' }),
  slow: (setting) => ({
    kind: 'slow',
    ratio: setting('ratio', { otherwise: 0.02, min: 0, max: 1 }),
    ms: setting('ms', { otherwise: 500, min: 0, max: 600_000 }),
  }),
  errors: (setting) => ({
    kind: 'errors',
    ratio: setting('ratio', { otherwise: 0.05, min: 0, max: 1 }),
    status: setting('status', { otherwise: 500, min: 400, max: 599, whole: true }),
  }),
  wrong: (setting) => ({ kind: 'wrong', ratio: setting('ratio', { otherwise: 1, min: 0, max: 1 }) }),
  expired: () => ({ kind: 'expired' }),
  cpu: (setting) => ({
    kind: 'cpu',
    ratio: setting('ratio', { otherwise: 0.8, min: 0, max: 0.95 }),
  }),
  leak: (setting) => ({
    kind: 'leak',
    percentPerSecond: setting('percentPerSecond', { otherwise: 5, min: 0, max: 1000 }),
    mebibytesPerSecond: setting('mebibytesPerSecond', { otherwise: 4, min: 0, max: 64 }),
  }),
  'connection-limit': (setting) => ({
    kind: 'connection-limit',
    limit: setting('limit', { otherwise: 10, min: 0, max: 100_000, whole: true }),
  }),
  metastable: (setting) => {
    const above = setting('above', { otherwise: 40, min: 1, max: 100_000, whole: true });
    const below = setting('below', { otherwise: Math.min(4, above), min: 1, max: 100_000, whole: true });
    if (below > above) throw new FaultError(`"below" (${below}) must not be larger than "above" (${above})`);
    return {
      kind: 'metastable',
      above,
      below,
      factor: setting('factor', { otherwise: 5, min: 1, max: 100 }),
    };
  },
};

/** The names of all faults. */
export const FAULT_KINDS: readonly FaultKind[] = [
  'kill',
  'freeze',
  'close',
  'hang',
  'slow',
  'errors',
  'wrong',
  'expired',
  'cpu',
  'leak',
  'connection-limit',
  'metastable',
];

/**
 * Reads a fault order such as `{"replica": 1, "kind": "slow", "ratio": 0.02, "ms": 500, "for": "30s"}`.
 * `for` is a Go-style duration of one unit, or a number of ms.
 *
 * @param replicas how many there are  @throws FaultError when anything is unknown or out of range
 */
export function parseFault(body: unknown, replicas: number): FaultOrder {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new FaultError('a fault is a JSON object such as {"replica": 1, "kind": "kill"}');
  }
  const given = new Map<string, unknown>(Object.entries(body));
  const kind = FAULT_KINDS.find((known) => known === given.get('kind'));
  if (kind === undefined) {
    throw new FaultError(`"kind" must be one of ${FAULT_KINDS.join(', ')}, not ${shown(given.get('kind'))}`);
  }
  const known = ['replica', 'kind', 'for'];
  const effect = EFFECTS[kind]((key, range) => {
    known.push(key);
    return readNumber(key, given.get(key) ?? range.otherwise, range);
  });
  for (const key of given.keys()) {
    if (!known.includes(key))
      throw new FaultError(`${kind} has no ${shown(key)}: it takes ${known.join(', ')}`);
  }
  return { replica: readReplica(given.get('replica'), replicas), forMs: readFor(given.get('for')), effect };
}

function readReplica(value: unknown, replicas: number): number | 'all' {
  if (value === 'all') return value;
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= replicas) return value;
  throw new FaultError(
    `"replica" must be a whole number from 1 to ${replicas}, or "all", not ${shown(value)}`,
  );
}

function readNumber(key: string, value: unknown, { min, max, whole = false }: Range): number {
  const fits =
    typeof value === 'number' && value >= min && value <= max && (!whole || Number.isInteger(value));
  if (fits) return value;
  throw new FaultError(
    `"${key}" must be a ${whole ? 'whole ' : ''}number from ${min} to ${max}, not ${shown(value)}`,
  );
}

const UNIT_MS = new Map([
  ['ms', 1],
  ['s', 1000],
  ['m', 60_000],
  ['h', 3_600_000],
]);

/** A day: Node's timers fire at once beyond 24.8 of them. */
const LONGEST_MS = 86_400_000;

function readFor(value: unknown): number | null {
  if (value === undefined) return null;
  const [, amount, unit] = typeof value === 'string' ? (/^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(value) ?? []) : [];
  const ms = typeof value === 'number' ? value : Number(amount) * (UNIT_MS.get(unit ?? '') ?? Number.NaN);
  if (ms > 0 && ms <= LONGEST_MS) return ms;
  throw new FaultError(
    `"for" must be a duration up to 24h such as "30s", or a number of ms, not ${shown(value)}`,
  );
}

/** The value as JSON, cut short: it comes back in an error message. */
function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
