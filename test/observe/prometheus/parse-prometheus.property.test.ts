import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parsePrometheus } from '../../../src/observe/prometheus/parse-prometheus.ts';
import { MetricsSyntaxError } from '../../../src/observe/prometheus/sample.ts';
import { anyPage, type WrittenSample, writePage } from './metrics-writer.ts';

/** Samples of one name stand together in their family; those of different names keep the order of their first ones. */
function grouped(samples: readonly WrittenSample[]): WrittenSample[] {
  const names = [...new Set(samples.map(({ name }) => name))];
  return names.flatMap((name) => samples.filter((sample) => sample.name === name));
}

function linesOf(text: string): number {
  return text.split('\n').length;
}

describe('a page of metrics', () => {
  test('is read back as it was written', () => {
    fc.assert(
      fc.property(anyPage, (page) => {
        const read = parsePrometheus(writePage(page)).flatMap(({ samples }) => samples);
        const plain = read.map((sample) => ({ ...sample, labels: [...sample.labels] }));
        const wanted = grouped(page.samples);
        const untimed = (samples: readonly WrittenSample[]): unknown =>
          samples.map(({ name, labels, value }) => ({ name, labels, value }));
        expect(untimed(plain)).toEqual(untimed(wanted));
        for (const [index, { timestampMs }] of plain.entries()) {
          const asked = wanted[index]?.timestampMs ?? null;
          if (asked === null) expect(timestampMs).toBeNull();
          else expect(timestampMs).toBeCloseTo(asked, 2);
        }
      }),
    );
  });

  test('whose samples nobody wants is checked all the same, and yields nothing', () => {
    fc.assert(
      fc.property(anyPage, (page) => {
        expect(parsePrometheus(writePage(page), () => false)).toEqual([]);
      }),
    );
  });

  const pieces = fc.constantFrom(
    'a',
    'a_total',
    '{',
    '}',
    '"',
    '\\',
    '=',
    ',',
    ' ',
    '#',
    '\n',
    '\r',
    '1',
    'NaN',
    'x="y"',
  );
  const soup = fc.array(
    fc.oneof(pieces, fc.constantFrom('# TYPE a counter\n', '# EOF\n', '# HELP a b\n', '1 2 3')),
  );
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    soup.map((parts) => parts.join('')),
  );

  test('that is none is refused with the line where it breaks, or read, and nothing else happens', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        try {
          expect(Array.isArray(parsePrometheus(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(MetricsSyntaxError);
          const { line, message } = error as MetricsSyntaxError;
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(linesOf(text));
          expect(message).toContain(`line ${line}: `);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('that breaks in one line is refused with that line', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), (before, after) => {
        const text = `${'a{b="c"} 1\n'.repeat(before)}a{b=c} 1\n${'a 2\n'.repeat(after)}`;
        expect(() => parsePrometheus(text)).toThrow(
          `line ${before + 1}: the value of label b is not in quotes`,
        );
      }),
    );
  });
});
