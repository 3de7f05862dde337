import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObserveError } from '../../../src/observe/observe-error.ts';
import { readOrca } from '../../../src/observe/orca.ts';
import { numbersOf } from '../readings.ts';

test('whatever stands in the header, it is read or refused in words', () => {
  const bytes = fc
    .uint8Array({ maxLength: 40 })
    .map((array) => `BIN ${Buffer.from(array).toString('base64')}`);
  fc.assert(
    fc.property(fc.oneof(fc.string(), bytes), (header) => {
      try {
        for (const value of Object.values(numbersOf(readOrca(header, 1))))
          expect(value).toBeGreaterThanOrEqual(0);
      } catch (error) {
        expect(error).toBeInstanceOf(ObserveError);
      }
    }),
    { numRuns: 500 },
  );
});
