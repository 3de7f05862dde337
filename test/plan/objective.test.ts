import { describe, expect, test } from 'vitest';
import { formatObjective, ObjectiveError, parseObjective } from '../../src/plan/objective.ts';

function refusal(text: string): [message: string, column: number, hint: string] {
  try {
    parseObjective(text);
  } catch (error) {
    if (error instanceof ObjectiveError) return [error.message, error.column, error.hint];
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('an objective', () => {
  test.each([
    ['p99 < 250ms', 'p99 < 250ms'],
    ['p99<250', 'p99 < 250ms'],
    ['p99.9 <= 1s', 'p99.9 <= 1s'],
    ['p0 < 1ms', 'p0 < 1ms'],
    ['p100 < 1m', 'p100 < 60s'],
    ['P95 < 0.5s', 'p95 < 500ms'],
    ['p(95)<500', 'p95 < 500ms'],
    ['http_req_duration: p(95)<500', 'p95 < 500ms'],
    ['http_req_failed: rate<0.01', 'errors < 1%'],
    ['http_reqs: rate>100', 'throughput > 100/s'],
    ['med < 100', 'p50 < 100ms'],
    ['avg < 100', 'mean < 100ms'],
    ['mean >= 100', 'mean >= 100ms'],
    ['max < 2s', 'max < 2s'],
    ['min < 10ms', 'min < 10ms'],
    ['errors < 0.1%', 'errors < 0.1%'],
    ['errors <= 0', 'errors <= 0%'],
    ['errors <= 100%', 'errors <= 100%'],
    ['status 5xx < 1%', 'status 5xx < 1%'],
    ['Status 429 < 0.5%', 'status 429 < 0.5%'],
    ['rps > 1k', 'throughput > 1000/s'],
    ['goodput >= 6000/m', 'goodput >= 100/s'],
    ['apdex(300ms) > 0.85', 'apdex(300ms) > 85%'],
    ['apdex( 1s ) >= 1', 'apdex(1s) >= 100%'],
    ['dropped < 1%', 'dropped < 1%'],
    ['followers: p95 < 100ms', 'followers: p95 < 100ms'],
    ['GET /a:b: p95 < 100ms', 'GET /a:b: p95 < 100ms'],
    ['wait for it: p95 < 1s for 30s', 'wait for it: p95 < 1s for 30s'],
    ['p99 < 250ms for 1m30s abort', 'p99 < 250ms for 90s abort'],
    ['  p99  <  250 ms  abort ', 'p99 < 250ms abort'],
    ['server cpu < 85%', 'server cpu < 85%'],
    ['Server CPU<0.85', 'server cpu < 85%'],
    ['server(api-1) cpu < 85%', 'server(api-1) cpu < 85%'],
    ['server (10.0.0.7:9100) memory <= 100%', 'server(10.0.0.7:9100) memory <= 100%'],
    ['server([::1]:80)fds < 80%', 'server([::1]:80) fds < 80%'],
    ['server run-queue < 10', 'server run-queue < 10ms'],
    ['server goroutines < 500', 'server goroutines < 500'],
    ['server locks < 0.5', 'server locks < 0.5'],
    ['server accept-queue <= 0/s', 'server accept-queue <= 0/s'],
    ['server: p95 < 100ms', 'server: p95 < 100ms'],
    ['server cpu: p95 < 100ms', 'server cpu: p95 < 100ms'],
    ['the server: errors < 1%', 'the server: errors < 1%'],
  ])('%s reads %s', (text, plain) => {
    expect(formatObjective(parseObjective(text))).toBe(plain);
    expect(parseObjective(text).text).toBe(text.trim());
  });

  test('has its limit in ms, as a ratio or per second', () => {
    expect(parseObjective('p99.9 < 1.5s')).toMatchObject({
      indicator: { kind: 'quantile', q: 0.999 },
      limit: 1500,
    });
    expect(parseObjective('errors < 0.1%')).toMatchObject({ limit: 0.001 });
    expect(parseObjective('throughput > 60/m')).toMatchObject({ limit: 1 });
    expect(parseObjective('status 4xx < 1%').indicator).toEqual({ kind: 'status', from: 400, to: 499 });
    expect(parseObjective('p50 < 1s for 30s').windowMs).toBe(30_000);
  });

  test.each([
    ['', 'a comparison is missing', 1],
    ['p99', 'a comparison is missing', 4],
    ['p99 << 250ms', '"<<" is no comparison', 5],
    ['p99 == 250ms', '"==" is no comparison', 5],
    ['p99 ≤ 250ms', '"≤" is no comparison', 5],
    ['p99 <', 'a limit is missing', 6],
    ['< 250ms', 'an indicator is missing', 1],
    ['p101 < 1s', 'there is no percentile above 100: "p101"', 1],
    ['p99 < 250x', '"250x" is not a duration: the unit "x" is unknown', 10],
    ['p99 < 0', 'a latency limit must be more than 0', 7],
    ['p99 < -1', '"-1" is not a latency: it is negative', 7],
    ['errors < 1', '"1" would be 100%', 10],
    ['errors < 5', '"5" is not a ratio: it is beyond 1, which is 100%', 10],
    ['errors < 0', 'a ratio is never below 0', 10],
    ['errors < 250ms', '"250ms" is not a ratio: the unit "ms" is unknown', 13],
    ['status 700 < 1%', 'there is no status "700"', 1],
    ['status < 1%', '"status" names no status', 1],
    ['apdex(0) > 0.9', 'the threshold of apdex must be more than 0', 7],
    ['apdex(fast) > 0.9', '"fast" is not a duration: a number is missing at "fast"', 7],
    ['rate < 0.01', '"rate" alone says nothing', 1],
    ['followers: pp95 < 1s', 'unknown indicator "pp95"', 12],
    [': p95 < 1s', 'a target name is missing before ":"', 1],
    ['p99 < 1s for', '"" is not a duration: it is empty', 13],
    ['p99 < 1s for 0s', 'a window must be longer than 0', 14],
    ['p99 < 1s often', '"1s often" is not a duration: a number is missing at "often"', 10],
    [
      'p99 < 10\u00a0ms',
      '"10 ms" is not a latency: it holds the character U+00A0, which is not plain ASCII',
      9,
    ],
  ])('%j is refused: %s', (text, message, column) => {
    expect(refusal(text).slice(0, 2)).toEqual([message, column]);
  });

  test('suggests what was probably meant', () => {
    expect(refusal('eror < 1%')[2]).toBe('did you mean "errors"?');
    expect(refusal('thruput > 1')[2]).toMatch(/^known are p0 to p100/);
    expect(refusal('errors < 1')[2]).toBe('write 1% if per cent is meant, or 100%');
    expect(refusal('p99 = 1s')[2]).toBe('use <, <=, > or >=');
  });
});

describe('an objective about a server is refused', () => {
  test.each<readonly [text: string, says: string, at: string, hint: string]>([
    ['server cpus < 1%', 'unknown resource "cpus"', 'cpus', 'did you mean "cpu"'],
    ['server latency < 1%', 'unknown resource "latency"', 'latency', 'known are cpu'],
    ['server < 1%', 'the resource of the server is missing', '< 1', 'known are cpu'],
    ['server() cpu < 1%', 'the name of the server is empty', 'server', 'server(api-1)'],
    ['home: server cpu < 1%', 'a server is of no target', 'home', 'leave the target out'],
    ['home: server(a:1) cpu < 1%', 'a server is of no target', 'home', 'leave the target out'],
    ['cpu < 85%', 'unknown indicator "cpu"', 'cpu', 'did you mean "server cpu"'],
    ['server cpu < 85% for 30s', 'judged over a whole stage', 'for', 'leave out "for"'],
    ['server cpu < 85% abort', 'stops no run', 'abort', 'leave out "abort"'],
    ['server cpu < baseline + 10%', 'there is no baseline', 'baseline', 'a fixed limit'],
    ['server cpu < 1', '"1" would be 100%', '1', '1% if per cent'],
    ['server cpu < 10ms', 'the unit "ms" is unknown', 'ms', ''],
    ['server goroutines < 5k', '"5k" is no number', '5k', 'without a unit'],
    ['server goroutines < 5%', '"5%" is no number', '5%', 'without a unit'],
    ['server accept-queue < 0', 'nothing is below 0', '0', '"<= 0"'],
    ['server cpu <', 'a limit is missing', '', ''],
  ])('%s', (text, says, at, hint) => {
    const [message, column, remedy] = refusal(text);
    expect(message).toContain(says);
    expect(remedy).toContain(hint);
    if (at === '') return;
    expect(text.slice(column - 1).startsWith(at)).toBe(true);
  });
});
