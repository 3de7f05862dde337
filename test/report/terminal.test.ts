import { describe, expect, test } from 'vitest';
import type { ReportOptions } from '../../src/report/options.ts';
import { textWidth } from '../../src/report/terminal/layout.ts';
import { renderResult } from '../../src/report/terminal.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import { sampleResult } from '../support/sample-result.ts';
import { sampleCapacity } from '../support/sample-search.ts';
import { observedResult } from '../support/sample-servers.ts';
import { notSlowerResult, slowerResult } from './comparisons.ts';
import { closedLoopResult, inconclusiveResult, passResult, tooFewResult } from './results.ts';
import { capacityResult, noResult, openResult, yesResult } from './searches.ts';

// oxlint-disable-next-line no-control-regex -- these are the colours
const COLORS = /\u001b\[\d{1,2}m/g;
const PLAIN: ReportOptions = { color: false, width: 80, unicode: true };

const RESULTS: readonly (readonly [name: string, result: ResultDocument])[] = [
  ['pass', passResult()],
  ['fail', sampleResult()],
  ['inconclusive', inconclusiveResult()],
  ['closed-loop', closedLoopResult()],
  ['too-few', tooFewResult()],
  ['capacity', capacityResult()],
  ['launch-yes', yesResult()],
  ['launch-no', noResult()],
  ['launch-inconclusive', openResult()],
  ['compare-fail', slowerResult()],
  ['compare-pass', notSlowerResult()],
  ['observed', observedResult()],
];

describe('the terminal report', () => {
  test.each(RESULTS)('looks as it always did at 80 columns: %s', async (name, result) => {
    await expect(renderResult(result, PLAIN)).toMatchFileSnapshot(`../golden/terminal-${name}.txt`);
    const ascii = renderResult(result, { ...PLAIN, unicode: false });
    await expect(ascii).toMatchFileSnapshot(`../golden/terminal-${name}-ascii.txt`);
  });

  test('uses the room of a wide terminal for intervals beside their values', async () => {
    const wide = renderResult(sampleResult(), { ...PLAIN, width: 120, verbose: true });
    await expect(wide).toMatchFileSnapshot('../golden/terminal-fail-wide-verbose.txt');
    const search = renderResult(noResult(), { ...PLAIN, width: 120, verbose: true });
    await expect(search).toMatchFileSnapshot('../golden/terminal-launch-no-wide-verbose.txt');
    const observed = renderResult(observedResult(), { ...PLAIN, width: 120, verbose: true });
    await expect(observed).toMatchFileSnapshot('../golden/terminal-observed-wide-verbose.txt');
    const narrow = renderResult(observedResult(), { ...PLAIN, width: 40 });
    await expect(narrow).toMatchFileSnapshot('../golden/terminal-observed-narrow.txt');
  });

  test.each([40, 60, 80, 100, 120, 200])('keeps every line within %i columns', (width) => {
    for (const [name, result] of RESULTS) {
      for (const unicode of [true, false]) {
        // Below 80 columns tables stay whole: a cut number would be worse than a long line.
        const allowed = Math.max(width, 72);
        const lines = renderResult(result, { ...PLAIN, width, unicode, verbose: true }).split('\n');
        expect(
          lines.filter((line) => textWidth(line) > allowed),
          name,
        ).toEqual([]);
      }
    }
  });

  test('begins with the verdict and its reason', () => {
    expect(renderResult(sampleResult(), PLAIN)).toMatch(/^FAIL {2}errors .* 1 % \(ERRORS\)\n/);
    expect(renderResult(passResult(), PLAIN)).toMatch(/^PASS {2}the objective holds\n/);
    expect(renderResult(tooFewResult(), PLAIN)).toMatch(/^INCONCLUSIVE {2}12 requests/);
  });

  test('has no escape code without colour', () => {
    for (const [, result] of RESULTS) expect(renderResult(result, PLAIN)).not.toContain('\u001b');
  });

  test('says the same with colour as without', () => {
    for (const [, result] of RESULTS) {
      const colored = renderResult(result, { ...PLAIN, color: true });
      expect(colored).toContain('\u001b[');
      expect(colored.replaceAll(COLORS, '')).toBe(renderResult(result, PLAIN));
    }
  });

  test('is ASCII without Unicode, whatever the names', () => {
    const result = sampleResult({ notes: [{ code: 'NAME', text: 'größe, 数, 🙂' }] });
    const text = renderResult(result, { ...PLAIN, unicode: false });
    expect(text).toMatch(/^[\n -~]*$/);
    expect(text).toContain('gr\\u{f6}\\u{df}e, \\u{6570}, \\u{1f642}');
  });

  test('shows a percentile that failures reach as infinite, not as the fastest failure', () => {
    const line = renderResult(sampleResult(), PLAIN)
      .split('\n')
      .find((each) => each.includes('incl. failed'));
    expect(line?.match(/∞/g)).toHaveLength(3);
  });

  test('says how many values a percentile needs in place of a number that means nothing', () => {
    const text = renderResult(tooFewResult(), PLAIN);
    expect(text).toContain('p99: n too small (needs 368)');
    expect(text).toContain('p99.9: n too small (needs 3,688)');
  });

  test('says how few independent requests an objective was judged by, where that mattered', () => {
    const inflated = (status: 'pass' | 'inconclusive', inflation: number): ResultDocument => {
      const [any] = sampleResult().objectives;
      if (any === undefined) throw new Error('empty sample');
      return sampleResult({ objectives: [{ ...any, status, inflation, count: 1918 }] });
    };
    const line = 'n counts as 210: neighbours in time are alike (inflation 9.13)';
    expect(renderResult(inflated('inconclusive', 9.13), PLAIN)).toContain(line);
    expect(renderResult(inflated('pass', 9.13), { ...PLAIN, verbose: true })).toContain(line);
    expect(renderResult(inflated('pass', 9.13), PLAIN)).not.toContain('counts as');
    expect(renderResult(inflated('inconclusive', 1.49), PLAIN)).not.toContain('counts as');
  });

  test('shows a search without a single pooled trial, and nothing of what was not measured', () => {
    const empty = sampleCapacity({
      heldPerSecond: null,
      brokePerSecond: null,
      brokeBy: null,
      limitedBy: null,
      widthRatio: null,
      rates: [],
      trials: [],
      atLimits: [],
      findings: [],
      model: { usl: null, kneePerSecond: null, remarks: [] },
    });
    const { totals } = capacityResult();
    const ratePerSecond = { asked: null, sent: 0, completed: 0, good: 0 };
    const result = { ...capacityResult(), totals: { ...totals, planned: 0, ratePerSecond }, capacity: empty };
    const text = renderResult(result, PLAIN);
    expect(text).toMatch(/^CAPACITY {2}not known: no rate held, and none broke\n0 trials/);
    expect(text).not.toMatch(/Trials|Rates|Latency|all its trials|NaN|undefined|null|Infinity/);
  });

  test('says at which rate the figures of a search were taken', () => {
    const text = renderResult(capacityResult(), PLAIN);
    expect(text.indexOf('At 317/s, all its trials together')).toBeLessThan(text.indexOf('\nLatency'));
    expect(text.indexOf('At 317/s, all its trials together')).toBeGreaterThan(text.indexOf('\nTrials'));
  });

  test('leaves the lag and the asked rate out of a closed loop', () => {
    const text = renderResult(closedLoopResult(), PLAIN);
    expect(text).not.toMatch(/^ {2}lag/m);
    expect(text).not.toContain('asked 30/s');
    expect(text).toContain('closed loop');
  });

  test('shows each check with measured value and limit when one failed, and one line when none did', () => {
    expect(renderResult(passResult(), PLAIN)).not.toContain('send-lag');
    const text = renderResult(inconclusiveResult(), PLAIN);
    expect(text).toMatch(/✗ {2}send-lag +4\.2ms +1ms +a fail/);
    expect(text).toMatch(/✓ {2}delivery +99\.8% +99% +a pass/);
    expect(text).toMatch(/– {2}throttling/);
  });

  test('shows at most five examples of a cause, on one line where they differ in time alone', () => {
    const example = (atMs: number, detail: string) => ({
      target: 'a',
      atMs,
      phase: 'wait',
      status: null,
      detail,
    });
    const result = sampleResult({
      failures: [
        {
          cause: 'reset',
          count: 2,
          examples: [
            example(1, 'same'),
            example(2, 'same'),
            ...[3, 4, 5, 6, 7].map((at) => example(at, `own ${at}`)),
          ],
        },
      ],
    });
    const text = renderResult(result, PLAIN);
    expect(text).toContain('1ms, 2ms  a in wait: same\n');
    expect(text).toContain('own 5');
    expect(text).not.toContain('own 6');
  });

  test('lists addresses only when there are several, and not all of hundreds', () => {
    expect(renderResult(sampleResult(), PLAIN)).not.toContain('Addresses');
    const many = Array.from({ length: 256 }, (_, index) => ({
      address: `10.0.0.${index}:80`,
      attempts: 1,
      failed: 0,
    }));
    const text = renderResult(sampleResult({ addresses: many }), PLAIN);
    expect(text).toContain('10.0.0.19:80');
    expect(text).not.toContain('10.0.0.20:80');
    expect(text).toContain('and 236 more');
    expect(renderResult(sampleResult({ addresses: many }), { ...PLAIN, verbose: true })).toContain(
      '10.0.0.255:80',
    );
  });

  test('renders a run in which nothing happened', () => {
    const nothing = { value: null, low: null, high: null };
    const none = { count: 0, minMs: null, meanMs: null, maxMs: null, overflow: 0, quantiles: {} };
    const { totals } = sampleResult();
    const zeros = Object.fromEntries(
      Object.entries(totals).map(([key, value]) => [key, typeof value === 'number' ? 0 : value]),
    );
    const empty = sampleResult({
      totals: {
        ...totals,
        ...zeros,
        byStatus: {},
        byCause: {},
        errorRatio: nothing,
        response: none,
        responseAll: none,
        service: none,
        connection: none,
        lag: none,
        phases: {},
      },
      targets: [],
      series: [],
      failures: [],
      objectives: [],
      notes: [],
      addresses: [],
      calibration: null,
    });
    const text = renderResult(empty, PLAIN);
    expect(text).toContain('0  planned');
    expect(text, 'a head without a row').not.toContain('Latency');
    expect(text).not.toMatch(/NaN|undefined|null|Infinity/);
  });
});
