/** One expected property of a text or a JSON value, compiled once: does it hold, and how is it put in words. */
import { UsageError } from '../../core/errors.ts';
import type { Match } from '../plan.ts';

export interface CompiledMatch {
  /** What is expected, as it follows "expected": `"ok"`, `/a+/`, `present`. */
  readonly words: string;
  /** True for a text; null stands for a header that is not there. */
  text(value: string | null): boolean;
  /** True for the values that a JSON path selected: not none of them, and each one. */
  json(values: readonly unknown[]): boolean;
}

const EXCERPT_LENGTH = 60;

/** Cuts without leaving half a surrogate pair. */
export function cut(text: string, length: number): string {
  if (text.length <= length) {
    return text;
  }
  return `${text.slice(0, length - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

/** Whatever a server sent, on one line and short; control characters are escaped. */
export function excerpt(value: unknown): string {
  if (typeof value === 'string') {
    return JSON.stringify(cut(value, EXCERPT_LENGTH));
  }
  if (Array.isArray(value)) {
    return `an array of ${value.length}`;
  }
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Numbers that a double cannot tell from their neighbours: equality with them would mean nothing. */
export function isInexact(value: unknown): boolean {
  return typeof value === 'number' && !(Math.abs(value) <= Number.MAX_SAFE_INTEGER);
}

function textOf(value: unknown): string | null {
  if (typeof value === 'string') {
    return value;
  }
  const hasText = typeof value === 'boolean' || (typeof value === 'number' && !isInexact(value));
  return hasText ? String(value) : null;
}

function each(test: (value: unknown) => boolean): (values: readonly unknown[]) => boolean {
  return (values) => values.length > 0 && values.every(test);
}

function contains(text: string): CompiledMatch {
  return {
    words: `text with ${excerpt(text)}`,
    text: (value) => value?.includes(text) === true,
    json: each((value) =>
      Array.isArray(value)
        ? value.some((element) => textOf(element) === text)
        : textOf(value)?.includes(text) === true,
    ),
  };
}

/** `g` and `y` make an expression remember where it stopped: the next response would be judged differently. */
function compileExpression(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags.replaceAll(/[gy]/g, ''));
  } catch (error) {
    throw new UsageError(`the expression /${cut(source, 100)}/${flags} is not valid`, {
      hint: 'it must be a JavaScript regular expression',
      cause: error,
    });
  }
}

function matches(source: string, flags: string): CompiledMatch {
  const expression = compileExpression(source, flags);
  const test = (text: string | null): boolean => text !== null && expression.test(text);
  return {
    words: `text like ${cut(String(expression), EXCERPT_LENGTH)}`,
    text: test,
    json: each((value) => test(textOf(value))),
  };
}

/** @throws UsageError when a regular expression is not valid */
export function compileMatch(match: Match): CompiledMatch {
  switch (match.kind) {
    case 'present':
      return { words: 'present', text: (value) => value !== null, json: (values) => values.length > 0 };
    case 'absent':
      return { words: 'absent', text: (value) => value === null, json: (values) => values.length === 0 };
    case 'equals':
      return {
        words: excerpt(match.value),
        text: (value) => value === String(match.value),
        json: each((value) => value === match.value && !isInexact(value)),
      };
    case 'contains':
      return contains(match.text);
    case 'matches':
      return matches(match.source, match.flags);
  }
}
