/** Pieces of the text of an objective, and what is wrong with them and where. */

import { UnitError } from '../../core/units.ts';

/** An objective that cannot be read: `column` (from 1) says where, for a caret. */
export class ObjectiveError extends Error {
  override readonly name = 'ObjectiveError' as const;
  readonly column: number;
  readonly hint: string;

  constructor(message: string, options: { readonly column: number; readonly hint: string }) {
    super(message);
    this.column = options.column;
    this.hint = options.hint;
  }
}

/** A piece of the text and the offset at which it starts. */
export interface Piece {
  readonly text: string;
  readonly start: number;
}

const GRAMMAR = 'write it as "p99 < 250ms", "errors < 0.1%" or "name: p95 < 100ms"';

/** Refuses a piece, or what stands at an offset. @throws ObjectiveError always */
export function fail(at: Piece | number, message: string, hint: string = GRAMMAR): never {
  throw new ObjectiveError(message, { column: (typeof at === 'number' ? at : at.start) + 1, hint });
}

/** The text without blanks around it. @param start offset of the text */
export function piece(text: string, start: number): Piece {
  const trimmed = text.trimStart();
  return { text: trimmed.trimEnd(), start: start + text.length - trimmed.length };
}

/** Runs a unit parser and turns its error into one about this piece of the objective. @throws ObjectiveError */
export function quantity(at: Piece, parse: (text: string) => number): number {
  try {
    return parse(at.text);
  } catch (error) {
    if (error instanceof UnitError) return fail(at.start + error.index, error.message, error.hint);
    throw error;
  }
}
