import fc from 'fast-check';
import { expect, test } from 'vitest';
import { RESOURCE_UNITS, RESOURCES } from '../../src/core/server/signal.ts';
import { formatObjective, ObjectiveError, parseObjective } from '../../src/plan/objective.ts';
import type { BaselineLimit, Indicator, Objective } from '../../src/plan/plan.ts';

const ratio = fc.double({ min: 1e-9, max: 1, noNaN: true });
const positive = fc.double({ min: 1e-6, max: 1e12, noNaN: true });
const plain = (
  kind: 'mean' | 'max' | 'min' | 'errors' | 'throughput' | 'goodput' | 'dropped',
): Indicator => ({ kind });

const latency = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }).map((q): Indicator => ({ kind: 'quantile', q })),
  fc.constantFrom(plain('mean'), plain('max'), plain('min')),
);
const share = fc.oneof(
  fc.constantFrom(plain('errors'), plain('dropped')),
  fc.integer({ min: 1, max: 5 }).map((n): Indicator => ({ kind: 'status', from: n * 100, to: n * 100 + 99 })),
  fc.integer({ min: 100, max: 599 }).map((code): Indicator => ({ kind: 'status', from: code, to: code })),
  positive.map((thresholdMs): Indicator => ({ kind: 'apdex', thresholdMs })),
);
const flow = fc.constantFrom(plain('throughput'), plain('goodput'));
const judged = fc.oneof(fc.tuple(latency, positive), fc.tuple(share, ratio), fc.tuple(flow, positive));
const names = fc.string({ minLength: 1, maxLength: 20 }).filter((name) => /^[^\p{C}<>=!≤≥]+$/u.test(name));

const objectives: fc.Arbitrary<Objective> = fc
  .record({
    judged,
    target: fc.option(
      names.map((name) => name.trim()).filter((name) => name !== '' && !name.startsWith('http_req')),
    ),
    op: fc.constantFrom('<', '<=', '>', '>=' as const),
    windowMs: fc.option(positive),
    abort: fc.boolean(),
  })
  .map(({ judged: [indicator, limit], ...rest }) => ({
    ...rest,
    indicator,
    limit,
    text: '',
    position: null,
  }));

test('an objective that is written out reads back the same', () => {
  fc.assert(
    fc.property(objectives, (objective) => {
      const text = formatObjective(objective);
      expect(parseObjective(text)).toEqual({ ...objective, text });
    }),
    { numRuns: 500 },
  );
});

test('an objective about a server that is written out reads back the same', () => {
  const limit = { ratio, ms: positive, count: positive, 'per-second': positive };
  const server = fc.option(
    fc.stringMatching(/^[a-z][a-z0-9.:/ -]{0,20}$/).map((name) => name.trim()),
    { nil: null },
  );
  const about = fc.constantFrom(...RESOURCES).chain((resource) =>
    fc.record({
      indicator: fc.record({ kind: fc.constant('server' as const), resource: fc.constant(resource), server }),
      limit: limit[RESOURCE_UNITS[resource]],
      op: fc.constantFrom('<', '<=', '>', '>=' as const),
    }),
  );
  fc.assert(
    fc.property(about, (parts) => {
      const objective = { ...parts, target: null, windowMs: null, abort: false, text: '', position: null };
      const text = formatObjective(objective);
      expect(parseObjective(text)).toEqual({ ...objective, text });
    }),
    { numRuns: 500 },
  );
});

const noise = fc.double({ min: 1e-6, max: 1e6, noNaN: true });
const below1 = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
const isUpper = (op: Objective['op']): boolean => op.startsWith('<');

/** Of each kind of indicator the distances that it can have. */
const distances = (kind: 'scaled' | 'ratio', op: Objective['op']): fc.Arbitrary<BaselineLimit> => {
  const sign = isUpper(op) ? '+' : '-';
  const own = (amounts: fc.Arbitrary<number>): fc.Arbitrary<BaselineLimit> =>
    amounts.map((amount) => ({ op: sign, amount, isShare: false }));
  const factor = (isUpper(op) ? noise.map((more) => 1 + more) : below1).map(
    (amount): BaselineLimit => ({ op: '*', amount, isShare: true }),
  );
  if (kind === 'ratio') return own(below1);
  const share = (isUpper(op) ? noise : below1).map(
    (amount): BaselineLimit => ({ op: sign, amount, isShare: true }),
  );
  return fc.oneof(own(noise), factor, share);
};

test('an objective relative to a baseline that is written out reads back the same, its limit not known', () => {
  const relative = fc
    .record({
      judged: judged.filter(([{ kind }]) => kind !== 'apdex'),
      op: fc.constantFrom('<', '<=', '>', '>=' as const),
      abort: fc.boolean(),
    })
    .chain(({ judged: [indicator], op, abort }) => {
      const isRatio = ['errors', 'status', 'dropped'].includes(indicator.kind);
      return distances(isRatio ? 'ratio' : 'scaled', op).map((baseline) => ({
        indicator,
        op,
        abort,
        baseline,
      }));
    });
  fc.assert(
    fc.property(relative, fc.constantFrom(null, 'home page'), (parts, scope) => {
      const target = ['throughput', 'goodput', 'dropped'].includes(parts.indicator.kind) ? null : scope;
      const objective = { ...parts, target, limit: NaN, windowMs: null, text: '', position: null };
      const text = formatObjective(objective);
      expect(parseObjective(text)).toEqual({ ...objective, text });
    }),
    { numRuns: 500 },
  );
});

test('any text is an objective or an ObjectiveError within it', () => {
  const pieces = fc.constantFrom(
    'p99',
    '<',
    '250ms',
    ':',
    'errors',
    'for',
    'abort',
    '%',
    '1',
    ' ',
    '(',
    'apdex(',
    'baseline',
    '+',
    '*',
    '-',
    'status',
    'server',
    'cpu',
    ')',
    'é',
    '>=',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(pieces).map((parts) => parts.join(' ')),
      ),
      (text) => {
        try {
          parseObjective(text);
        } catch (error) {
          expect(error).toBeInstanceOf(ObjectiveError);
          if (error instanceof ObjectiveError) {
            expect(error.column).toBeGreaterThanOrEqual(1);
            expect(error.column).toBeLessThanOrEqual(text.length + 1);
          }
        }
      },
    ),
    { numRuns: 500 },
  );
});
