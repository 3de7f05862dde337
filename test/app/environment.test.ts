import { expect, test } from 'vitest';
import { environmentRemarks, refuseBlindTls } from '../../src/app/environment.ts';

test.each([
  [{}, false, []],
  [{ HTTP_PROXY: '' }, false, []],
  [{ HTTPS_PROXY: 'http://user:hunter2@proxy' }, false, ['HTTPS_PROXY is set and ignored']],
  [{ http_proxy: 'http://a', ALL_PROXY: 'http://b' }, false, ['ALL_PROXY, http_proxy are set and ignored']],
  [{ HTTP_PROXY: 'http://a' }, true, []],
])('a proxy in the environment %j is remarked on, unless one was chosen (%s)', (env, proxied, expected) => {
  const remarks = environmentRemarks(env, proxied);
  expect(remarks.map((remark) => remark.split(':')[0])).toEqual(expected);
  expect(remarks.join()).not.toContain('hunter2');
});

test('certificate checks cannot be switched off from the environment', () => {
  expect(() => refuseBlindTls({ NODE_TLS_REJECT_UNAUTHORIZED: '0' })).toThrow(
    expect.objectContaining({ errorClass: 'usage', hint: expect.stringContaining('-k') }),
  );
  expect(() => refuseBlindTls({ NODE_TLS_REJECT_UNAUTHORIZED: '1' })).not.toThrow();
});
