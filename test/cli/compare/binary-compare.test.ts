/** Live comparisons by the built program: run `npm run build` first. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type CountingServer, headroom, serve, start, until } from '../binary.ts';

/** As short as the breaker can do with: it watches for two seconds. */
const SHORT = ['-r', '60/s', '--block', '1500ms'];

let well: CountingServer;
let failing: CountingServer;

beforeAll(async () => {
  well = await serve((_, response) => response.end('hello'));
  failing = await serve((_, response) => {
    response.statusCode = 503;
    response.end();
  });
});

afterAll(async () => {
  await Promise.all([well.close(), failing.close()]);
});

test('a candidate that answers with failures alone is spared the rest, and fails; no secret of either side shows', async () => {
  const baseline = well.url.replace('//', '//ann:hunter2@');
  const sides = ['--baseline', baseline, '--candidate', `${failing.url}?token=s3cr3t`];
  const { code, out, err } = await headroom(['compare', ...sides, ...SHORT, '--json']);
  expect(err).toContain('stopping: ');
  expect(JSON.parse(out)).toMatchObject({
    command: 'compare',
    stopped: { by: 'breaker' },
    verdict: { status: 'fail', reasons: [{ code: 'MORE_ERRORS' }, { code: 'BREAKER' }] },
    comparison: { findings: [{ indicator: 'p50' }, { indicator: 'p99' }, { status: 'fail', shown: 'more' }] },
  });
  expect(code).toBe(1);
  expect(out + err).not.toMatch(/hunter2|s3cr3t/);
});

test('a baseline that fails by itself leaves nothing to say of the candidate', async () => {
  const sides = ['--baseline', failing.url, '--candidate', well.url];
  const { code, out } = await headroom(['compare', ...sides, ...SHORT, '-q']);
  expect(out).toMatch(/^INCONCLUSIVE {2}The comparison was stopped while the baseline was measured/);
  expect(code).toBe(3);
});

test('a stop leaves what was compared so far, and 130', async () => {
  const before = well.requests();
  const sides = ['--baseline', well.url, '--candidate', well.url];
  const { process: child, ended } = start(['compare', ...sides, ...SHORT]);
  await until(() => well.requests() > before + 60);
  child.kill('SIGINT');
  const { code, out } = await ended;
  expect(out).toMatch(/^INCONCLUSIVE {2}The comparison was stopped before its end. \(INTERRUPTED\)/);
  expect(out).toContain('Effect  intervals of');
  expect(code).toBe(130);
});
