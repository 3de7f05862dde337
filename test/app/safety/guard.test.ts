import { describe, expect, test } from 'vitest';
import { guardTargets, peakOf } from '../../../src/app/safety/guard.ts';
import { UsageError } from '../../../src/core/errors.ts';
import type { Load, Plan } from '../../../src/plan/plan.ts';
import { fakeClock, fakeWorld } from '../fake-world.ts';
import { atRate, closedLoad, http, openLoad, planWith, target } from '../sample-plan.ts';

const NAMES = {
  'public.test': ['93.184.216.34'],
  'mixed.test': ['10.0.0.1', '2606:2800::1'],
  'private.test': ['10.9.9.9', 'fd12::1'],
  'here.test': ['10.1.2.3'],
  localhost: ['::1', '127.0.0.1'],
};

const world = fakeWorld({ names: NAMES });
const at = (url: string, overrides: Partial<Plan> = {}): Plan =>
  planWith({ targets: [target(url)], load: atRate(100), ...overrides });
const guard = (plan: Plan, owned = false, secrets = {}): Promise<unknown> =>
  guardTargets({ plan, secrets, owned }, world);

describe('more than 50 requests a second are refused, before any is sent, for', () => {
  test.each<readonly [what: string, plan: Plan, named: RegExp]>([
    ['a public name', at('http://public.test/'), /public\.test \(93\.184\.216\.34\)/],
    ['a public address', at('https://93.184.216.34/'), /^93\.184\.216\.34 is not/],
    ['a public IPv6 address', at('http://[2606:2800::1]:8080/'), /2606:2800::1/],
    ['an IPv4 address in IPv6 clothes', at('http://[::ffff:8.8.8.8]/'), /::ffff:/],
    ['a name with one public address', at('http://mixed.test/'), /2606:2800::1/],
    [
      'a public second target',
      at('x', { targets: [target('http://localhost/'), target('http://public.test/')] }),
      /public/,
    ],
    [
      'a private name that --resolve sends to a public address',
      at('http://private.test/', {
        http: http({ resolve: [{ host: 'private.test', port: 80, addresses: ['8.8.4.4'] }] }),
      }),
      /8\.8\.4\.4/,
    ],
    [
      'a private name that --connect-to sends elsewhere',
      at('http://private.test/', {
        http: http({ connectTo: [{ host: '', port: null, toHost: 'public.test', toPort: null }] }),
      }),
      /public\.test/,
    ],
    [
      'a public proxy',
      at('http://private.test/', { http: http({ proxy: 'http://public.test:3128' }) }),
      /public\.test/,
    ],
    [
      'a public server behind a private proxy',
      at('http://public.test/', { http: http({ proxy: 'http://10.0.0.8:3128' }) }),
      /public/,
    ],
    [
      'a name that only a proxy resolves',
      at('http://unknown.test/', { http: http({ proxy: 'http://10.0.0.8:3128' }) }),
      /only the proxy/,
    ],
    ['virtual users at full speed', at('http://public.test/', { load: closedLoad() }), /at full speed/],
  ])('%s', async (_, plan, named) => {
    const refusal = guard(plan);
    await expect(refusal).rejects.toThrow(UsageError);
    await expect(refusal).rejects.toThrow(named);
    await expect(refusal).rejects.toMatchObject({ hint: expect.stringContaining('--yes-i-own-this') });
    await expect(guard(plan, true)).resolves.toMatchObject({ allowPublic: true });
  });
});

describe('nobody needs to own', () => {
  test.each<readonly [what: string, plan: Plan, allowPublic: boolean, coLocated: boolean]>([
    ['a public name at a gentle rate', at('http://public.test/', { load: atRate(50) }), true, false],
    ['loopback', at('http://127.0.0.1:80/'), false, true],
    ['localhost', at('http://localhost/'), false, true],
    ['a private network', at('http://private.test/'), false, false],
    ['an address of this machine', at('http://here.test/'), false, true],
    [
      'a unix socket, whatever the name',
      at('http://public.test/', { http: http({ unixSocket: '/run/x' }) }),
      false,
      true,
    ],
    ['a name without an address: the run measures that', at('http://unknown.test/'), false, false],
    [
      'a public name that --resolve sends to loopback',
      at('http://public.test/', {
        http: http({ resolve: [{ host: 'public.test', port: 80, addresses: ['127.0.0.1'] }] }),
      }),
      false,
      true,
    ],
  ])('%s', async (_, plan, allowPublic, coLocated) => {
    expect(await guard(plan)).toEqual({ allowPublic, coLocated });
  });
});

test('a host given by reference is judged by its value', async () => {
  const plan = at('http://${env:HOST}/');
  await expect(guard(plan, false, { 'env:HOST': 'public.test' })).rejects.toThrow(/public\.test/);
  await expect(guard(plan, false, { 'env:HOST': 'localhost' })).resolves.toMatchObject({ coLocated: true });
});

test('a name server that never answers holds the guard up for five seconds', async () => {
  const clock = fakeClock();
  const silent = { ...world, clock, lookup: () => new Promise<readonly string[]>(() => undefined) };
  const guarded = guardTargets({ plan: at('http://silent.test/'), secrets: {}, owned: false }, silent);
  await clock.advance(5000);
  expect(await guarded).toEqual({ allowPublic: false, coLocated: false });
});

test.each<readonly [what: string, load: Load, peak: number]>([
  ['a constant rate', atRate(80), 80],
  [
    'the highest end of a ramp',
    openLoad({ stages: [{ kind: 'ramp', fromPerSecond: 10, toPerSecond: 60, durationMs: 1000 }] }),
    60,
  ],
  [
    'users that think for a second on average',
    closedLoad({ users: 30, think: { minMs: 500, maxMs: 1500 } }),
    30,
  ],
  ['users that do not think', closedLoad(), Infinity],
])('the peak of %s', (_, load, peak) => {
  expect(peakOf(load)).toBe(peak);
});
