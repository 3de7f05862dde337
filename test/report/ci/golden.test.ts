import { describe, expect, test } from 'vitest';
import { isReporterName, loadReporter, reporterNames } from '../../../src/report/report.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { inconclusiveResult, passResult } from '../results.ts';
import { capacityResult, noResult } from '../searches.ts';
import { comparedResult } from './documents.ts';

const LOOK = { color: false, width: 80, unicode: true };

const RESULTS: readonly (readonly [name: string, result: ResultDocument])[] = [
  ['pass', passResult()],
  ['fail', { ...sampleResult(), planFile: 'load/headroom.yaml' }],
  ['inconclusive', inconclusiveResult()],
  ['capacity', capacityResult()],
  ['launch-no', noResult()],
  ['compare', comparedResult()],
  ['observed', observedResult()],
];

const ENDINGS = {
  junit: 'xml',
  markdown: 'md',
  github: 'txt',
  tap: 'tap',
} as const;

describe('reports for CI services', () => {
  test.each(RESULTS)('look as they always did: %s', async (name, result) => {
    for (const [format, ending] of Object.entries(ENDINGS)) {
      if (!isReporterName(format)) throw new Error(format);
      const text = (await loadReporter(format))(result, LOOK);
      await expect(text).toMatchFileSnapshot(`../../golden/ci/${format}-${name}.${ending}`);
    }
  });

  test.each([
    ['gitlab-performance', 'json'],
    ['gitlab-metrics', 'txt'],
    ['csv', 'csv'],
    ['hlog', 'hlog'],
    ['junit-strict', 'xml'],
  ] as const)('look as they always did: %s', async (format, ending) => {
    const text = (await loadReporter(format))(sampleResult(), LOOK);
    // What deflate makes of a histogram depends on the version of zlib.
    const shown = text.replaceAll(/HISTF[\w+/=]+/g, 'HISTF...');
    await expect(shown).toMatchFileSnapshot(`../../golden/ci/${format}.${ending}`);
  });

  test('look as they always did with servers: csv and prometheus', async () => {
    for (const format of ['csv', 'prometheus'] as const) {
      const text = (await loadReporter(format))(observedResult(), LOOK);
      await expect(text).toMatchFileSnapshot(`../../golden/ci/${format}-observed.txt`);
    }
  });

  test('depend on nothing but the document', async () => {
    for (const name of reporterNames) {
      const report = await loadReporter(name);
      for (const [, result] of RESULTS.slice(1, 3)) {
        const text = report(result, LOOK);
        expect(report(structuredClone(result), LOOK), name).toBe(text);
        expect(text, name).toMatch(/\n$/);
      }
    }
  });
});
