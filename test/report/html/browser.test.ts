/** The report in a real browser: what it shows, what it asks for, and how it looks in each place where it is read. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { renderHtml } from '../../../src/report/html/html.ts';
import { decodeLatency } from '../../../src/result/series.ts';
import { useChromium } from '../../support/chromium.ts';
import { useClosing } from '../../support/closing.ts';
import { requires } from '../../support/requires.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { capacityResult, noResult, yesResult } from '../searches.ts';
import { baselineResult, comparedResult } from './compared.ts';
import { HOSTILE, plant } from './planting.ts';

/** What Jenkins says of archived pages, and what a stricter server might. */
const SANDBOX = "sandbox; default-src 'none'";
const STYLE_BLOCKED = /^(Applying inline style violates|Refused to apply inline style)/;

const DOCUMENTS = [
  ['a run', sampleResult()],
  ['a run with a baseline', baselineResult()],
  ['a capacity search', capacityResult()],
  ['a launch', noResult()],
  ['a comparison', comparedResult()],
  ['a run with servers and traces', observedResult()],
] as const;

const marksOf = (page: Page, mark: string, scope = 'svg'): Promise<number> =>
  page.evaluate<number>(`document.querySelectorAll('${scope} [data-mark="${mark}"]').length`);

/** Font sizes of all texts in charts as they are on the screen, smallest first. */
const CHART_TEXTS = `[...document.querySelectorAll('svg text')].map((text) => {
  const svg = text.ownerSVGElement;
  return parseFloat(getComputedStyle(text).fontSize) * svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
}).sort((a, b) => a - b)`;

/** Contrast by WCAG 2.2 of each text against what lies under it, lowest first. */
const CONTRASTS = `(() => {
  const numbers = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number);
  const luminance = ([r, g, b]) => {
    const of = (c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * of(r) + 0.7152 * of(g) + 0.0722 * of(b);
  };
  const ground = (element) => {
    const svg = element.ownerSVGElement;
    if (svg) return numbers(getComputedStyle(svg.querySelector('rect')).fill);
    for (let at = element; at; at = at.parentElement) {
      const color = numbers(getComputedStyle(at).backgroundColor);
      if (color.length === 3) return color;
    }
    return [255, 255, 255];
  };
  const elements = [...document.querySelectorAll('main *')].filter((element) =>
    !['TITLE', 'DESC'].includes(element.nodeName.toUpperCase()) && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''));
  return elements.map((element) => {
    const style = getComputedStyle(element);
    const pair = [luminance(numbers(element.ownerSVGElement ? style.fill : style.color)), luminance(ground(element))].sort((a, b) => b - a);
    return { ratio: (pair[0] + 0.05) / (pair[1] + 0.05), text: element.textContent.slice(0, 40) };
  }).sort((a, b) => a.ratio - b.ratio);
})()`;

requires('chromium').describe('the report in Chromium', () => {
  const visit = useChromium();
  const closing = useClosing();

  /** Serves the page as a web server does, and opens it. */
  async function open(
    page: string,
    { policy, ...options }: BrowserContextOptions & { policy?: string } = {},
  ) {
    const server = createServer((request, response) => {
      const headers = {
        'content-type': 'text/html; charset=utf-8',
        ...(policy === undefined ? {} : { 'content-security-policy': policy }),
      };
      response.writeHead(request.url === '/report.html' ? 200 : 204, headers).end(page);
    });
    closing({
      close: () =>
        new Promise<void>((done) => {
          server.close(() => done());
          server.closeAllConnections();
        }),
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/report.html`;
    const visited = await visit(url, options);
    closing({ close: () => visited.page.close() });
    return { ...visited, url };
  }

  test('has a mark for everything that was measured', async () => {
    const run = sampleResult();
    const { page } = await open(renderHtml(run));
    const cells = await page.evaluate<number>(
      `[...document.querySelectorAll('[data-mark=heat]')].reduce((sum, path) => sum + path.getAttribute('d').split('M').length - 1, 0)`,
    );
    const buckets = run.series.flatMap(({ latency }) => decodeLatency(latency));
    expect(cells).toBeGreaterThan(run.series.length);
    expect(cells).toBeLessThanOrEqual(buckets.length);
    expect(await marksOf(page, 'failures', '#figure-causes')).toBe(
      Object.keys(run.totals.byCause).length + 1,
    );
    expect(await marksOf(page, 'failures', '#figure-statuses')).toBe(2);
    for (const mark of ['successes', 'all-attempts', 'interval', 'offered', 'answered', 'in-flight', 'lag'])
      expect(await marksOf(page, mark)).toBe(1);
    expect(await marksOf(page, 'limit', '#figure-percentiles')).toBe(1);
    expect(await marksOf(page, 'baseline')).toBe(0);
  });

  test('draws what a server told beside the traffic, and says it all in words and numbers too', async () => {
    const observed = observedResult();
    const { page } = await open(renderHtml(observed));
    const figure = '#figure-server-1';
    for (const mark of ['cpu', 'memory', 'gc', 'offered', 'answered']) {
      expect(await marksOf(page, mark, figure)).toBe(1);
    }
    // A run queue in ms and a number of goroutines are no share: they stand in the table alone.
    expect(await marksOf(page, 'run-queue', figure)).toBe(0);
    const heads = await page.locator(`${figure} th`).allTextContents();
    expect(heads).toEqual(['from', 'cpu', 'run-queue', 'memory', 'gc', 'goroutines', 'offered', 'answered']);
    expect(await page.locator(`${figure} tbody tr`).count()).toBe(observed.series.length);
    expect(await page.locator(`${figure} svg title`).textContent()).toContain('127.0.0.1:8080');
    expect(await page.locator(`${figure} svg desc`).textContent()).toContain('cpu was 97% at most');
    // One look did not tell of memory: the line is interrupted.
    const path = await page.locator(`${figure} [data-mark=memory]`).first().getAttribute('d');
    expect(path?.match(/M/g)).toHaveLength(2);
    const links = page.locator('#slowest a');
    expect(await links.count()).toBe(2);
    expect(await links.first().getAttribute('href')).toBe(
      'https://traces.example/trace/00000000000000004bf92f3577b34da6?from=headroom&tab=spans',
    );
    expect(await links.first().getAttribute('rel')).toBe('noopener noreferrer');
    expect(await page.locator('#errors a').count()).toBeGreaterThan(0);
  });

  test('has a mark for every trial, by what is known of its rate, and for every block', async () => {
    const search = capacityResult();
    const trials = (search.capacity?.trials ?? []).filter(({ p99Ms }) => p99Ms.low !== null);
    const { page } = await open(renderHtml(search));
    const ofLatency = await Promise.all(
      ['held', 'undecided', 'broken'].map((label) => marksOf(page, `trial-${label}`, '#figure-rate-latency')),
    );
    expect(ofLatency.reduce((sum, count) => sum + count, 0)).toBe(trials.length);
    expect(ofLatency.every((count) => count > 0)).toBe(true);
    expect(await marksOf(page, 'bracket', '#figure-rate-errors')).toBe(1);
    expect(await marksOf(page, 'law')).toBe(1);
    const compared = await open(renderHtml(comparedResult()));
    expect(await marksOf(compared.page, 'block-baseline', '#figure-blocks-p50')).toBe(8);
    expect(await marksOf(compared.page, 'block-candidate', '#figure-blocks-p99')).toBe(7);
    expect(await marksOf(compared.page, 'effect')).toBe(3);
    const held = await open(renderHtml(baselineResult()));
    expect(await marksOf(held.page, 'baseline')).toBe(1);
  });

  test('draws a picture without a neighbour no larger than one beside another, and scrolls no objective at 800 px', async () => {
    const dead = sampleResult({ histograms: {}, objectives: sampleResult().objectives });
    const { page } = await open(renderHtml(dead), { viewport: { width: 1400, height: 900 } });
    const widths = `[...document.querySelectorAll('figure')].map((each) => each.getBoundingClientRect().width)`;
    expect(Math.max(...(await page.evaluate<number[]>(widths)))).toBeLessThan(700);
    await page.setViewportSize({ width: 800, height: 900 });
    const hidden = `[...document.querySelectorAll('#objectives .scroll')].map((each) => each.scrollWidth - each.clientWidth)`;
    expect(await page.evaluate<number[]>(hidden)).toEqual([0]);
  });

  test.each(DOCUMENTS.flatMap(([name, result]) => [400, 1400].map((width) => ({ name, result, width }))))(
    'of $name is legible at $width px, says nothing on the console, asks for nothing but itself',
    async ({ result, width }) => {
      const { page, said, requested, url } = await open(renderHtml(result), {
        viewport: { width, height: 900 },
      });
      expect(said).toEqual([]);
      expect(requested).toEqual([url]);
      expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
      const sizes = await page.evaluate<number[]>(CHART_TEXTS);
      expect(sizes.length).toBeGreaterThan(20);
      expect(sizes[0]).toBeGreaterThanOrEqual(10);
      expect(sizes.at(-1)).toBeLessThan(22);
      const out = await page.evaluate<string[]>(`[...document.querySelectorAll('svg text')].filter((text) => {
        const inner = text.getBoundingClientRect(), outer = text.ownerSVGElement.getBoundingClientRect();
        return inner.left < outer.left - 1 || inner.right > outer.right + 1 || inner.bottom > outer.bottom + 1;
      }).map((text) => text.textContent)`);
      expect(out).toEqual([]);
    },
  );

  test.each(['light', 'dark'] as const)('has enough contrast when it is %s', async (colorScheme) => {
    for (const result of [sampleResult(), yesResult()]) {
      const { page } = await open(renderHtml(result), { colorScheme });
      const ground = await page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
      const brightness = Math.max(...(ground.match(/\d+/g) ?? []).map(Number));
      expect(brightness > 128).toBe(colorScheme === 'light');
      const contrasts = await page.evaluate<{ ratio: number; text: string }[]>(CONTRASTS);
      expect(contrasts.length).toBeGreaterThan(50);
      expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    }
  });

  test('shows on paper what is folded on a screen, dark as it may be there', async () => {
    const { page } = await open(renderHtml(sampleResult()), { colorScheme: 'dark' });
    const cell = `document.querySelector('#figure-rates details td').checkVisibility({ contentVisibilityAuto: true, visibilityProperty: true })`;
    expect(await page.evaluate<boolean>(cell)).toBe(false);
    await page.emulateMedia({ media: 'print' });
    // The browser lays the page out anew some frames later.
    for (let turn = 0; turn < 100 && !(await page.evaluate<boolean>(cell)); turn += 1) {
      await page.waitForTimeout(50);
    }
    expect(await page.evaluate<boolean>(cell)).toBe(true);
    expect(await page.evaluate<string>('getComputedStyle(document.body).backgroundColor')).toBe(
      'rgb(255, 255, 255)',
    );
    expect(
      await page.evaluate<number>(
        `document.querySelector('#figure-rates details table').getBoundingClientRect().height`,
      ),
    ).toBeGreaterThan(100);
    const pdf = await page.pdf({ format: 'A4' });
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-');
  });

  test.each(DOCUMENTS.slice(1, 4))('of %s stays legible where no style is allowed', async (_, result) => {
    const { page, said, requested, url } = await open(renderHtml(result), {
      policy: SANDBOX,
      colorScheme: 'dark',
    });
    expect(said.filter((line) => !STYLE_BLOCKED.test(line))).toEqual([]);
    expect(said.length).toBeGreaterThan(0);
    expect(requested).toEqual([url]);
    expect(
      await page.evaluate<number>('document.styleSheets.length && document.styleSheets[0].cssRules.length'),
    ).toBe(0);
    const contrasts = await page.evaluate<{ ratio: number; text: string }[]>(CONTRASTS);
    expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([]);
    const hidden =
      await page.evaluate<number>(`[...document.querySelectorAll('svg [data-mark]')].filter((mark) => {
      const style = getComputedStyle(mark);
      return style.fill === 'none' && style.stroke === 'none';
    }).length`);
    expect(hidden).toBe(0);
    const sizes = await page.evaluate<number[]>(CHART_TEXTS);
    expect(sizes[0]).toBeGreaterThanOrEqual(10);
  });

  test('is no wider than a phone, however long a word in a tile or a heading is', async () => {
    const search = noResult();
    if (search.capacity === undefined) throw new Error('the sample has a search');
    const page = renderHtml({ ...search, capacity: { ...search.capacity, brokeBy: 'p99'.repeat(100) } });
    const opened = await open(page, { viewport: { width: 400, height: 900 } });
    expect(await opened.page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(
      400,
    );
  });

  test('runs nothing that a server, a plan or a header planted', async () => {
    for (const [, document] of DOCUMENTS) {
      for (let turn = 0; turn < 2; turn += 1) {
        const texts = [...HOSTILE.slice(turn * 8), ...HOSTILE.slice(0, turn * 8)];
        // Without our own policy: escaping alone must hold.
        const text = renderHtml(plant(document, texts)).replace(/<meta http-equiv[^>]*>/, '');
        const { page, said, requested, url } = await open(text);
        const foreign = await page.evaluate<
          string[]
        >(`[...document.querySelectorAll('*')].flatMap((element) => [
          ...(['SCRIPT', 'IMG', 'IFRAME', 'OBJECT', 'EMBED', 'FORM', 'INPUT', 'LINK', 'BASE'].includes(element.nodeName) && element.id !== 'headroom-result' ? [element.nodeName] : []),
          ...[...element.attributes].filter(({ name, value }) => /^on|^style$|^src/.test(name) || (name === 'href' && !/^https?:/.test(value))).map(({ name }) => element.nodeName + ' ' + name),
        ])`);
        expect(foreign).toEqual([]);
        expect(await page.evaluate<unknown>('window.pwned')).toBeUndefined();
        expect(said).toEqual([]);
        expect(requested).toEqual([url]);
        await page.close();
      }
    }
  });
});
