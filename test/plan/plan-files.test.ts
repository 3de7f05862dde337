import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { planHash, redactedPlan } from '../../src/plan/canonical.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import { planJsonSchema } from '../../src/plan/schema.ts';
import { readDocument } from '../../src/plan/source/document.ts';
import { fixtureReads, planFile, planFiles, refusals } from './plan-files.ts';

const fitsSchema = new Ajv({ strict: false }).compile(planJsonSchema());
const table = refusals();

describe('a bad plan', () => {
  test('has a row in the table, and each row a plan', () => {
    expect(planFiles('bad')).toEqual(Object.keys(table).sort());
    expect(planFiles('bad').length).toBeGreaterThan(25);
  });

  test.each(Object.entries(table))('%s is refused in these words', (file, { says, hint }) => {
    let refused: unknown = null;
    try {
      parsePlan(planFile('bad', file), {}, fixtureReads);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(UsageError);
    if (!(refused instanceof UsageError)) return;
    expect(refused.message.split('\n')[0]).toBe(file + says);
    expect(refused.hint).toBe(hint);
  });

  test.each(Object.entries(table))(
    '%s is judged by the published schema as the table says',
    (file, { schemaRefuses }) => {
      const { tree, refused } = readDocument(planFile('bad', file));
      expect(refused.length > 0 ? null : !fitsSchema(tree)).toBe(schemaRefuses);
    },
  );
});

describe('a good plan', () => {
  test.each(planFiles('good'))('%s is accepted by parser and published schema alike', (file) => {
    const source = planFile('good', file);
    parsePlan(source, {}, fixtureReads);
    expect([fitsSchema(readDocument(source).tree), fitsSchema.errors]).toEqual([true, null]);
  });

  test.each(planFiles('good'))('%s means the same after it was written out again', (file) => {
    const { plan, secrets } = parsePlan(planFile('good', file), {}, fixtureReads);
    const written = { file: 'again.json', text: JSON.stringify(redactedPlan(plan)) };
    const again = parsePlan(written, {}, fixtureReads);
    expect(planHash(again.plan)).toBe(planHash(plan));
    const { objectives, agreement, ...rest } = plan;
    expect(again.plan).toMatchObject(rest);
    expect(again.plan.objectives).toHaveLength(objectives.length);
    expect(again.plan.agreement).toHaveLength(agreement.length);
    expect(again.secrets).toEqual(secrets);
    expect([fitsSchema(redactedPlan(plan)), fitsSchema.errors]).toEqual([true, null]);
  });

  test.each(planFiles('good'))('%s holds no value of a reference', (file) => {
    const { plan, secrets } = parsePlan(planFile('good', file), {}, fixtureReads);
    const text = JSON.stringify(plan);
    for (const value of Object.values(secrets)) expect(text).not.toContain(value.trim());
  });
});
