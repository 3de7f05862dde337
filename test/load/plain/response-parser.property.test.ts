import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { spoiltResponse, validResponse } from './generated-response.ts';
import { ReusedParser, readResponse } from './read-response.ts';

const anyResponse = fc.oneof(validResponse, spoiltResponse);

const cuts = fc
  .array(fc.nat({ max: 400 }), { maxLength: 12 })
  .map((positions) => positions.sort((a, b) => a - b));

const method = fc.constantFrom('GET', 'GET', 'HEAD');

describe('however the bytes are cut into pieces', () => {
  test('a response is read the same, or refused the same', () => {
    fc.assert(
      fc.property(anyResponse, cuts, method, (bytes, positions, asked) => {
        const whole = readResponse(bytes, { method: asked });
        expect(readResponse(bytes, { method: asked, cuts: positions })).toEqual(whole);
      }),
      { numRuns: 3000 },
    );
  });

  test('down to single bytes', () => {
    fc.assert(
      fc.property(anyResponse, method, (bytes, asked) => {
        const each = Array.from({ length: bytes.length }, (_, index) => index);
        expect(readResponse(bytes, { method: asked, cuts: each })).toEqual(
          readResponse(bytes, { method: asked }),
        );
      }),
      { numRuns: 1500 },
    );
  });

  test('and whatever the connection carried before', () => {
    fc.assert(
      fc.property(fc.array(anyResponse, { minLength: 2, maxLength: 6 }), cuts, (responses, positions) => {
        const parser = new ReusedParser();
        // Each twice: a parser knows the last head again.
        for (const bytes of responses.flatMap((response) => [response, response])) {
          expect(readResponse(bytes, { parser, cuts: positions })).toEqual(readResponse(bytes));
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('a response', () => {
  test('that a correct server sent is never refused', () => {
    fc.assert(
      fc.property(validResponse, (bytes) => {
        expect(readResponse(bytes)).toMatchObject({
          error: null,
          kind: expect.stringMatching(/^(?:whole|closed)$/),
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('ends where it ends, whatever stands behind it', () => {
    fc.assert(
      fc.property(anyResponse, fc.string({ maxLength: 30 }), (bytes, behind) => {
        const alone = readResponse(bytes);
        fc.pre(alone.kind === 'whole');
        const both = Buffer.concat([Buffer.from(bytes, 'latin1'), Buffer.from(behind, 'latin1')]);
        expect(readResponse(both)).toEqual({
          ...alone,
          surplus: alone.surplus + Buffer.byteLength(behind, 'latin1'),
        });
      }),
      { numRuns: 2000 },
    );
  });

  test('never has more body than came in', () => {
    fc.assert(
      fc.property(spoiltResponse, (bytes) => {
        expect(readResponse(bytes).body.length).toBeLessThanOrEqual(bytes.length);
      }),
      { numRuns: 1000 },
    );
  });

  test('of arbitrary bytes is refused, not crashed upon', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), (bytes) => {
        const { kind } = readResponse(Buffer.from(bytes));
        expect(kind === 'refused' || kind === 'short').toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
