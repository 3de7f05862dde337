/** A bar on a log scale of rates: what has held, what has broken, and the gap between them that a search closes. */

/** The rates at the two ends of a bar, per second: 0 < low < high. */
export interface Span {
  readonly low: number;
  readonly high: number;
}

/** What is marked; null: not known. */
export interface Marks {
  readonly heldPerSecond: number | null;
  readonly brokePerSecond: number | null;
  readonly nowPerSecond: number | null;
}

/** A run of cells that mean the same. */
export interface BarPiece {
  readonly kind: 'held' | 'open' | 'broken' | 'now';
  readonly text: string;
}

const SIGNS = { held: '█', open: '·', broken: '▒', now: '◆' } as const;
const ASCII_SIGNS = { held: '#', open: '.', broken: 'x', now: '^' } as const;

/**
 * The pieces from left to right, `cells` characters in all. A cell belongs to what holds when all of it lies at or
 * below the highest held rate, to what broke when all of it lies at or above the lowest broken one. What broke has a
 * cell in any case, and so has the gap before it.
 */
export function bracketBar(
  marks: Marks,
  span: Span,
  { cells, unicode }: { readonly cells: number; readonly unicode: boolean },
): BarPiece[] {
  const signs = unicode ? SIGNS : ASCII_SIGNS;
  const place = (rate: number): number =>
    (Math.log(rate / span.low) / Math.log(span.high / span.low)) * cells;
  const within = (cell: number, [min, max]: readonly [number, number]): number =>
    Math.min(max, Math.max(min, cell));
  const { heldPerSecond, brokePerSecond, nowPerSecond } = marks;
  const broke =
    brokePerSecond === null ? cells : within(Math.ceil(place(brokePerSecond) - SLACK), [1, cells - 1]);
  const most = brokePerSecond === null ? cells : broke - 1;
  const held = heldPerSecond === null ? 0 : within(Math.floor(place(heldPerSecond) + SLACK), [0, most]);
  const now = nowPerSecond === null ? -1 : within(Math.round(place(nowPerSecond) - 0.5), [0, cells - 1]);
  const kinds = Array.from({ length: cells }, (_, cell): BarPiece['kind'] => {
    if (cell === now) return 'now';
    if (cell < held) return 'held';
    return cell >= broke ? 'broken' : 'open';
  });
  return joined(kinds, signs);
}

/** A rate that is an end of the span must fill its last cell, whatever a logarithm rounds to. */
const SLACK = 1e-9;

function joined(
  kinds: readonly BarPiece['kind'][],
  signs: Readonly<Record<BarPiece['kind'], string>>,
): BarPiece[] {
  const pieces: BarPiece[] = [];
  for (const kind of kinds) {
    const last = pieces.at(-1);
    if (last?.kind === kind) pieces[pieces.length - 1] = { kind, text: last.text + signs[kind] };
    else pieces.push({ kind, text: signs[kind] });
  }
  return pieces;
}
