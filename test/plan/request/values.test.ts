import { describe, expect, test } from 'vitest';
import { fieldAt, joinFields, Values } from '../../../src/plan/request/values.ts';

const PLACE = { encode: (value: string): string => `<${value}>`, oneLine: true };

describe('Values', () => {
  const context = { secrets: { 'file:a': 'x\r\n', 'env:A': 'y\n' }, data: null, seed: 1 };

  test('leaves out the newline that ends a file where one line is asked for, and no other', () => {
    const values = new Values('t', context);
    const file = { kind: 'file', offset: 0, key: 'file:a', path: 'a' } as const;
    const env = { kind: 'env', offset: 0, key: 'env:A', name: 'A' } as const;
    expect([values.secret(file, true), values.secret(file, false), values.secret(env, true)]).toEqual([
      'x',
      'x\r\n',
      'y\n',
    ]);
    expect(values.of(file, PLACE)).toBe('<x>');
  });

  test('names the columns there are when none is near', () => {
    const data = { columns: ['id', 'name'], rows: [['1', 'a']] };
    const values = new Values('t', { ...context, data });
    const reference = { kind: 'data', offset: 0, column: 'password' } as const;
    expect(() => values.of(reference, PLACE)).toThrow(
      expect.objectContaining({ hint: 'the columns are id, name' }),
    );
  });
});

describe('joinFields', () => {
  test('is a text when all are', () => {
    expect(joinFields(['a', '', 'b'])).toBe('ab');
    expect(joinFields([])).toBe('');
  });

  test('is a function of the index when one is', () => {
    const field = joinFields(['a', String, 'b']);
    expect([fieldAt(field, 1), fieldAt(field, 2 ** 40)]).toEqual(['a1b', 'a1099511627776b']);
  });
});
