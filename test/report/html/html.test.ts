import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderHtml } from '../../../src/report/html/html.ts';
import { decodeStored } from '../../../src/result/reading/embedded.ts';
import { longRun } from '../../support/long-run.ts';
import { canaryResult, firingResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { closedLoopResult, inconclusiveResult, passResult, tooFewResult } from '../results.ts';
import { capacityResult, noResult, openResult, yesResult } from '../searches.ts';
import { baselineResult, comparedResult } from './compared.ts';
import { HOSTILE, plant } from './planting.ts';

const DOCUMENTS = [
  ['a failed run', sampleResult()],
  ['a passed run', passResult()],
  ['an inconclusive run', inconclusiveResult()],
  ['a closed loop', closedLoopResult()],
  ['a run of few requests', tooFewResult()],
  ['a capacity search', capacityResult()],
  ['a launch that can be taken', yesResult()],
  ['a launch that cannot', noResult()],
  ['a launch that is not decided', openResult()],
  ['a comparison', comparedResult()],
  ['a run with a baseline', baselineResult()],
  ['a canary that is well', canaryResult()],
  ['a canary that fires', firingResult()],
  ['a run with servers and traces', observedResult()],
] as const;

/** Every element that the report is made of. */
const VOCABULARY = new Set(
  (
    'html head meta title style body main section div h1 h2 h3 p b small font code span br a pre figure details summary ' +
    'table thead tbody tr th td footer script svg desc defs pattern rect line path circle text'
  ).split(' '),
);

/** What a terminal or a reader obeys. */
const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

function tagsOf(page: string): string[] {
  return [...page.matchAll(/<([a-z!][^\s>]*)/gi)].map(([, name = '']) => name.toLowerCase());
}

describe('a page', () => {
  test.each(DOCUMENTS)('of %s is written the same again after it was read back', (_, result) => {
    const page = renderHtml(result);
    expect(renderHtml(decodeStored(page, 'page.html'))).toBe(page);
  });

  test.each(DOCUMENTS)('of %s shows no value that is not one', (_, result) => {
    const visible = renderHtml(result).replace(/<script[\s\S]*<\/script>/, '');
    expect(visible).not.toMatch(/NaN|Infinity|undefined|\[object|>null</);
  });

  test.each(DOCUMENTS)('of %s has ids that are unique, and every reference leads somewhere', (_, result) => {
    const page = renderHtml(result);
    const ids = [...page.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const references = [...page.matchAll(/aria-labelledby="([^"]*)"|url\(#([^)]*)\)/g)].flatMap(
      ([, labels, url]) => (labels ?? url ?? '').split(' '),
    );
    expect(ids).toEqual(expect.arrayContaining(references));
  });

  test('says the verdict first, and in the order of importance what it rests on', () => {
    const page = renderHtml(sampleResult());
    const places = [
      '<h1>',
      'id="objectives"',
      'id="latency"',
      'id="traffic"',
      'id="errors"',
      'id="targets"',
      'id="generator"',
      'id="repeat"',
      'id="headroom-result"',
    ];
    const found = places.map((place) => page.indexOf(place));
    expect(found).not.toContain(-1);
    expect(found).toEqual([...found].sort((a, b) => a - b));
  });

  test.each([
    ['the verdict of a run', sampleResult(), 'FAIL'],
    ['the answer to a launch', noResult(), 'NO'],
    ['the capacity in words', capacityResult(), 'Between 317/s (held) and 345/s'],
    ['what a comparison found', comparedResult(), 'P99 is 30% slower'],
    ['the baseline', baselineResult(), 'the last 3 passing runs'],
  ])('tells %s', (_, result, text) => {
    expect(renderHtml(result).toLowerCase()).toContain(text.toLowerCase());
  });

  test.each([
    [317, 345, 'CAPACITY 317/s to 345/s'],
    [317, null, 'CAPACITY at least 317/s'],
    [null, 345, 'CAPACITY below 345/s'],
    [null, null, 'CAPACITY not known'],
  ])('has the bracket of %j and %j in its headline and its title', (heldPerSecond, brokePerSecond, word) => {
    const search = capacityResult();
    if (search.capacity === undefined) throw new Error('the sample has a search');
    const page = renderHtml({ ...search, capacity: { ...search.capacity, heldPerSecond, brokePerSecond } });
    expect(page).toMatch(new RegExp(`<h1>.*${word}<.*</h1>`));
    expect(page).toContain(`<title>${word} · `);
    expect(page).toContain('at 317/s, the rate that decided');
  });

  test('says above the verdict where the traffic went', () => {
    const page = renderHtml(sampleResult());
    expect(page.slice(0, page.indexOf('<h1>'))).toContain('2 targets at http://127.0.0.1:8080');
  });

  test('tells in words why there is no curve, and of one target and one address no table', () => {
    const run = tooFewResult();
    const response = { ...run.totals.response, count: 0 };
    const page = renderHtml({
      ...run,
      targets: run.targets.slice(0, 1),
      addresses: run.addresses.slice(0, 1),
      totals: { ...run.totals, response },
      histograms: {},
    });
    expect(page).toMatch(/None of \d+ requests? succeeded, so there is no response time to draw\./);
    expect(page).not.toMatch(/id="(targets|addresses)"/);
    expect(page).toContain('One address was used: ');
  });

  test('says a reason once where it is all that was seen', () => {
    const run = sampleResult();
    const text = 'there is no baseline yet';
    const objectives = run.objectives.slice(0, 1).map((objective) => ({
      ...objective,
      because: text,
      reason: { code: 'NO_BASELINE', text },
    }));
    const page = renderHtml({ ...run, objectives });
    const section = page.slice(page.indexOf('id="objectives"'), page.indexOf('id="latency"'));
    expect(section.toLowerCase().split(text)).toHaveLength(2);
  });

  test('keeps a command line and a row of numbers in shape where no style is allowed, or little room is', () => {
    const page = renderHtml(sampleResult());
    expect(page).toMatch(/<p class="command"><code>headroom /);
    const targets = page.slice(page.indexOf('id="targets"'), page.indexOf('id="generator"'));
    expect(targets).toContain('class="data"');
    expect(targets).not.toContain('class="data stack"');
  });

  test('draws all pictures that the document has data for', () => {
    const figuresOf = (page: string): string[] =>
      [...page.matchAll(/<figure class="card" id="figure-([a-z-]+\d*)"/g)].map(([, id]) => id ?? '');
    expect(figuresOf(renderHtml(sampleResult()))).toEqual([
      'percentiles',
      'heat-map',
      'rates',
      'causes',
      'statuses',
      'lag',
    ]);
    expect(figuresOf(renderHtml(capacityResult()))).toEqual(
      expect.arrayContaining(['rate-latency', 'rate-errors', 'scalability']),
    );
    expect(figuresOf(renderHtml(comparedResult()))).toEqual(
      expect.arrayContaining(['effects', 'blocks-p50', 'blocks-p99']),
    );
  });

  test('says once why it was stopped, and that nothing succeeded where nothing did', () => {
    const run = tooFewResult();
    const stop = 'SIGINT was received';
    const text = `the run was stopped before its end: ${stop}`;
    const none = { ...run.totals.response, count: 0 };
    const page = renderHtml({
      ...run,
      stopped: { by: 'signal', text: stop },
      verdict: { status: 'inconclusive', reasons: [{ code: 'INTERRUPTED', text }] },
      totals: { ...run.totals, response: none },
    });
    const top = page.slice(page.indexOf('<h1'), page.indexOf('<section'));
    expect(top.split(stop)).toHaveLength(2);
    expect(top).toContain('<small>no success</small>');
    expect(top).not.toContain('<small>n too small');
  });

  test('gives each picture a title, a description with numbers, and a table', () => {
    const page = renderHtml(sampleResult());
    const pictures = page.split('<svg').slice(1);
    expect(pictures.length).toBeGreaterThan(5);
    for (const picture of pictures) {
      expect(picture).toMatch(
        /^[^>]*role="img"[^>]*aria-labelledby="[^"]+ [^"]+"[^>]*><title id="[^"]+">[^<]+<\/title><desc id="[^"]+">[^<]*\d[^<]*<\/desc>/,
      );
      expect(picture.split('</svg>')[1]).toMatch(/^<details><summary>The numbers<\/summary>.*<tbody><tr>/);
    }
  });

  test('holds no script but inert data, no handler, and no request', () => {
    const page = renderHtml(sampleResult());
    expect(page.match(/<script[^>]*>/g)).toEqual(['<script type="application/json" id="headroom-result">']);
    expect(page).toContain("default-src 'none'; style-src 'unsafe-inline'; img-src data:");
    expect(page).not.toMatch(/<[^>]*\s(?:on\w+|src|style|srcset|xlink:href)=/);
    expect(page.replace(/<script[\s\S]*/, '')).not.toMatch(/@import|url\((?!#)/);
  });

  test('of ten minutes and four targets is smaller than 1.5 MB', () => {
    const result = longRun();
    expect(result.series).toHaveLength(1200);
    expect(Buffer.byteLength(renderHtml(result))).toBeLessThan(1_500_000);
  });
});

describe('hostile text', () => {
  const texts = fc.array(
    fc.oneof(fc.constantFrom(...HOSTILE), fc.string({ unit: 'binary', maxLength: 30 })),
    { minLength: 1, maxLength: 20 },
  );

  test('adds no element and no attribute, and comes back from the page as it was', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DOCUMENTS), texts, ([, document], planted) => {
        const result = plant(document, planted);
        const page = renderHtml(result);
        expect(tagsOf(page).filter((name) => name !== '!doctype' && !VOCABULARY.has(name))).toEqual([]);
        expect(page).not.toMatch(/<[^>]*\son\w+=/);
        expect(page).not.toMatch(/href="(?!https?:\/\/)/);
        expect(page.match(/<script/g)).toHaveLength(1);
        expect(page.match(/<\/script/g)).toHaveLength(1);
        expect(page).not.toMatch(OBEYED);
        const json = page.slice(page.indexOf('id="headroom-result">') + 21, page.indexOf('</script'));
        expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(result)));
      }),
      { numRuns: 60 },
    );
  });
});
