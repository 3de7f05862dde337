import { describe, expect, test } from 'vitest';
import { otlpContent, pushgatewayContent, remoteWriteContent } from '../../../src/app/emit/pushes.ts';
import type { PostResponse } from '../../../src/notify/channel.ts';
import { seconds } from './sample-emission.ts';

const IDENTITY = { runId: 'run-1', version: '0.1.0', tags: ['team:payments'] };
const SECONDS = seconds(3);

const targetOf = (url: string): { url: URL; headers: Record<string, string> } => ({
  url: new URL(url),
  headers: { authorization: 'Bearer hunter2', 'content-type': 'nonsense' },
});

/** Tells of a second. */
function tell(content: ReturnType<typeof otlpContent>, second: number): void {
  const [recent, cumulative] = [SECONDS.recent[second], SECONDS.cumulative[second]];
  if (recent !== undefined && cumulative !== undefined) content.onInterval(recent, cumulative);
}

/** How many answers of 200 an OTLP body counts, and of which seconds. */
function otlpCount(content: ReturnType<typeof otlpContent>): unknown {
  const body = String(content.next()?.body);
  const [, from] = /"startTimeUnixNano":"(\d+)"/.exec(body) ?? [];
  const [, to] = /"timeUnixNano":"(\d+)"/.exec(body) ?? [];
  const [, count] = /"headroom.responses".*?"asInt":"(\d+)"/.exec(body) ?? [];
  const [, temporality] = /"aggregationTemporality":(\d)/.exec(body) ?? [];
  return [Number(from) / 1e9, Number(to) / 1e9, Number(count), Number(temporality)];
}

describe('a push to a Pushgateway', () => {
  test.each([
    ['http://gate:9091', 'vm-1', 'http://gate:9091/metrics/job/headroom/instance/vm-1'],
    ['http://gate:9091/base/', 'vm-1', 'http://gate:9091/base/metrics/job/headroom/instance/vm-1'],
    ['http://gate:9091', 'a/b', 'http://gate:9091/metrics/job/headroom/instance@base64/YS9i'],
    ['http://gate:9091', '..', 'http://gate:9091/metrics/job/headroom/instance@base64/Li4'],
    ['http://gate:9091', '', 'http://gate:9091/metrics/job/headroom/instance@base64/='],
    ['http://gate:9091/metrics/job/own/stage/x', 'vm-1', 'http://gate:9091/metrics/job/own/stage/x'],
    ['http://gate:9091/metrics/job@base64/YQ', 'vm-1', 'http://gate:9091/metrics/job@base64/YQ'],
  ])('to %s of %j goes to %s', (url, hostname, group) => {
    const content = pushgatewayContent(targetOf(url), IDENTITY, hostname);
    expect(content.next()).toBeNull();
    tell(content, 1);
    const push = content.next();
    expect([push?.method, push?.url]).toEqual(['PUT', group]);
    expect(push?.headers).toMatchObject({
      authorization: 'Bearer hunter2',
      'content-type': 'text/plain; version=0.0.4; charset=utf-8',
    });
    expect(push?.body).toContain(
      'headroom_requests_total{status="200",target="followers",team="payments"} 2',
    );
  });
});

test('remote write goes where it is told, as bytes', () => {
  const content = remoteWriteContent(targetOf('http://prom/api/v1/write?tenant=1'), IDENTITY, 'box');
  tell(content, 0);
  const push = content.next();
  expect([push?.method, push?.url]).toEqual(['POST', 'http://prom/api/v1/write?tenant=1']);
  expect(push?.headers['content-encoding']).toBe('snappy');
  expect(push?.body).toBeInstanceOf(Uint8Array);
  // Series of two machines would be one, and its counters would fall.
  expect(Buffer.from(push?.body ?? []).toString('latin1')).toContain('instance\u0012\u0003box');
});

describe('a push of OTLP', () => {
  test('tells all so far, when cumulative', () => {
    const content = otlpContent(targetOf('http://collector/v1/metrics'), IDENTITY, 'cumulative');
    tell(content, 0);
    expect(otlpCount(content)).toEqual([0, 1, 1, 2]);
    tell(content, 1);
    tell(content, 2);
    expect(otlpCount(content)).toEqual([0, 3, 3, 2]);
  });

  test('tells each second once, when delta, and again when it was lost', () => {
    const content = otlpContent(targetOf('http://collector/v1/metrics'), IDENTITY, 'delta');
    expect(content.next()).toBeNull();
    tell(content, 0);
    expect(otlpCount(content)).toEqual([0, 1, 1, 1]);
    expect(content.next()).toBeNull();
    tell(content, 1);
    expect(otlpCount(content)).toEqual([1, 2, 1, 1]);
    content.onLost();
    tell(content, 2);
    expect(otlpCount(content)).toEqual([1, 3, 2, 1]);
  });

  test('goes out again after the answers that the protocol names, and no other', () => {
    const otlp = otlpContent(targetOf('http://collector/v1/metrics'), IDENTITY, 'delta');
    const written = remoteWriteContent(targetOf('http://collector/api/v1/write'), IDENTITY, 'box');
    const statuses = [301, 400, 408, 413, 429, 500, 501, 502, 503, 504];
    expect(statuses.filter(otlp.isPassing)).toEqual([429, 502, 503, 504]);
    expect(statuses.filter(written.isPassing)).toEqual([429, 500, 501, 502, 503, 504]);
  });

  const answer = (body: string, isCut = false): PostResponse => ({ status: 200, headers: {}, body, isCut });

  test.each([
    ['{}', null],
    ['', null],
    ['{"partialSuccess":{}}', null],
    ['{"partialSuccess":{"rejectedDataPoints":"0","errorMessage":"slow down"}}', null],
    ['{"partialSuccess":{"rejectedDataPoints":"3"}}', 'it rejected 3 data points'],
    [
      '{"partialSuccess":{"rejectedDataPoints":3,"errorMessage":"bad unit"}}',
      'it rejected 3 data points: bad unit',
    ],
    ['{"partialSuccess":', null],
    ['"partialSuccess"', null],
  ])('hears from %s: %s', (body, complaint) => {
    const content = otlpContent(targetOf('http://collector/v1/metrics'), IDENTITY, 'cumulative');
    expect(content.complaint?.(answer(body))).toBe(complaint);
  });
});
