import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../../../src/report/ci/cases.ts';
import { renderJunit, renderStrictJunit } from '../../../src/report/ci/junit.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';
import { requires } from '../../support/requires.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { schemaErrors, xpath } from '../../support/xml.ts';
import { inconclusiveResult, passResult, tooFewResult } from '../results.ts';
import { capacityResult, noResult, openResult, yesResult } from '../searches.ts';
import { comparedResult, judgedAs } from './documents.ts';

const RESULTS: readonly ResultDocument[] = [
  { ...sampleResult(), planFile: 'load/headroom.yaml' },
  passResult(),
  inconclusiveResult(),
  tooFewResult(),
  observedResult(),
  capacityResult(),
  yesResult(),
  noResult(),
  openResult(),
  comparedResult(),
];

requires('xmllint').describe('a JUnit file', () => {
  test.each(RESULTS.map((result) => [result.command, result.verdict.status, result] as const))(
    'is valid for Jenkins and GitLab, and for the xunit plugin: %s, %s',
    (_, __, result) => {
      expect(schemaErrors(renderJunit(result), 'common')).toBe('');
      expect(schemaErrors(renderStrictJunit(result), 'common')).toBe('');
      expect(schemaErrors(renderStrictJunit(result), 'strict')).toBe('');
    },
  );

  test('names the plan file, which the xunit plugin would refuse', () => {
    const result = { ...sampleResult(), planFile: 'load/headroom.yaml' };
    expect(xpath(renderJunit(result), 'string(//testcase/@file)')).toBe('load/headroom.yaml');
    expect(schemaErrors(renderJunit(result), 'strict')).toContain("attribute 'file'");
    expect(renderStrictJunit(result)).not.toContain('file=');
  });

  test('counts what it holds, in every suite and in all', () => {
    for (const result of RESULTS) {
      const xml = renderJunit(result);
      for (const [attribute, element] of [
        ['tests', 'testcase'],
        ['failures', 'failure'],
        ['errors', 'error'],
      ] as const) {
        expect(xpath(xml, `sum(//testsuite/@${attribute}) - count(//${element})`)).toBe('0');
        expect(xpath(xml, `number(/testsuites/@${attribute}) - count(//${element})`)).toBe('0');
        expect(xpath(xml, `count(//testsuite[@${attribute} != count(.//${element})])`)).toBe('0');
      }
      expect(xpath(xml, 'sum(//testsuite/@skipped) - count(//skipped)')).toBe('0');
      expect(Number(xpath(xml, 'count(//testcase)'))).toBe(casesOf(result).length);
      // A sum over cases is the time that the run took.
      expect(Number(xpath(xml, 'sum(//testcase/@time)'))).toBeCloseTo(result.durationMs / 1000, 3);
    }
  });

  test('says a breach as a failure and what is not decided as an error, in the content too', () => {
    const xml = renderJunit(judgedAs('pass', 'fail', 'inconclusive'));
    const outcomes = ['pass', 'fail', 'inconclusive'].map((_, index) =>
      xpath(xml, `name(//testcase[@name="p99 < ${index + 1}s"]/*)`),
    );
    expect(outcomes).toEqual(['system-out', 'failure', 'error']);
    expect(xpath(xml, 'string(//failure)')).toContain('19 of 600 against it');
    expect(xpath(xml, 'string(//failure/@message)')).toContain('19 of 600 against it');
  });

  test('stays valid, and means what it says, whatever texts are planted', () => {
    fc.assert(
      fc.property(plantedTexts, fc.constantFrom(...RESULTS), (texts, result) => {
        const planted = { ...plant(result, texts), startedAt: result.startedAt, command: result.command };
        const xml = renderJunit(planted);
        expect(schemaErrors(xml, 'common')).toBe('');
        expect(Number(xpath(xml, 'count(//testcase)'))).toBe(casesOf(planted).length);
        expect(
          xpath(
            xml,
            'count(//*[not(self::testsuites or self::testsuite or self::testcase or self::properties or self::property or self::failure or self::error or self::skipped or self::system-out)])',
          ),
        ).toBe('0');
      }),
      { numRuns: 40 },
    );
  });

  test('gives each case a name of its own, though two objectives have one text', () => {
    const result = judgedAs('fail', 'fail');
    const objectives = result.objectives.map((objective) => ({ ...objective, text: 'p99 < 1s' }));
    const xml = renderJunit({ ...result, objectives });
    expect(xpath(xml, 'count(//testcase[@name="p99 < 1s"])')).toBe('1');
    expect(xpath(xml, 'count(//testcase[@name="p99 < 1s (2)"])')).toBe('1');
  });

  test('is bounded, whatever a server wrote', () => {
    const result = sampleResult();
    const huge = Array.from({ length: 2000 }, (_, index) => ({
      code: 'X',
      text: `${index}`.padEnd(400, '<'),
    }));
    const xml = renderJunit({ ...result, objectives: [], verdict: { status: 'fail', reasons: huge } });
    expect(schemaErrors(xml, 'common')).toBe('');
    expect(Buffer.byteLength(xml)).toBeLessThan(3 * 65_536);
    expect(xpath(xml, 'string-length(//failure)')).not.toBe('0');
  });
});

describe('text in XML', () => {
  test('shows what no XML file may hold as something else', () => {
    const result = { ...judgedAs('fail'), planFile: 'a\uffff\ud800\u0000b]]>.yaml' };
    const xml = renderJunit(result);
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(xml).not.toMatch(/[\uffff\ufffe\u0000-\u0008]|\p{Surrogate}/u);
    expect(xml).toContain(String.raw`file="a` + '\uFFFD' + String.raw`\ud800\x00b]]&gt;.yaml"`);
  });
});
