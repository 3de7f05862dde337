import { describe, expect, test } from 'vitest';
import { nearestOf, parseReference } from '../../../src/plan/request/reference.ts';

describe('parseReference', () => {
  test.each([
    ['uid', 'did you mean ${uuid}?'],
    ['UUID', 'did you mean ${uuid}?'],
    [' seq ', 'did you mean ${seq}?'],
    ['random.integer(1,2)', 'did you mean ${random.int(1,9)}?'],
    ['rand.int(1,9)', 'did you mean ${random.int(1,9)}?'],
    ['random(1,9)', 'did you mean ${random.int(1,9)}?'],
    ['random.choice(a,b)', 'did you mean ${random.int(1,9)}?'],
    ['API_TOKEN', 'did you mean ${env:API_TOKEN}?'],
    ['env.API_TOKEN', 'did you mean ${env:NAME}?'],
    ['env:', 'did you mean ${env:NAME}?'],
    ['data', 'did you mean ${data.column}?'],
    ['data:id', 'did you mean ${data.column}?'],
    ['file', 'did you mean ${file:PATH}?'],
  ])('for %j asks back', (inner, hint) => {
    const parsed = parseReference(inner, 3);
    expect('message' in parsed && { hint: parsed.hint, offset: parsed.offset }).toEqual({ hint, offset: 3 });
  });

  test('for something else tells what there is, and how to write a literal', () => {
    const parsed = parseReference('something', 0);
    expect('hint' in parsed && parsed.hint).toContain(
      '${data.column} ${random.int(1,9)} ${uuid} ${seq} ${env:NAME}',
    );
    expect('hint' in parsed && parsed.hint).toContain('"$${"');
  });

  test('quotes no more than the beginning of what it does not know', () => {
    const parsed = parseReference('x'.repeat(10_000), 0);
    expect('message' in parsed && parsed.message.length).toBeLessThan(100);
  });
});

describe('nearestOf', () => {
  test.each([
    ['nmae', 'name'],
    ['ID', 'id'],
    ['somewhere', null],
  ])('%s: %s', (written, nearest) => {
    expect(nearestOf(written, ['id', 'name', 'token'])).toBe(nearest);
  });
});
