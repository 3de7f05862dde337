import fc from 'fast-check';
import { expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import { memoryReads } from './memory-reads.ts';
import { FIXTURE_WORLD, planFile, planFiles } from './plan-files.ts';

const reads = memoryReads(FIXTURE_WORLD);
const good = planFiles('good').map((file) => planFile('good', file));

/** A good plan with pieces cut out, doubled or put in. */
const mutated = fc
  .record({
    plan: fc.constantFrom(...good),
    at: fc.nat(),
    length: fc.integer({ min: 0, max: 20 }),
    put: fc.oneof(
      fc.string({ maxLength: 5 }),
      fc.constantFrom('{', '[', ': ', '- ', '&a ', '*a', '!!x ', '"', "'", '\n', '\t', '${', '1e999', 'null'),
    ),
  })
  .map(({ plan: { text }, at, length, put }) => {
    const start = at % text.length;
    return text.slice(0, start) + put + text.slice(start + length);
  });

test('any text is a plan or a UsageError, never a crash', () => {
  fc.assert(
    fc.property(fc.oneof(mutated, fc.string({ maxLength: 200 })), (text) => {
      try {
        parsePlan({ file: 'p.yaml', text }, {}, reads);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(error.message).toMatch(/^p\.yaml|^there |^target /);
      }
    }),
    { numRuns: 400 },
  );
});

test('no message shows a secret of the plan', () => {
  const secret = 'sesame-1f7a';
  const holders = fc.constantFrom(
    `headers: { authorization: "Bearer ${secret}", FAULT }`,
    `headers: { FAULT, x-api-key: ${secret} }`,
    `base: http://ali:${secret}@exa_mple.com:FAULT/`,
    `targets: [ { get: "https://example.com/?token=${secret}", FAULT } ]`,
    `targets: [ { post: https://example.com/, form: { password: "${secret}" }, FAULT } ]`,
    `headers: { x-token: "\${env:API_TOKEN}", FAULT }`,
    `http: { proxy: "http://ali:${secret}@proxy:1", FAULT }`,
    `http: { proxy: "socks5://ali:${secret}@proxy:1" }`,
    `headers: { cookie: "a=${secret}\\r\\n" }`,
  );
  const faults = fc.constantFrom(
    'wieght: 1',
    '{',
    '"',
    'a: [',
    'x: *y',
    'x: !t 1',
    'expect: 5',
    '\ta',
    'a: 012',
    '99999',
  );
  fc.assert(
    fc.property(holders, faults, (line, fault) => {
      const text = `version: 1\n${line.replace('FAULT', fault)}\n`;
      const world = memoryReads({ env: { API_TOKEN: secret } });
      try {
        parsePlan({ file: 'p.yaml', text }, {}, world);
      } catch (error) {
        if (!(error instanceof UsageError)) throw error;
        expect(`${error.message} ${error.hint}`).not.toContain(secret);
      }
    }),
    { numRuns: 200 },
  );
});
