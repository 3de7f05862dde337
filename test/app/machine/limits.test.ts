import { describe, expect, test } from 'vitest';
import { limitsFor } from '../../../src/app/machine/limits.ts';
import { UsageError } from '../../../src/core/errors.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { atRate, closedLoad, http, openLoad, planWith, target } from '../sample-plan.ts';

const ROOMY = { descriptorLimit: 1_048_576, ports: 28_232 };
const chosen = (max: number): Plan =>
  planWith({ load: openLoad({ connections: { max, lifetimeMs: null, freshRatio: 0 } }) });

test.each<
  readonly [
    why: string,
    plan: Plan,
    figures: typeof ROOMY | { descriptorLimit: null; ports: null },
    connections: number,
    pending: number,
  ]
>([
  ['nothing chosen, plenty of descriptors', planWith(), ROOMY, 10_000, 1000],
  ['few descriptors: 80 % of them', planWith(), { descriptorLimit: 1024, ports: 28_232 }, 819, 1000],
  ['nothing known about the system', planWith(), { descriptorLimit: null, ports: null }, 10_000, 1000],
  ['a chosen number', chosen(50), ROOMY, 50, 1000],
  ['a rate whose timeout holds more than a thousand', planWith({ load: atRate(800) }), ROOMY, 10_000, 8000],
  ['an absurd rate: two million', planWith({ load: atRate(1e6) }), ROOMY, 10_000, 2_000_000],
  ['virtual users', planWith({ load: closedLoad({ users: 5000 }) }), ROOMY, 10_000, 5000],
])('limits for %s', (_, plan, figures, maxConnections, maxPending) => {
  expect(limitsFor(plan, figures)).toEqual({ maxConnections, maxPending });
});

test('the slowest target decides how many arrivals may wait', () => {
  const targets = [target('http://h/', { timeoutMs: 1000 }), target('http://h/', { timeoutMs: 30_000 })];
  expect(limitsFor(planWith({ targets, load: atRate(100) }), ROOMY).maxPending).toBe(3000);
});

describe('a chosen number of connections is refused before the run', () => {
  test.each<
    readonly [
      why: string,
      plan: Plan,
      figures: { descriptorLimit: number; ports: number },
      message: RegExp,
      hint: RegExp,
    ]
  >([
    [
      'beyond the descriptors',
      chosen(2000),
      { descriptorLimit: 1024, ports: 28_232 },
      /descriptors.*1024/,
      /-c 960 or less/,
    ],
    ['beyond the local ports', chosen(30_000), ROOMY, /local ports.*28232/, /-c 28232 or less/],
  ])('%s', (_, plan, figures, message, hint) => {
    const refuse = (): unknown => limitsFor(plan, figures);
    expect(refuse).toThrow(UsageError);
    expect(refuse).toThrow(message);
    expect(refuse).toThrow(expect.objectContaining({ hint: expect.stringMatching(hint) }));
  });

  test('but ports count once per server', () => {
    const plan = {
      ...chosen(30_000),
      targets: [target('http://a/x'), target('http://b/x'), target('http://b/y')],
    };
    expect(limitsFor(plan, ROOMY).maxConnections).toBe(30_000);
  });

  test('and a unix socket needs none', () => {
    const plan = { ...chosen(30_000), http: http({ unixSocket: '/run/x.sock' }) };
    expect(limitsFor(plan, ROOMY).maxConnections).toBe(30_000);
  });
});
