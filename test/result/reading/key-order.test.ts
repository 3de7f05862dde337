import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeResult } from '../../../src/result/decode.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { inKeyOrder } from '../../../src/result/reading/key-order.ts';
import { sampleCanary } from '../../support/sample-canary.ts';
import { observedResult } from '../../support/sample-servers.ts';

const git = { commit: 'c0ffee', branch: 'main', dirty: false };
const whole = { ...observedResult(), git, canary: sampleCanary() };

test('whoever writes a key last, the document has the bytes with which it is read back', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray(['git', 'canary', 'slowest', 'servers', 'sinks'] as const), (keys) => {
      const late = keys.map((key) => [key, whole[key]] as const);
      const base = Object.fromEntries(Object.entries(whole).filter(([key]) => !keys.includes(key as never)));
      const document = { ...base, ...Object.fromEntries(late) } as typeof whole;
      const text = encodeResult(document);
      expect(encodeResult(decodeResult(text, 'x.json'))).toBe(text);
      expect(inKeyOrder(document)).toEqual(document);
      expect(Object.keys(inKeyOrder(document))).toEqual(Object.keys(decodeResult(text, 'x.json')));
    }),
    { numRuns: 30 },
  );
});
