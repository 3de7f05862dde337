import { describe, expect, test } from 'vitest';
import { chart } from '../../../src/report/chart/frame.ts';
import { hatchDefinitions, hatchFill, MOST_LAYERS } from '../../../src/report/chart/hatch.ts';
import { band, boxesPath, line, shape } from '../../../src/report/chart/marks.ts';
import { element, link, shown } from '../../../src/report/chart/markup.ts';
import { linearScale } from '../../../src/report/chart/scale.ts';

const LOOK = { tone: 'blue', mark: 'm' } as const;
const pathOf = (svg: string): string => / d="([^"]*)"/.exec(svg)?.[1] ?? '';

describe('markup', () => {
  test.each([
    ['text of a server', shown('<b a="1">&'), '&lt;b a=&quot;1&quot;&gt;&amp;'],
    ['controls and what hides', shown('a\u202eb\u001b\u2028'), 'a\\u202eb\\x1b\\u2028'],
    [
      'an attribute',
      element('p', { title: '"><x', hidden: null, width: 1.26 }, 'y'),
      '<p title="&quot;&gt;&lt;x" width="1.3">y</p>',
    ],
    ['a number that is none', element('p', { width: Number.NaN }), '<p width="0"></p>'],
    ['an element without an end', element('br', {}), '<br>'],
    [
      'a link',
      link('https://h/a?b=1&c=2', 'x'),
      '<a href="https://h/a?b=1&amp;c=2" rel="noopener noreferrer">x</a>',
    ],
    ['a script as a link', link('javascript:alert(1)', 'x'), 'x'],
    ['a data URL as a link', link('data:text/html,x', 'x'), 'x'],
    ['a link that ends its attribute', link('http://h/"onclick="x', 'x'), 'x'],
  ])('is made safe: %s', (_, markup, expected) => {
    expect(markup).toBe(expected);
  });
});

describe('a line', () => {
  test('is interrupted where a value is not known', () => {
    const points = [{ x: 0, y: 1 }, { x: 1, y: 2 }, null, { x: 3, y: 4 }, { x: 4, y: 5 }];
    expect(pathOf(line(points, LOOK))).toBe('M0 1L1 2M3 4L4 5');
  });

  test('shows a value that stands alone as a dot', () => {
    expect(pathOf(line([null, { x: 3, y: 4 }, null], LOOK))).toBe('M3 4h0.1');
  });

  test('has no value that is not one', () => {
    expect(pathOf(line([], LOOK))).toBe('M0 0');
    expect(pathOf(line([{ x: Number.NaN, y: 2 }], LOOK))).toBe('M0 2h0.1');
  });
});

describe('marks', () => {
  test('a band goes out above and back below', () => {
    const upper = [
      { x: 0, y: 1 },
      { x: 9, y: 2 },
    ];
    const lower = [
      { x: 0, y: 5 },
      { x: 9, y: 6 },
    ];
    expect(pathOf(band(upper, lower, LOOK))).toBe('M0 1L9 2L9 6L0 5Z');
  });

  test('boxes are closed rectangles', () => {
    expect(boxesPath([{ x: 1, y: 2, width: 3, height: 4 }])).toBe('M1 2h3v4h-3z');
  });

  test('shapes differ in more than their colour', () => {
    const shapes = (['circle', 'diamond', 'cross', 'square'] as const).map((kind) =>
      shape(kind, { x: 9, y: 9 }, LOOK),
    );
    expect(new Set(shapes.map((svg) => svg.replaceAll(/ (?:class|fill|stroke)="[^"]*"/g, ''))).size).toBe(4);
  });

  test('layers differ in more than their colour, and are filled by a pattern of their own', () => {
    const patterns = hatchDefinitions('c', MOST_LAYERS).match(/<pattern.*?<\/pattern>/g) ?? [];
    expect(patterns).toHaveLength(MOST_LAYERS);
    expect(new Set(patterns.map((pattern) => / d="([^"]*)"/.exec(pattern)?.[1] ?? '')).size).toBe(
      MOST_LAYERS,
    );
    patterns.forEach((pattern, index) => {
      expect(pattern).toContain(`id="c-h${index}"`);
      expect(hatchFill('c', index)).toEqual({ fill: `url(#c-h${index})` });
    });
  });
});

describe('a chart', () => {
  const svg = chart({
    id: 'x',
    title: 'Title <1>',
    finding: 'It is 5.',
    x: { scale: linearScale(0, 10), name: 'across', format: String },
    y: { scale: linearScale(0, 100), name: 'up', format: String },
    legend: [{ text: 'series', swatch: () => '' }],
    marks: (plot) => [
      line(
        [
          { x: plot.x(0), y: plot.y(0) },
          { x: plot.x(10), y: plot.y(100) },
        ],
        LOOK,
      ),
    ],
  });

  test('says what it shows to those who do not see it', () => {
    expect(svg).toContain('role="img" aria-labelledby="x-t x-d"');
    expect(svg).toContain('<title id="x-t">Title &lt;1&gt;</title><desc id="x-d">It is 5.</desc>');
  });

  test('names its axes and its series, and puts the largest value at the top right', () => {
    for (const text of ['across', 'up', 'series', '100', '10']) expect(svg).toContain(`>${text}</text>`);
    expect(pathOf(svg)).toMatch(/^M\d+ 230L464 30$/);
  });

  test('is painted by presentation attributes, without a style sheet', () => {
    expect(svg).not.toContain('style=');
    for (const [tag] of svg.matchAll(/<(?:line|path|text|rect|circle)\b[^>]*>/g))
      expect(tag).toMatch(/ fill="/);
  });
});
