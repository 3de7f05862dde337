import { describe, expect, test } from 'vitest';
import { parsePrometheus } from '../../../src/observe/prometheus/parse-prometheus.ts';

describe('families', () => {
  test('gather their samples, with type, help and unit', () => {
    const text = [
      '# HELP http_seconds How long, "quoted" and \\\\ and\\nthe next line',
      '# TYPE http_seconds histogram',
      '# UNIT http_seconds seconds',
      'http_seconds_bucket{le="0.1"} 1 # {trace_id="abc"} 0.05 1700000000.5',
      'http_seconds_bucket{le="+Inf"} 2',
      'http_seconds_sum 1.5',
      'http_seconds_count 2',
      '# TYPE requests counter',
      'requests_total{code="200"} 7 1700000000.25',
      'requests_created 1.6e9',
      '# EOF',
    ].join('\n');
    const [histogram, counter] = parsePrometheus(text);
    expect(histogram).toMatchObject({ name: 'http_seconds', type: 'histogram', unit: 'seconds' });
    expect(histogram?.help).toBe('How long, "quoted" and \\ and\nthe next line');
    expect(histogram?.samples.map(({ name }) => name.replace('http_seconds', ''))).toEqual([
      '_bucket',
      '_bucket',
      '_sum',
      '_count',
    ]);
    expect(counter).toMatchObject({ name: 'requests', type: 'counter' });
    expect(counter?.samples[0]).toEqual({
      name: 'requests_total',
      labels: new Map([['code', '200']]),
      value: 7,
      timestampMs: 1_700_000_000_250,
    });
  });

  test('of the old format keep their whole name, their times are ms, and a summary has quantiles', () => {
    const text =
      '# TYPE a_total counter\na_total 3 1700000000250\n# TYPE s summary\ns{quantile="0.5"} 1\ns_sum 2\ns_count 3\nlone 4\n';
    const families = parsePrometheus(text);
    expect(families.map(({ name, type, samples }) => [name, type, samples.length])).toEqual([
      ['a_total', 'counter', 1],
      ['s', 'summary', 3],
      ['lone', 'untyped', 1],
    ]);
    expect(families[0]?.samples[0]?.timestampMs).toBe(1_700_000_000_250);
  });

  test('may have names and labels in quotes', () => {
    const text = '# TYPE "my.metric" gauge\n{"my.metric","label.name"="x",b="y"} 1\n';
    expect(parsePrometheus(text)).toMatchObject([
      {
        name: 'my.metric',
        type: 'gauge',
        samples: [
          {
            labels: new Map([
              ['label.name', 'x'],
              ['b', 'y'],
            ]),
          },
        ],
      },
    ]);
    expect(parsePrometheus(text, (name) => name === 'other')).toEqual([]);
  });
});

describe('numbers', () => {
  test.each([
    ['1', 1],
    ['-.5e-3', -0.0005],
    ['+Inf', Infinity],
    ['-inf', -Infinity],
    ['infinity', Infinity],
    ['NaN', NaN],
    ['0x1p-2', 0.25],
    ['0x1.8p1', 3],
    ['9007199254740993', 9_007_199_254_740_992],
  ])('%s', (written, value) => {
    expect(parsePrometheus(`a ${written}\n`)[0]?.samples[0]?.value).toBe(value);
  });

  test.each(['', '1_000', '0x', '1e', 'one', '1,5', '--1', '0b1'])('"%s" is none', (written) => {
    expect(() => parsePrometheus(`a ${written}\n`)).toThrow(/^line 1: /);
  });
});

describe('what breaks the grammar is told with its line', () => {
  test.each([
    ['a 1\na{b="c} 1\n', 'line 2: a quote is not closed'],
    ['a{b="c" 1\n', 'line 1: the labels do not end with }'],
    ['a{b} 1\n', 'line 1: label b has no value'],
    ['a{b="1",b="2"} 1\n', 'line 1: label b stands twice'],
    ['a{="1"} 1\n', 'line 1: a label name is missing'],
    ['a\n', 'line 1: a value is missing'],
    ['a 1 2 3\n', 'line 1: something follows the sample'],
    ['a 1 # {b="c"} 1\n', 'line 1: something follows the sample'],
    ['a 1 # {b="c"} 1 2 3\n# EOF\n', 'line 1: something follows the exemplar'],
    ['a 1 NaN\n', 'line 1: a timestamp is not finite'],
    ['{} 1\n', 'line 1: a metric name is missing'],
    ['<html>\n', 'line 1: a metric name is missing'],
    ['# TYPE a number\n', 'line 1: "number" is no type of a metric'],
    ['# TYPE a gauge\n# TYPE a gauge\n', 'line 2: a second # TYPE of a'],
    ['a 1\n# TYPE a gauge\n', 'line 2: # TYPE of a comes after its samples'],
    ['# HELP a b\n# HELP a c\n', 'line 2: a second # HELP of a'],
    ['# TYPE\n', 'line 1: # TYPE names no metric'],
    ['# EOF\na 1\n# EOF\n', 'line 2: something follows # EOF'],
  ])('%j', (text, message) => {
    expect(() => parsePrometheus(text)).toThrow(message);
  });

  test('comments, empty lines and blanks are none', () => {
    const text = '\n  # anything\n#TYPElike\n\t a { b = "c" , } 1\t2 \n# EOF here\n';
    expect(parsePrometheus(text)).toMatchObject([{ samples: [{ value: 1, timestampMs: 2 }] }]);
    expect(parsePrometheus('')).toEqual([]);
  });
});

describe('a large page', () => {
  const line = (index: number): string =>
    `http_requests_total{code="200",handler="/api/v1/items/${index}",instance="a\\"b"} ${index * 1.5}\n`;
  const count = 55_000;
  const text = Buffer.from(
    `# TYPE http_requests_total counter\n${Array.from({ length: count }, (_, index) => line(index)).join('')}process_cpu_seconds_total 12.5\n`,
  ).toString();

  test('of 5 MB is read in well under a second, and keeps no more than what was wanted', () => {
    expect(text.length).toBeGreaterThan(4.5e6);
    const started = performance.now();
    const families = parsePrometheus(text, (name) => name === 'process_cpu_seconds_total');
    // Some 0.12 s; the bound leaves room for a machine that does something else as well.
    expect(performance.now() - started).toBeLessThan(1500);
    expect(families).toHaveLength(1);
    expect(families[0]?.samples[0]?.value).toBe(12.5);
  });

  test('loses no sample when all are wanted', () => {
    const [family] = parsePrometheus(text);
    expect(family?.samples).toHaveLength(count);
    expect(family?.samples.at(-1)?.value).toBe((count - 1) * 1.5);
  });
});
