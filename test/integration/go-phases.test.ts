/** Our phases beside those of Go's own net/http/httptrace, of the same server. */

import { afterAll, expect } from 'vitest';
import { probe } from '../../src/load/probe.ts';
import { type GoService, httpTraceOf, startGoService } from '../support/go-service.ts';
import { requires } from '../support/requires.ts';
import { planFor } from '../support/traffic.ts';

const COUNT = 40;
const SERVICE_MS = 10;

let service: GoService | null = null;
afterAll(() => service?.stop());

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Both are on this machine, and each is measured by a program of its own: the typical request may differ by this much. */
const WITHIN_MS = 1.5;

requires('go').test('phases agree with those of net/http/httptrace', async () => {
  service = await startGoService('none', `-service=${SERVICE_MS}ms`);
  const url = `${service.origin}/followers`;
  const ours = [];
  for (let pair = 0; pair < COUNT / 2; pair += 1) {
    const seen = await probe({
      plan: planFor(url),
      secrets: {},
      count: 2,
      guard: { allowPublic: false },
      runId: 'phases',
      userAgent: 'tester',
    });
    ours.push(...seen.map(({ attempt }) => attempt));
  }
  const theirs = httpTraceOf(url, COUNT);
  expect(ours).toHaveLength(COUNT);
  expect(theirs).toHaveLength(COUNT);
  for (const reused of [false, true]) {
    const own = ours.filter((attempt) => attempt.reused === reused);
    const go = theirs.filter(({ Reused }) => Reused === reused);
    expect(own).toHaveLength(COUNT / 2);
    expect(go).toHaveLength(COUNT / 2);
    const wait = median(own.map(({ firstByteMs, sentMs }) => firstByteMs - sentMs));
    const goWait = median(go.map(({ FirstByte, WroteRequest }) => FirstByte - WroteRequest));
    expect(wait).toBeGreaterThanOrEqual(SERVICE_MS - 0.1);
    expect(Math.abs(wait - goWait)).toBeLessThan(WITHIN_MS);
    const whole = median(own.map(({ endMs, readyMs }) => endMs - readyMs));
    expect(Math.abs(whole - median(go.map(({ End }) => End)))).toBeLessThan(2 * WITHIN_MS);
  }
  const connect = ours.filter(({ reused }) => !reused).map(({ connectMs }) => connectMs);
  const goConnect = theirs
    .filter(({ Reused }) => !Reused)
    .map((seen) => seen.ConnectDone - seen.ConnectStart);
  expect(Math.abs(median(connect) - median(goConnect))).toBeLessThan(WITHIN_MS);
  // What did not happen is not told as 0, there as here.
  expect(ours.filter(({ reused }) => reused).every(({ connectMs }) => Number.isNaN(connectMs))).toBe(true);
  expect(theirs.filter(({ Reused }) => Reused).every(({ ConnectDone }) => ConnectDone === -1)).toBe(true);
});
