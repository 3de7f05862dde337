import { expect, test } from 'vitest';
import { sharedLookup } from '../../../src/app/world/shared-lookup.ts';

function lookups(): number {
  return process.getActiveResourcesInfo().filter((name) => name === 'GetAddrInfoReqWrap').length;
}

function found(host: string): Promise<unknown> {
  return new Promise((resolve) => {
    sharedLookup(host, { all: true }, (error, addresses) => resolve(error?.code ?? addresses));
  });
}

test('who wait for a name share one lookup, and all hear of its end', async () => {
  const before = lookups();
  const all = Array.from({ length: 5 }, () => found('localhost'));
  expect(lookups() - before).toBe(1);
  const [first, ...others] = await Promise.all(all);
  expect(first).toContainEqual(expect.objectContaining({ address: expect.stringMatching(/^(127\.|::1)/) }));
  for (const other of others) expect(other).toEqual(first);
  expect(await found('localhost')).toEqual(first);
});

test('an error is told to all as well, and the next one asks again', async () => {
  const all = await Promise.all([found('no host\0'), found('no host\0')].map((each) => each.catch(String)));
  expect(all[0]).toEqual(all[1]);
  expect(typeof all[0]).toBe('string');
});
