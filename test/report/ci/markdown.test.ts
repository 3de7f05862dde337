import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../../src/report/ci/markdown.ts';
import { boundedText, codeBlock, markdownText } from '../../../src/report/ci/markdown-text.ts';
import type { ResultDocument, Status } from '../../../src/result/document.ts';
import { nastyText, plant, plantedTexts } from '../../support/hostile-text.ts';
import { canaryResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';
import { inconclusiveResult, passResult } from '../results.ts';
import { capacityResult, noResult } from '../searches.ts';
import { comparedResult, judgedAs } from './documents.ts';

/** Tables as GitHub reads them: lines of cells, where an unescaped `|` parts two. */
function tables(markdown: string): number[][] {
  const blocks = markdown
    .split(/\n{2,}/)
    .map((block) => block.split('\n').filter((line) => line.startsWith('|')));
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => line.split(/(?<!\\)\|/).length - 2));
}

/** The report without its fenced block, in which markup means nothing. */
function outsideFences(markdown: string): string {
  return markdown.replaceAll(/^(`{3,})sh\n.*\n\1$/gm, '');
}

describe('the Markdown report', () => {
  test('begins with the verdict', () => {
    expect(renderMarkdown(sampleResult())).toMatch(/^## ❌ FAIL: errors/);
    expect(renderMarkdown(passResult())).toMatch(/^## ✅ PASS: the objective holds\n/);
    expect(renderMarkdown(noResult())).toMatch(/^## ❌ NO: the system cannot take/);
  });

  test.each([
    sampleResult(),
    passResult(),
    inconclusiveResult(),
    capacityResult(),
    noResult(),
    observedResult(),
  ])('keeps the same number of cells in every row', (result) => {
    for (const [head, ...rows] of tables(renderMarkdown(result)))
      expect(new Set(rows)).toEqual(new Set([head]));
  });

  test('shows planted texts and obeys none of them', () => {
    const results: readonly ResultDocument[] = [
      sampleResult(),
      inconclusiveResult(),
      noResult(),
      observedResult(),
    ];
    fc.assert(
      fc.property(plantedTexts, fc.constantFrom(...results), (texts, result) => {
        const markdown = renderMarkdown(plant(result, texts));
        const text = outsideFences(markdown);
        for (const [head, ...rows] of tables(text)) expect(new Set(rows)).toEqual(new Set([head]));
        expect(text).not.toMatch(/<|@\w|\]\(|!\[|www\.|:\/\//i);
        expect(text).not.toMatch(/(?!\n)\p{Cc}/u);
        expect(workflowCommands(markdown)).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  test('tells a few of many reasons, and in the table what does not hold first', () => {
    const statuses = Array.from({ length: 40 }, (_, index) => (index % 2 === 0 ? 'pass' : 'fail') as Status);
    const reasons = Array.from({ length: 20 }, (_, index) => ({ code: 'BREACH', text: `reason ${index}` }));
    const markdown = renderMarkdown({ ...judgedAs(...statuses), verdict: { status: 'fail', reasons } });
    expect(markdown).toContain('- reason 9 (BREACH)\n- and 10 more reasons: see below\n');
    const marks = markdown.match(/(?<=^\| )[❌✅] \w+/gmu) ?? [];
    expect(marks).toEqual([
      ...Array.from({ length: 20 }, () => '❌ fail'),
      ...Array.from({ length: 20 }, () => '✅ pass'),
    ]);
  });

  test('of a comparison names both sides and shows what each took', () => {
    const markdown = renderMarkdown(comparedResult());
    expect(markdown).toContain('- baseline http&#58;//127.0.0.1:8080/: 2,400 requests, 3 failed');
    expect(markdown).toContain('| +24% [+18%, +31%] | +10% |');
  });

  test('of a canary has the mark of its run, not of what one run proves', () => {
    expect(renderMarkdown(canaryResult({}, { verdict: { status: 'inconclusive', reasons: [] } }))).toMatch(
      /^## ✅ OK: /,
    );
  });

  test('has a column for traces only where there are traces', () => {
    const result = observedResult();
    expect(renderMarkdown(result)).toMatch(/\| address \| trace \|/);
    const slowest = (result.slowest ?? []).map((each) => ({ ...each, traceId: null }));
    expect(renderMarkdown({ ...result, slowest })).toMatch(/\| address \|$/m);
  });

  test('stays below 900 KB, cut between rows, and says so', () => {
    const sample = sampleResult();
    const [target] = sample.targets;
    if (target === undefined) throw new Error('no target');
    const targets = Array.from({ length: 20_000 }, (_, index) => ({ ...target, name: `target-${index}-ü` }));
    const markdown = renderMarkdown({ ...sample, targets });
    expect(Buffer.byteLength(markdown)).toBeGreaterThan(890_000);
    expect(Buffer.byteLength(markdown)).toBeLessThanOrEqual(900_000);
    for (const [head, ...rows] of tables(markdown)) expect(new Set(rows)).toEqual(new Set([head]));
    expect(markdown).toMatch(/\n\n_Cut here: [^\n]+_\n$/);
    expect(renderMarkdown(sample)).not.toContain('Cut here');
  });

  test('takes the room that a place leaves', () => {
    const short = renderMarkdown(sampleResult(), { maxBytes: 2500 });
    expect(Buffer.byteLength(short)).toBeLessThanOrEqual(2500);
    expect(short).toMatch(/^## ❌ FAIL[^]*Cut here/);
  });
});

describe('text in Markdown', () => {
  test.each([
    ['a|b', 'a&#124;b'],
    ['`x` *y* _z_ ~s~', '&#96;x&#96; &#42;y&#42; &#95;z&#95; &#126;s&#126;'],
    ['<img src=x>', '&lt;img src=x&gt;'],
    ['![x](http://evil)', '&#33;&#91;x&#93;(http&#58;//evil)'],
    ['ask @everyone', 'ask &#64;&#8203;everyone'],
    ['WWW.evil.example', 'WWW&#46;evil.example'],
    ['&lt;', '&amp;lt;'],
    ['one\ntwo', 'one&#92;ntwo'],
    ['p95 < 250ms: 2.8 % (ERRORS)', 'p95 &lt; 250ms: 2.8 % (ERRORS)'],
  ])('%j becomes %j', (text, expected) => {
    expect(markdownText(text)).toBe(expected);
  });

  test('of a command is fenced by more backticks than it holds', () => {
    fc.assert(
      fc.property(nastyText, (text) => {
        const [open = '', line = '', close = '', ...rest] = codeBlock(text).split('\n');
        expect(rest).toEqual([]);
        expect(open).toBe(`${close}sh`);
        expect(line).not.toContain(close);
      }),
    );
  });

  test('of a few pieces is left as it is', () => {
    expect(boundedText(['one', 'two'], 8)).toBe('one\ntwo\n');
  });

  test('of any pieces is within its bound, whole pieces only', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme', minLength: 10 }), { minLength: 30 }),
        fc.integer({ min: 200, max: 600 }),
        (pieces, max) => {
          const text = boundedText(pieces, max);
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(max);
          const whole = `${pieces.join('\n')}\n`;
          fc.pre(Buffer.byteLength(whole) > max);
          const [kept = ''] = text.split('\n_Cut here');
          expect(whole.startsWith(kept)).toBe(true);
        },
      ),
    );
  });
});
