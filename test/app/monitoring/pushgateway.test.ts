import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkGateway, pushMetrics, pushUrl } from '../../../src/app/monitoring/pushgateway.ts';
import { OutputError, UsageError } from '../../../src/core/errors.ts';
import type { PostRequest, PostResponse } from '../../../src/notify/channel.ts';
import { renderPrometheus } from '../../../src/report/monitoring/prometheus.ts';
import { canaryResult } from '../../support/sample-canary.ts';

const GATEWAY = 'https://user:hunter22@push.example/base/';

/** A gateway that answers this; what it was sent is kept. */
function gateway(status: number, body = '') {
  const requests: PostRequest[] = [];
  const post = (request: PostRequest): Promise<PostResponse> => {
    requests.push(request);
    return Promise.resolve({ status, headers: {}, body, isCut: false });
  };
  return { post, requests };
}

describe('the address of a group', () => {
  test.each([
    ['followers', 'check/followers'],
    ['a.b-c_d~e', 'check/a.b-c_d~e'],
    ['a/b', 'check@base64/YS9i'],
    ['', 'check@base64/='],
    ['..', 'check@base64/Li4'],
    ['zwölf', 'check@base64/enfDtmxm'],
    ['a b?c#d', 'check@base64/YSBiP2MjZA'],
  ])('of %j', (check, end) => {
    expect(pushUrl('http://g:9091', check)).toBe(`http://g:9091/metrics/job/headroom/${end}`);
  });

  test('is read back as the same check, whatever its name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (check) => {
        const { pathname, search, hash } = new URL(pushUrl('http://g:9091//', check));
        expect(search + hash).toBe('');
        const [, label = '', value = ''] =
          /^\/metrics\/job\/headroom\/([^/]+)\/([^/]+)$/.exec(pathname) ?? [];
        const read = label === 'check' ? value : Buffer.from(value, 'base64url').toString('utf8');
        expect(read).toBe(check);
      }),
    );
  });
});

describe('a push', () => {
  test('replaces the group of the check by its metrics', async () => {
    const { post, requests } = gateway(200);
    expect(await pushMetrics(canaryResult(), GATEWAY, post)).toEqual([]);
    expect(requests).toEqual([
      {
        method: 'PUT',
        url: 'https://user:hunter22@push.example/base/metrics/job/headroom/check/followers',
        headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
        body: renderPrometheus(canaryResult()),
        timeoutMs: 10_000,
        maxBytes: 4096,
      },
    ]);
    expect(await pushMetrics(canaryResult(), GATEWAY, gateway(202).post)).toEqual([]);
  });

  test.each([
    [400, 'bad \u001b[2Jline\nmore', 'answered 400: bad \\x1b[2Jline'],
    [301, '', 'answered 301'],
    [500, '', 'answered 500'],
  ])('that is answered with %i is told, without the password and safe to show', async (status, body, end) => {
    const [failure, ...more] = await pushMetrics(canaryResult(), GATEWAY, gateway(status, body).post);
    expect(more).toEqual([]);
    expect(failure).toBeInstanceOf(OutputError);
    expect(failure?.message).toBe(`the Pushgateway https://***@push.example/base/ ${end}`);
  });

  test('that is not answered is told as well', async () => {
    const post = (): Promise<never> => Promise.reject(new Error('the connection was refused'));
    const [failure] = await pushMetrics(canaryResult(), 'http://g', post);
    expect(failure?.message).toBe('cannot reach the Pushgateway http://g: the connection was refused');
  });
});

test.each(['g:9091', 'ftp://g', 'http://g/?a=1', 'nonsense', 'http://g/#x'])(
  '%s is no gateway',
  (address) => {
    expect(() => checkGateway(address)).toThrow(UsageError);
  },
);

test('a gateway may have a path, a user and a password', () => {
  expect(() => checkGateway(GATEWAY)).not.toThrow();
});
