/** The flags of a comparison, as numbers, and which of its two forms they ask for. */

import { blocksFrom, effectsFrom } from '../../app/compare/bounds.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { parseDuration, parseRatio } from '../../core/units.ts';
import { readValue, spelledFlag } from '../options.ts';
import type { Session } from '../session.ts';

/** What is compared. */
export type ComparisonAsked =
  | { readonly kind: 'stored'; readonly baseline: string; readonly candidate: string }
  | { readonly kind: 'live'; readonly baseline: string; readonly candidate: string };

/** Flags of `compare`, within their bounds; null where nothing was said. */
export interface ComparisonFlags {
  readonly blockMs: number | null;
  readonly maxBlocks: number | null;
  readonly maxDurationMs: number | null;
  /** Ratios. */
  readonly minimumEffects: ReturnType<typeof effectsFrom>;
}

const FORMS =
  'headroom compare --baseline URL --candidate URL measures both; headroom compare OLD.json NEW.json compares two runs';

/** Flags that would change nothing where nothing is sent. */
const LIVE_ALONE = [
  'block',
  'blocks',
  'maxDuration',
  'rate',
  'plan',
  'start',
  'waitReady',
  'readyUrl',
  'objective',
  'observe',
  'emit',
  'header',
  'timeout',
  'connections',
];

/** @throws UsageError for one side without the other, for files and URLs together, and for files with flags of a live one */
export function comparisonAsked({ flags, operands }: Pick<Session, 'flags' | 'operands'>): ComparisonAsked {
  const [first, second] = operands;
  const [baseline, candidate] = [flags.text('baseline'), flags.text('candidate')];
  const named = [baseline, candidate].filter((side) => side !== undefined);
  if (operands.length > 0 && named.length > 0) {
    throw new UsageError('files are compared, or URLs measured, not both', { hint: FORMS });
  }
  if (baseline !== undefined && candidate !== undefined) {
    return { kind: 'live', baseline: urlOf('baseline', baseline), candidate: urlOf('candidate', candidate) };
  }
  if (named.length === 1) {
    const missing = baseline === undefined ? '--baseline' : '--candidate';
    throw new UsageError(`${missing} is missing: a comparison needs two sides`, { hint: FORMS });
  }
  if (first === undefined) throw new UsageError('there is nothing to compare', { hint: FORMS });
  const url = operands.find((operand) => /^https?:\/\//i.test(operand));
  if (url !== undefined) {
    throw new UsageError('URLs are named with --baseline and --candidate', { hint: FORMS });
  }
  if (second === undefined) {
    throw new UsageError(`there is nothing to compare ${safeText(first)} with`, { hint: FORMS });
  }
  const idle = LIVE_ALONE.find((name) => flags.text(name) !== undefined || flags.list(name).length > 0);
  if (idle !== undefined) {
    throw new UsageError(`${spelledFlag(idle)} is about traffic, and result files are compared without any`, {
      hint: FORMS,
    });
  }
  return { kind: 'stored', baseline: first, candidate: second };
}

function urlOf(name: string, text: string): string {
  if (/^[a-z][a-z\d+.-]*:\/\//i.test(text) || text.startsWith('${')) return text;
  throw new UsageError(`--${name} must be a URL with a scheme`, {
    hint: 'write it as http://localhost:8080/; result files are named without a flag',
  });
}

/** @throws UsageError for a value that is none, or out of range */
export function comparisonFlags({ flags }: Pick<Session, 'flags'>): ComparisonFlags {
  return {
    blockMs: flags.positive('block', parseDuration),
    maxBlocks: blocksOf(flags.text('blocks')),
    maxDurationMs: flags.positive('maxDuration', parseDuration),
    minimumEffects: effectsFrom(Object.fromEntries(flags.list('minEffect').map(effectOf))),
  };
}

function blocksOf(text: string | undefined): number | null {
  return text === undefined ? null : blocksFrom(/^\d{1,4}$/.test(text) ? Number(text) : NaN);
}

function effectOf(text: string): readonly [string, number] {
  const [, name, value] = /^\s*(p50|p99|errors)\s*=\s*(.+)$/.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new UsageError(`--min-effect does not know "${safeText(text)}"`, {
      hint: 'write p50=5%, p99=10% or errors=0.5%',
    });
  }
  return [name, readValue('--min-effect', value.trim(), parseRatio)];
}
