/** AT-7.5: pressure as the kernel tells it, down to what is said of the server. */

import { expect, test } from 'vitest';
import { asksOf } from '../../../src/observe/asks.ts';
import { readAnswer } from '../../../src/observe/read-answer.ts';
import { mergeReadings } from '../../../src/observe/reading.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { judgeFleet } from '../../../src/verdict/fleet/judge-fleet.ts';
import { server } from '../../verdict/fleet/sample-facts.ts';

test.each([
  [933_490_489 + 4_000_000, 'near'],
  [933_490_489 + 1_000, 'ok'],
])('of ten seconds, with a total of %d us at their end: %s', (totalUs, state) => {
  const ask = asksOf({ kind: 'host', url: null, match: null }).find(
    ({ file }) => file === '/proc/pressure/cpu',
  );
  if (ask === undefined) throw new Error('pressure is not asked for');
  const read = (total: number, atMs: number) =>
    mergeReadings(
      readAnswer(ask, `some avg10=0.92 avg60=0.91 avg300=0.73 total=${total}\n`, atMs).map(
        ({ reading }) => reading,
      ),
    );
  const signals = signalsBetween(read(933_490_489, 0), read(totalUs, 10_000));
  const [row] = judgeFleet([server('a', { signals, ageMs: 0 })], { near: 0.8, workers: 64 }).rows;
  expect(row).toMatchObject({ state, binding: 'cpu', tier: 'pressure', utilization: null });
});
