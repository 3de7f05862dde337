import fc from 'fast-check';
import protobuf from 'protobufjs';
import { describe, expect, test } from 'vitest';
import { ProtoWriter } from '../../src/telemetry/protobuf.ts';

const ALL = protobuf
  .parse(`syntax = "proto3";
  message All { int64 big = 1; int32 small = 2; bool yes = 3; float narrow = 4; double wide = 5; string text = 6; bytes raw = 7; map<string, string> pairs = 100; }`)
  .root.lookupType('All');

describe('a protobuf message', () => {
  test('is read again by another library, negative numbers, long texts and high fields too', () => {
    const any = fc.record({
      big: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      small: fc.integer(),
      yes: fc.boolean(),
      narrow: fc.float({ noNaN: true }),
      wide: fc.double({ noNaN: true }),
      text: fc.string({ unit: 'grapheme', maxLength: 400 }),
      raw: fc.uint8Array({ maxLength: 400 }),
      pairs: fc.dictionary(fc.constantFrom('a', 'b', ''), fc.string({ maxLength: 5 })),
    });
    fc.assert(
      fc.property(any, ({ big, small, yes, narrow, wide, text, raw, pairs }) => {
        const map = new Map(Object.entries(pairs));
        const bytes = new ProtoWriter()
          .int(1, big)
          .int(2, small)
          .int(3, yes)
          .float(4, narrow)
          .double(5, wide)
          .string(6, text)
          .bytes(7, raw)
          .map(100, map)
          .finish();
        const read = ALL.toObject(ALL.decode(bytes), {
          longs: String,
          bytes: Array,
          defaults: true,
          objects: true,
        });
        expect([read['big'], read['small'], read['yes']]).toEqual([String(big), small, yes]);
        expect([read['narrow'], read['wide'], read['text']]).toEqual([narrow, wide, text]);
        expect(read['raw']).toEqual([...raw]);
        expect(new Map(Object.entries(read['pairs'] as object))).toEqual(map);
      }),
    );
  });

  test('has no half of a surrogate pair', () => {
    const read = ALL.toObject(ALL.decode(new ProtoWriter().string(6, 'a\ud800b').finish()));
    expect(read['text']).toBe('a\ufffdb');
  });
});
