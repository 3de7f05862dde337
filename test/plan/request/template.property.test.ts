import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Target } from '../../../src/plan/plan.ts';
import { compileTarget, type RequestParts } from '../../../src/plan/request/template.ts';

const pieces = fc.constantFrom(
  'text',
  '/',
  ' é ',
  '$${x}',
  '${seq}',
  '${uuid}',
  '${random.int(-5,5)}',
  '${random.int(0,9007199254740991)}',
  '${data.id}',
  '${data.name}',
  '${env:TOKEN}',
);
const texts = fc.array(pieces, { maxLength: 5 }).map((parts) => parts.join(''));
const contentTypes = fc.constantFrom('application/json', 'application/x-www-form-urlencoded', 'text/plain');

const targets: fc.Arbitrary<Target> = fc
  .record({ path: texts, header: texts, body: fc.option(texts), contentType: contentTypes })
  .map(({ path, header, body, contentType }) => ({
    name: 'any',
    method: 'POST',
    url: `http://127.0.0.1:8080/${path}`,
    headers: [
      ['content-type', contentType] as const,
      ['x-any', header.replaceAll('${data.name}', '')] as const,
    ],
    body,
    weight: 1,
    timeoutMs: 1000,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
  }));

const cells = fc.string({ unit: 'binary', maxLength: 6 });
const datasets = fc
  .array(cells, { minLength: 1, maxLength: 4 })
  .map((names) => ({ columns: ['id', 'name'], rows: names.map((name, index) => [String(index), name]) }));

const seeds = fc.maxSafeNat();
const indexes = fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 1, maxLength: 6 });

test('rendering is a pure function of seed and index: order, repetition and compilation do not matter', () => {
  fc.assert(
    fc.property(targets, datasets, seeds, indexes, (target, data, seed, order) => {
      const context = { secrets: { 'env:TOKEN': 's' }, data, seed };
      const once = compileTarget(target, context);
      const again = compileTarget(target, context);
      const forwards = order.map((index): RequestParts => once.render(index));
      const backwards = order.toReversed().map((index): RequestParts => again.render(index));
      expect(backwards.toReversed()).toEqual(forwards);
    }),
    { numRuns: 200 },
  );
});

test('whatever is rendered can be put on the wire', () => {
  fc.assert(
    fc.property(targets, datasets, seeds, fc.nat(), (target, data, seed, index) => {
      const { path, headers } = compileTarget(target, { secrets: { 'env:TOKEN': 's' }, data, seed }).render(
        index,
      );
      expect(path).toMatch(/^\/[!-~]*$/);
      expect(headers.filter((value) => /[^\t\x20-\x7e\x80-\xff]/.test(value))).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
