/** The searches as a program calls them. */

import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { capacity, launch, UsageError } from '../../../src/index.ts';

const stateFolder = join(tmpdir(), 'headroom-library-test');
const url = 'http://127.0.0.1:9/';

test('a search that is stopped before it begins has sent nothing, and is a result', async () => {
  const signal = AbortSignal.abort();
  const result = await capacity({ url, stateFolder, signal, seed: '4' });
  expect(result).toMatchObject({ command: 'capacity', seed: 4, exitCode: 130, totals: { sent: 0 } });
  expect(result.capacity?.trials).toEqual([]);
  const asked = await launch({ url, stateFolder, signal, peak: '100/s', maxDurationMs: 60_000 });
  expect(asked).toMatchObject({ command: 'launch', exitCode: 130, launch: { answer: 'inconclusive' } });
  expect(asked.capacity?.budgetMs).toBe(60_000);
});

test('users stand for a peak', async () => {
  const users = { users: '300', think: '30s', requestsPerVisit: '8' };
  const result = await launch({ url, stateFolder, signal: AbortSignal.abort(), ...users });
  expect(result.launch).toMatchObject({ askedPerSecond: 80, users: { count: 300, thinkMs: 30_000 } });
});

test('what cannot be asked, or may not be sent, is refused', async () => {
  const resolve = ['public.test:80:93.184.216.34'];
  await expect(launch({ url, stateFolder })).rejects.toThrow(UsageError);
  await expect(capacity({ url: 'http://public.test/', resolve, stateFolder })).rejects.toThrow(UsageError);
  await expect(launch({ url: 'http://public.test/', resolve, stateFolder, peak: '60/s' })).rejects.toThrow(
    UsageError,
  );
});

test('below the rate that anybody may get, a public server may be asked, and no more is looked for', async () => {
  const result = await launch({
    url: 'http://public.test/',
    resolve: ['public.test:80:93.184.216.34'],
    stateFolder,
    peak: '30/s',
    signal: AbortSignal.abort(),
  });
  expect(result.launch?.questions.map(({ ratePerSecond }) => ratePerSecond)).toEqual([39, 30]);
});
