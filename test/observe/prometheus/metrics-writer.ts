/** A writer of pages of metrics for tests, of its own: it shares nothing with the reader. */

import fc from 'fast-check';

export interface WrittenSample {
  readonly name: string;
  readonly labels: readonly (readonly [string, string])[];
  readonly value: number;
  readonly timestampMs: number | null;
}

export interface Page {
  readonly samples: readonly WrittenSample[];
  readonly isOpenMetrics: boolean;
  readonly hasCarriageReturns: boolean;
  readonly hasExemplars: boolean;
}

function letters(first: string, others: string): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...first), fc.string({ unit: fc.constantFrom(...others), maxLength: 12 }))
    .map(([head, tail]) => head + tail);
}

const name = letters('abzAZ_:', 'abyzABYZ019_:');
const label = letters('abzAZ_', 'abyzABYZ019_');
const value = fc.oneof(
  fc.double(),
  fc.integer().map(Number),
  fc.constantFrom(0, -0, NaN, Infinity, -Infinity, 5e-324, 1.7976931348623157e308),
);
/** Whatever stands in quotes: also what ends lines, quotes and comments. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom('\\', '"', '\n', '{', '}', '=', ',', '#', ' ') }),
);

const sample: fc.Arbitrary<WrittenSample> = fc.record({
  name,
  labels: fc.uniqueArray(fc.tuple(label, text), { selector: ([key]) => key, maxLength: 4 }),
  value,
  timestampMs: fc.option(fc.integer({ min: -1e12, max: 4e12 })),
});

export const anyPage: fc.Arbitrary<Page> = fc.record({
  samples: fc.array(sample, { maxLength: 12 }),
  isOpenMetrics: fc.boolean(),
  hasCarriageReturns: fc.boolean(),
  hasExemplars: fc.boolean(),
});

export function writePage({ samples, isOpenMetrics, hasCarriageReturns, hasExemplars }: Page): string {
  const lines = samples.map(({ name: metric, labels, value: number, timestampMs }) => {
    const pairs = labels.map(([key, said]) => `${key}="${escaped(said)}"`).join(',');
    const braces = pairs === '' ? '' : `{${pairs}}`;
    const seconds = timestampMs === null ? '' : ` ${isOpenMetrics ? timestampMs / 1000 : timestampMs}`;
    const exemplar = isOpenMetrics && hasExemplars ? ' # {trace_id="a\\"# b"} 0.5 1.5' : '';
    return `${metric}${braces} ${written(number)}${seconds}${exemplar}`;
  });
  const all = [
    '# a comment',
    '# HELP other_metric with \\\\ and \\n',
    ...lines,
    ...(isOpenMetrics ? ['# EOF'] : []),
  ];
  return all.map((line) => line + (hasCarriageReturns ? '\r\n' : '\n')).join('');
}

function escaped(said: string): string {
  return said.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

function written(number: number): string {
  if (Number.isNaN(number)) return 'NaN';
  return Number.isFinite(number)
    ? Object.is(number, -0)
      ? '-0'
      : String(number)
    : number > 0
      ? '+Inf'
      : '-Inf';
}
