/** Whatever strings a server, a plan or a machine plants in a document, no terminal obeys them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderDoctor } from '../../src/report/doctor-report.ts';
import { encodeReport } from '../../src/report/json.ts';
import { renderLint } from '../../src/report/plan/lint-report.ts';
import { renderPlan } from '../../src/report/plan/plan-report.ts';
import { loadReporter, type ReportOptions } from '../../src/report/report.ts';
import { renderProbe } from '../../src/report/terminal/waterfall.ts';
import { renderResult } from '../../src/report/terminal.ts';
import { plant, plantedTexts as texts } from '../support/hostile-text.ts';
import { canaryResult, firingResult } from '../support/sample-canary.ts';
import { sampleResult } from '../support/sample-result.ts';
import { observedResult } from '../support/sample-servers.ts';
import { notSlowerResult, slowerResult } from './comparisons.ts';
import { sampleDoctor, sampleLint, samplePlan, sampleProbe } from './reports.ts';
import { inconclusiveResult, passResult, tooFewResult } from './results.ts';
import { capacityResult, noResult, openResult, yesResult } from './searches.ts';

const OBEYED = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
// oxlint-disable-next-line no-control-regex -- the escape codes that we ourselves write
const COLORS = /\u001b\[\d{1,2}m/g;
const CI_COMMAND = /^\s*::|##\[|##vso\[/m;

const options: fc.Arbitrary<ReportOptions> = fc.record({
  color: fc.constant(false),
  width: fc.integer({ min: 20, max: 160 }),
  unicode: fc.boolean(),
  verbose: fc.boolean(),
});

describe('hostile text', () => {
  test.each([
    ['a run', [sampleResult(), inconclusiveResult(), passResult(), tooFewResult()], 150],
    ['a run with servers and traces', [observedResult()], 60],
    ['a search', [capacityResult(), yesResult(), noResult(), openResult()], 50],
    ['a comparison', [slowerResult(), notSlowerResult()], 50],
    ['a canary', [canaryResult(), firingResult()], 50],
  ])('never reaches the terminal as anything but visible characters: %s', (_, documents, numRuns) => {
    fc.assert(
      fc.property(fc.constantFrom(...documents), texts, options, (result, planted, look) => {
        const text = renderResult(plant(result, planted), look);
        expect(text).not.toMatch(OBEYED);
        expect(text).not.toMatch(CI_COMMAND);
      }),
      { numRuns },
    );
  });

  test('is as harmless in the reports of probe, doctor, check and lint', () => {
    fc.assert(
      fc.property(texts, options, (planted, look) => {
        const reports = [
          renderProbe(plant(sampleProbe(1), planted), look),
          renderProbe(plant(sampleProbe(5), planted), look),
          renderDoctor(plant(sampleDoctor(), planted), look),
          renderPlan(plant(samplePlan(), planted), look),
          renderLint(plant(sampleLint(), planted), look),
        ];
        for (const text of reports) {
          expect(text).not.toMatch(OBEYED);
          expect(text).not.toMatch(CI_COMMAND);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('leaves JSON valid, unchanged in meaning, and harmless to print', async () => {
    const json = await loadReporter('json');
    const look = { color: false, width: 80, unicode: true };
    fc.assert(
      fc.property(texts, (planted) => {
        const result = plant(sampleResult(), planted);
        const probe = plant(sampleProbe(2), planted);
        for (const [document, text] of [
          [result, json(result, look)],
          [probe, encodeReport(probe)],
        ] as const) {
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(document)));
          expect(text).not.toMatch(OBEYED);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('adds nothing but colours when colour is on', () => {
    fc.assert(
      fc.property(texts, (planted) => {
        const result = plant(sampleResult(), planted);
        const text = renderResult(result, { color: true, width: 80, unicode: true });
        expect(text.replaceAll(COLORS, '')).not.toMatch(OBEYED);
      }),
      { numRuns: 50 },
    );
  });
});
