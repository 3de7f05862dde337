import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UnitError } from '../../../src/core/units.ts';
import { failRuleText, MOST_RUNS, parseFailRule } from '../../../src/plan/canary/fail-rule.ts';

test.each([
  ['3 of 5', { bad: 3, of: 5 }],
  [' 1of1 ', { bad: 1, of: 1 }],
  ['100 OF 100', { bad: 100, of: 100 }],
])('%j is read', (text, rule) => {
  expect(parseFailRule(text)).toEqual(rule);
});

test.each(['', '3', '3/5', '0 of 5', '6 of 5', '1 of 101', '-1 of 5', '1.5 of 5', '3 of 5 of 7', '３ of 5'])(
  '%j is refused with a remedy',
  (text) => {
    expect(() => parseFailRule(text)).toThrow(UnitError);
  },
);

test('what is written out is read again as the same rule', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: MOST_RUNS }), fc.integer({ min: 1, max: MOST_RUNS }), (a, b) => {
      const rule = { bad: Math.min(a, b), of: Math.max(a, b) };
      expect(parseFailRule(failRuleText(rule))).toEqual(rule);
    }),
  );
});

/** What a text is read as: a rule that can come true, or a refusal with a remedy. */
function outcomeOf(text: string): string {
  try {
    const { bad, of } = parseFailRule(text);
    return bad >= 1 && bad <= of && of <= MOST_RUNS ? 'a rule' : `${bad} of ${of}`;
  } catch (error) {
    return error instanceof UnitError && error.hint !== '' ? 'refused' : String(error);
  }
}

test('any text is a rule that can come true, or is refused', () => {
  const pair = fc.tuple(fc.integer(), fc.integer()).map(([a, b]) => `${a} of ${b}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), pair), (text) => {
      expect(['a rule', 'refused']).toContain(outcomeOf(text));
    }),
  );
});
