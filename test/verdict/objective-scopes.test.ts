import { describe, expect, test } from 'vitest';
import { InternalError } from '../../src/core/errors.ts';
import { layoutFor, objectivesLayout, plannedMs } from '../../src/verdict/objective-scopes.ts';
import { closed, constant, open, planOf, target } from './measured.ts';

const TWO = [target('home'), target('cart')];

describe('objectivesLayout', () => {
  test.each([
    ['p99 < 250ms', { kind: 'latency', limitMs: 250 }],
    ['max < 2s', { kind: 'latency', limitMs: 2000 }],
    ['min > 1ms', { kind: 'latency', limitMs: 1 }],
    ['mean < 100ms', { kind: 'mean' }],
    ['errors < 1%', { kind: 'failed' }],
    ['status 5xx < 1%', { kind: 'status', from: 500, to: 599 }],
    ['status 429 < 1%', { kind: 'status', from: 429, to: 429 }],
    ['dropped < 1%', { kind: 'dropped' }],
    ['apdex(300ms) > 0.9', { kind: 'apdex', thresholdMs: 300 }],
    ['throughput > 100/s', { kind: 'none' }],
    ['goodput > 100/s', { kind: 'none' }],
    ['cart: throughput > 100/s', { kind: 'status', from: 0, to: Infinity }],
    ['cart: goodput > 100/s', { kind: 'failed' }],
  ])('counts for "%s"', (text, rule) => {
    const [scope] = objectivesLayout(planOf([text], { targets: TWO }), ['home', 'cart']);
    expect(scope?.rule).toEqual(rule);
    expect(scope?.target).toBe(text.startsWith('cart') ? 1 : null);
  });

  test('has the agreement after the objectives', () => {
    const plan = planOf(['errors < 1%'], { agreement: ['p99 < 1s'] });
    expect(objectivesLayout(plan, ['home']).map(({ rule }) => rule.kind)).toEqual(['failed', 'latency']);
  });

  test('takes an unknown target for a bug', () => {
    const plan = planOf(['cart: p99 < 1s'], { targets: TWO });
    expect(() => objectivesLayout(plan, ['home'])).toThrow(InternalError);
  });
});

describe('layoutFor', () => {
  test.each([
    ['250 ms for a short run', open([constant(30, 20)]), 250],
    ['a 1200th of a long one', open([constant(30, 600), constant(60, 1800)]), 2000],
    [
      'a 1200th of what --until-decided may take',
      open([constant(30, 20)], { maxDurationMs: 3_600_000, untilDecided: true }),
      3000,
    ],
    ['250 ms for a long one that is cut short', open([constant(30, 3600)], { maxDurationMs: 20_000 }), 250],
    ['a 1200th of a closed loop', closed(10, 600), 500],
    ['250 ms where only requests end it', closed(10, null, { requests: 100 }), 250],
    [
      'a 1200th of the time that the requests take',
      open([{ kind: 'constant', ratePerSecond: 1, durationMs: Infinity }], { requests: 600 }),
      500,
    ],
  ])('gives windows of %s', (_name, load, windowMs) => {
    expect(layoutFor(planOf(['errors < 1%'], { load })).windowMs).toBe(windowMs);
  });

  test.each([
    ['errors < 1% for 5s', 20, 250],
    ['errors < 1% for 1.1s', 20, 275],
    ['errors < 1% for 5s', 3600, 5000],
    ['errors < 1% for 10s', 3600, 10_000 / 3],
    ['errors < 1% for 1s', 3600, 1000],
    ['errors < 1% for 1s', 86_400, 72_000],
  ])('gives windows that the one of "%s" in %i s is made of', (text, seconds, windowMs) => {
    const load = open([constant(30, seconds)]);
    expect(layoutFor(planOf([text], { load })).windowMs).toBe(windowMs);
  });

  test('begins to measure after the warm-up', () => {
    const layout = layoutFor(
      planOf([], { load: open([constant(30, 20)], { warmupMs: 5000 }), targets: TWO }),
    );
    expect(layout).toMatchObject({ measuredFromMs: 5000, targetCount: 2 });
  });

  test.each([
    [['p99 < 250ms', 'p50 < 100ms'], [], 1000],
    [['p99 < 250ms'], ['p99 < 500ms'], 1000],
    [['errors < 1%', 'p99 > 1h'], [], Infinity],
    [['mean < 100ms', 'max < 2s'], [], 8000],
    [['min < 2ms'], [], Infinity],
    [['p10 < 5ms', 'p50 < 20ms'], [], 80],
    [['p10 < 5ms'], ['p99 < 500ms'], 2000],
  ])(
    'puts the breaker at four times the largest upper limit of %j and %j',
    (objectives, agreement, breakerMs) => {
      expect(layoutFor(planOf(objectives, { agreement })).breakerMs).toBe(breakerMs);
    },
  );
});

test.each([
  [['cart: p90 < 30ms'], Infinity],
  [['cart: p90 < 30ms', 'p99 < 300ms'], 1200],
  [['cart: p90 < 30ms', 'home: p90 < 100ms'], 400],
  [['cart: p90 < 30ms', 'home: min < 100ms'], Infinity],
])('a target without a latency limit of its own keeps the breaker of %j at %d', (objectives, breakerMs) => {
  expect(layoutFor(planOf(objectives, { targets: TWO })).breakerMs).toBe(breakerMs);
});

test('plannedMs adds up stages of finite length', () => {
  expect(
    plannedMs(open([constant(1, 10), { kind: 'ramp', fromPerSecond: 1, toPerSecond: 9, durationMs: 500 }])),
  ).toBe(10_500);
});
