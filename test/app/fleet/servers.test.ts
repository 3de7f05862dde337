/** Names become addresses, and what is said of one server comes together. */

import { expect, test } from 'vitest';
import { guardFleet, serversOf } from '../../../src/app/fleet/servers.ts';
import { parseTarget, parseTargets } from '../../../src/app/fleet/target.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { UsageError } from '../../../src/core/errors.ts';

const ADDRESSES: Readonly<Record<string, readonly string[]>> = {
  'api.internal': ['10.0.0.2', '10.0.0.1', '10.0.0.2', 'fd00::1'],
  'one.internal': ['10.0.1.1'],
  'public.example': ['93.184.216.34'],
};

function lookup(host: string): Promise<readonly string[]> {
  const addresses = ADDRESSES[host];
  return addresses === undefined ? Promise.reject(new Error('none')) : Promise.resolve(addresses);
}

const world = { lookup, clock: systemClock() };

test('every address of a name is a server, whose host is kept', async () => {
  const servers = await serversOf([parseTarget('http://api.internal:8080/health')], world);
  expect(servers.map(({ name, address }) => [name, address])).toEqual([
    ['api.internal@10.0.0.1:8080', '10.0.0.1'],
    ['api.internal@10.0.0.2:8080', '10.0.0.2'],
    ['api.internal@[fd00::1]:8080', 'fd00::1'],
  ]);
  expect(servers[0]?.pages).toEqual([{ url: 'http://api.internal:8080/health', kind: 'service' }]);
  // What a search found out about the name is true of all of them together.
  expect(servers[0]?.origins).toEqual(['http://10.0.0.1:8080']);
});

test('a name of one address may have a capacity of its own', async () => {
  const [server] = await serversOf([parseTarget('one.internal')], world);
  expect(server).toMatchObject({ name: 'one.internal', address: '10.0.1.1' });
  expect(server?.origins).toEqual(['http://one.internal', 'http://10.0.1.1']);
});

test('a name without an address is a server that cannot be reached', async () => {
  const [server] = await serversOf([parseTarget('gone.internal')], world);
  expect(server).toMatchObject({ address: null, failure: 'its name has no address' });
});

test('localhost is this machine once', async () => {
  const servers = await serversOf([parseTarget('localhost:1')], world);
  expect(servers.map(({ address, failure }) => [address, failure])).toEqual([[null, null]]);
});

test('duplicates, pages of one origin and targets of one name are one server each', async () => {
  const text = '10.0.0.3:8080 api-1\n10.0.0.3:9100/metrics api-1\n10.0.0.4:8080\n10.0.0.4:8080/metrics';
  const targets = ['10.0.0.3:8080', '10.0.0.4:8080', '10.0.0.5'].map(parseTarget);
  const servers = await serversOf([...targets, ...parseTargets(text, 'f')], world);
  expect(servers.map(({ name, pages }) => [name, pages.map(({ url }) => url)])).toEqual([
    ['api-1', ['http://10.0.0.3:8080/', 'http://10.0.0.3:9100/metrics']],
    ['10.0.0.4:8080', ['http://10.0.0.4:8080/', 'http://10.0.0.4:8080/metrics']],
    ['10.0.0.5', ['http://10.0.0.5/']],
  ]);
});

test('many requests to a public address need an owner, few do not', async () => {
  const many = await serversOf(
    Array.from({ length: 20 }, (_, index) => parseTarget(`public.example:${8000 + index}`)),
    world,
  );
  expect(() => guardFleet(many.slice(0, 10), 5, false)).not.toThrow();
  expect(() => guardFleet(many, 5, false)).toThrow(UsageError);
  expect(() => guardFleet(many, 5, false)).toThrow(/nothing was sent/);
  expect(() => guardFleet(many, 5, true)).not.toThrow();
  const own = await serversOf([parseTarget('10.0.0.3'), parseTarget('[::1]')], world);
  expect(() => guardFleet(own, 5000, false)).not.toThrow();
});
