import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import type { Overrides } from '../../src/plan/flags.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { type Memory, memoryReads } from './memory-reads.ts';

const URL_ALONE: Overrides = { url: 'http://127.0.0.1:8080/x' };
const PLAN = 'version: 1\nbase: https://example.com\ntargets: [ { name: a, get: /a } ]\n';

function read(flags: Overrides, text: string | null = null, memory: Memory = {}): Plan {
  const source = text === null ? null : { file: 'conf/plan.yaml', text };
  return parsePlan(source, flags, memoryReads(memory)).plan;
}

function refusal(flags: Overrides, text: string | null = null, memory: Memory = {}): UsageError {
  try {
    read(flags, text, memory);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a URL alone', () => {
  test('is sent 30 requests per second for 20 seconds, and judged by the default objective', () => {
    const plan = read(URL_ALONE);
    expect(plan.targets).toMatchObject([
      { name: 'GET /x', method: 'GET', url: 'http://127.0.0.1:8080/x', timeoutMs: 10_000 },
    ]);
    expect(plan.load).toMatchObject({
      kind: 'open',
      arrivals: 'poisson',
      stages: [{ kind: 'constant', ratePerSecond: 30, durationMs: 20_000 }],
      requests: null,
      connections: { max: null, lifetimeMs: 30_000, freshRatio: 0 },
    });
    expect(plan.objectivesDefaulted).toBe(true);
    expect(plan.objectives).toMatchObject([{ text: 'errors < 1%', limit: 0.01, position: null }]);
    expect(plan).toMatchObject({ seed: 42, owner: null, data: null, agreement: [] });
  });

  test.each([
    ['http://EXAMPLE.com:80', 'http://example.com/'],
    ['https://bücher.example/straße?q=ä b', 'https://xn--bcher-kva.example/straße?q=ä b'],
    ['http://example.com?x=1#part', 'http://example.com/?x=1'],
    ['http://[::1]:8080/a#b', 'http://[::1]:8080/a'],
    ['http://example.com/${uuid}?r=${random.int(1,9)}', 'http://example.com/${uuid}?r=${random.int(1,9)}'],
  ])('%s is sent to %s', (url, sent) => {
    expect(read({ url }).targets[0]?.url).toBe(sent);
  });

  test('gives its user and password to a basic authorization header', () => {
    const [target] = read({ url: 'http://ali:open%20sesame@example.com/x' }).targets;
    expect(target?.url).toBe('http://example.com/x');
    expect(target?.headers).toEqual([
      ['authorization', `Basic ${Buffer.from('ali:open sesame').toString('base64')}`],
    ]);
  });

  test('keeps references to user and password as references', () => {
    const url = 'http://${env:U}:${env:P}@example.com/x';
    const { plan, secrets } = parsePlan(null, { url }, memoryReads({ env: { U: 'ali', P: 'sesame' } }));
    expect(plan.targets[0]?.url).toBe(url);
    expect(secrets).toEqual({ 'env:U': 'ali', 'env:P': 'sesame' });
  });

  test.each([
    ['example.com', 'URL: "example.com" has no scheme', 'write http://example.com or https://example.com'],
    [
      '//u:p@example.com',
      'URL: the URL has no scheme',
      'write http://***@example.com or https://***@example.com',
    ],
    ['ftp://example.com', 'URL: "ftp:" is not spoken', 'write the URL with http:// or https://'],
    ['http://user:sesame@:80', 'URL: "http://***@:80" is not a URL', 'write it as https://host/path'],
    ['http://exa mple.com', 'URL: "http://exa mple.com" is not a URL', 'write it as https://host/path'],
    ['http://example.com/\n', 'URL: the URL holds a control character', 'remove it'],
    [
      'http://example.com/${data.id}',
      'URL: the plan has no data',
      'add data: FILE.csv, whose first line names the columns',
    ],
  ])('%j is refused: %s', (url, message, hint) => {
    const error = refusal({ url });
    expect([error.message, error.hint]).toEqual([message, hint]);
  });

  test('is needed when there is no plan', () => {
    expect(refusal({}).message).toBe('there is nothing to send to');
  });
});

describe('flags', () => {
  test('shape the request', () => {
    const [target] = read({
      ...URL_ALONE,
      method: 'put',
      headers: ['X-Tenant: 7', 'accept:  text/html ', 'x-empty;'],
      body: 'hello',
      timeout: '2s',
    }).targets;
    expect(target).toMatchObject({ method: 'PUT', body: 'hello', timeoutMs: 2000 });
    expect(target?.headers).toEqual([
      ['x-tenant', '7'],
      ['accept', 'text/html'],
      ['x-empty', ''],
    ]);
  });

  test('with a body and no method make a POST', () => {
    expect(read({ ...URL_ALONE, body: 'a=1' }).targets[0]).toMatchObject({ method: 'POST', body: 'a=1' });
  });

  test('take a body from a file or from standard input', () => {
    const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
    const memory = { files: { 'b.bin': 'from a file' }, stdin: 'from stdin' };
    expect(read({ ...URL_ALONE, body: '@b.bin' }, null, memory).targets[0]?.body).toEqual(
      bytes('from a file'),
    );
    expect(read({ ...URL_ALONE, body: '@-' }, null, memory).targets[0]?.body).toEqual(bytes('from stdin'));
    expect(refusal({ ...URL_ALONE, body: '@nowhere' }).message).toBe(
      '--body: the body cannot be read: there is no such file',
    );
  });

  test('set how connections are made', () => {
    const plan = read(
      {
        url: 'https://127.0.0.1:8443/x',
        follow: true,
        insecure: true,
        http2: true,
        keepalive: false,
        cacert: 'ca.pem',
        connectTo: ['a:80:[::1]:8080'],
        resolve: ['a:80:127.0.0.1,[::1]'],
        proxy: 'http://proxy:3128',
        unixSocket: '/run/app.sock',
        owner: 'team',
      },
      null,
      { files: { 'ca.pem': '-----BEGIN CERTIFICATE-----' } },
    );
    expect(plan.http).toMatchObject({
      version: '2',
      keepAlive: false,
      redirects: 10,
      proxy: 'http://proxy:3128',
      unixSocket: '/run/app.sock',
      connectTo: [{ host: 'a', port: 80, toHost: '[::1]', toPort: 8080 }],
      resolve: [{ host: 'a', port: 80, addresses: ['127.0.0.1', '::1'] }],
    });
    expect(plan.tls).toMatchObject({ insecure: true, ca: '-----BEGIN CERTIFICATE-----' });
    expect(plan.owner).toBe('team');
  });

  test('keep a client key beside the plan', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nMIIE\n';
    const files = { 'c.pem': '-----BEGIN CERTIFICATE-----', 'k.pem': pem };
    const { plan, secrets } = parsePlan(
      null,
      { ...URL_ALONE, cert: 'c.pem', key: 'k.pem' },
      memoryReads({ files }),
    );
    expect(plan.tls.key).toBe('${file:k.pem}');
    expect(secrets).toEqual({ 'file:k.pem': pem });
  });

  test.each<[Overrides, string, string]>([
    [
      { rate: 'fast' },
      '--rate: "fast" is not a rate: a number is missing at "fast"\n  fast\n  ^',
      'write it as 200/s, 6000/m or 1k/s: the total, not per worker',
    ],
    [
      { duration: '10' },
      '--duration: "10" is not a duration: it has no unit\n  10\n    ^',
      'say which unit: 10s or 10ms',
    ],
    [
      { timeout: '0s' },
      '--timeout: "0s" must be longer than 0\n  0s\n  ^',
      'write it as 300ms, 10s or 1m30s',
    ],
    [{ requests: 'many' }, '--requests: expected a whole number', 'write a whole number, without unit'],
    [{ requests: '0' }, '--requests: must be at least 1', 'write a number that is at least 1'],
    [{ seed: '-1' }, '--seed: must be at least 0', 'write a number that is at least 0'],
    [{ workers: '1.5' }, '--workers: expected a whole number', 'write a whole number, without unit'],
    [
      { connections: 'many' },
      '--connections: expected a number of connections',
      'write a whole number, or { max: 50, lifetime: 30s, fresh: 10% }',
    ],
    [{ arrivals: 'unifrom' }, '--arrivals: expected poisson or uniform', 'did you mean "uniform"?'],
    [
      { objectives: ['p99 < 1s', 'p99 <> 1s'] },
      '--objective: "<>" is no comparison\n  p99 <> 1s\n      ^',
      'use <, <=, > or >=',
    ],
    [
      { objectives: ['b: p99 < 1s'] },
      '--objective: there is no target "b"\n  b: p99 < 1s\n  ^',
      'the targets are GET /x',
    ],
    [
      { closed: true, rate: '5/s' },
      '--rate: "rate" does not go with "closed"',
      'a closed loop sends as fast as it is answered: drop one of the two',
    ],
    [
      { headers: ['no colon'] },
      '--header: there is no "name:" at its start',
      'write it as "name: value", or "name;" for an empty value',
    ],
    [
      { headers: ['a: 1\r\nb: 2'] },
      '--header: the header value holds a control character (U+000D)',
      'remove it, or encode the value',
    ],
    [
      { headers: ['connection: close'] },
      '--header: the header "connection" cannot be set',
      'set http.keepalive instead',
    ],
    [
      { headers: ['authorization: Bearer ${env:NOPE}'] },
      '--header: the environment variable NOPE is not set',
      'set it: export NOPE=...',
    ],
    [
      { connectTo: ['a:b:c:d'] },
      '--connect-to: "a:b:c:d": "b" is no port\n  a:b:c:d\n    ^',
      'write it as HOST1:PORT1:HOST2:PORT2, each part may be empty, IPv6 in [brackets]',
    ],
    [{ method: 'G ET' }, '--method: this is no method', 'write GET, POST or the like'],
  ])('%j are refused', (flags, message, hint) => {
    const error = refusal({ ...URL_ALONE, ...flags });
    expect([error.message, error.hint]).toEqual([message, hint]);
  });

  test('that are wrong are all named at once', () => {
    const { message, hint } = refusal({ ...URL_ALONE, rate: 'x', duration: 'y' });
    expect(message.split('\n').filter((line) => line.startsWith('--'))).toEqual([
      '--rate: "x" is not a rate: a number is missing at "x"',
      '--duration: "y" is not a duration: a number is missing at "y"',
    ]);
    expect(message).toContain('  hint: write it as 300ms, 10s, 1m30s or 2h');
    expect(hint).toBeNull();
  });
});

describe('flags over a plan', () => {
  test('replace what they name and leave the rest', () => {
    const text = `${PLAN}headers: { x-a: plan, x-b: plan }\nload: { rate: 5/s, duration: 1m, timeout: 3s, seed: 7 }\nobjectives: [ "p99 < 1s" ]\n`;
    const plan = read(
      { rate: '9/s', headers: ['X-A: flag'], timeout: '1s', objectives: ['errors < 2%'] },
      text,
    );
    expect(plan.load).toMatchObject({ stages: [{ ratePerSecond: 9, durationMs: 60_000 }] });
    expect(plan.targets[0]).toMatchObject({
      timeoutMs: 1000,
      headers: [
        ['x-a', 'flag'],
        ['x-b', 'plan'],
      ],
    });
    expect(plan.objectives.map(({ text: written }) => written)).toEqual(['errors < 2%']);
    expect(plan.seed).toBe(7);
  });

  test('let a URL take the place of the targets, without credentials that were meant for another host', () => {
    const text = `${PLAN}headers: { authorization: Bearer sesame, x-b: plan }\n`;
    expect(read({ url: 'http://127.0.0.1/' }, text).targets).toMatchObject([
      { url: 'http://127.0.0.1/', headers: [['x-b', 'plan']] },
    ]);
    expect(read({ url: 'https://example.com/z' }, text).targets[0]?.headers).toHaveLength(2);
  });

  test('cannot say which of several targets or stages they mean', () => {
    const two =
      'version: 1\nbase: https://example.com\ntargets: [ { get: /a }, { get: /b } ]\nload: { stages: [ { rate: 1, for: 1s }, { rate: 2, for: 1s } ] }\n';
    expect(refusal({ method: 'PUT' }, two).message).toBe(
      '--method: the plan has 2 targets, and it is not known which is meant',
    );
    expect(refusal({ duration: '9s' }, two).message).toMatch(/^--duration: the plan has 2 stages/);
    expect(read({ rate: '3/s' }, two).load).toMatchObject({
      stages: [{ ratePerSecond: 3, durationMs: 2000 }],
    });
  });

  test('cannot give a closed plan a rate', () => {
    const closed = `${PLAN}load: { closed: { users: 3 }, duration: 5s }\n`;
    expect(refusal({ rate: '3/s' }, closed).message).toMatch(/^--rate: the plan is a closed loop/);
    expect(read({ connections: '8' }, closed).load).toMatchObject({
      kind: 'closed',
      users: 8,
      durationMs: 5000,
    });
  });

  test('are read relative to the working directory, the plan relative to its own folder', () => {
    const files = { 'b.bin': 'cwd', 'conf/b.bin': 'conf', 'conf/users.csv': 'id\n1\n' };
    const text =
      'version: 1\ndata: users.csv\ntargets: [ { post: "https://example.com/${data.id}", bodyFile: b.bin } ]\n';
    const decode = (body: unknown): string =>
      new TextDecoder().decode(body instanceof Uint8Array ? body : undefined);
    expect(decode(read({}, text, { files }).targets[0]?.body)).toBe('conf');
    expect(decode(read({ body: '@b.bin' }, text, { files }).targets[0]?.body)).toBe('cwd');
    expect(read({}, text, { files }).data).toEqual({ file: 'users.csv', columns: ['id'], rows: [['1']] });
  });
});

describe('the length of a run', () => {
  test.each<[Overrides, object]>([
    [{ rate: '100/s', duration: '1m' }, { stages: [{ ratePerSecond: 100, durationMs: 60_000 }] }],
    [{ duration: '1m' }, { stages: [{ ratePerSecond: 30, durationMs: 60_000 }] }],
    [
      { requests: '10', duration: '5s' },
      { requests: 10, stages: [{ ratePerSecond: 30, durationMs: 5000 }] },
    ],
    [{ closed: true }, { kind: 'closed', users: 10, durationMs: 20_000, think: { minMs: 0, maxMs: 0 } }],
    [
      { closed: true, requests: '50' },
      { kind: 'closed', durationMs: null, requests: 50 },
    ],
    [
      { closed: true, connections: '7', duration: '3s' },
      { users: 7, durationMs: 3000, connections: { max: null } },
    ],
    [{ connections: '7' }, { kind: 'open', connections: { max: 7 } }],
  ])('with %j is %j', (flags, load) => {
    expect(read({ ...URL_ALONE, ...flags }).load).toMatchObject(load);
  });

  test('with a number of requests alone is long enough for all of them, at the default rate', () => {
    const { load } = read({ ...URL_ALONE, requests: '3000' });
    if (load.kind !== 'open') throw new Error('it is open');
    const [stage] = load.stages;
    expect(load.requests).toBe(3000);
    expect(stage).toMatchObject({ kind: 'constant', ratePerSecond: 30 });
    // Six standard deviations above the mean of a Poisson count of 3000.
    expect((stage?.durationMs ?? 0) / 1000).toBeGreaterThan((3000 + 6 * Math.sqrt(3000)) / 30);
    expect((stage?.durationMs ?? 0) / 1000).toBeLessThan(120);
  });

  test('has an end that a timer can hold', () => {
    expect(refusal({ ...URL_ALONE, requests: '1000000000' }).message).toMatch(
      /^--requests: the run would take .*, longer than 24 days$/,
    );
  });
});

describe('a plan', () => {
  test('is frozen all through', () => {
    const plan = read(
      {},
      'version: 1\ntargets: [ { post: https://example.com/, body: { base64: AAE= }, expect: { status: 200 } } ]\n',
    );
    const loose: string[] = [];
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return;
      if (!Object.isFrozen(value)) loose.push(path);
      for (const [key, inner] of Object.entries(value)) visit(inner, `${path}.${key}`);
    };
    visit(plan, 'plan');
    expect(loose).toEqual([]);
    expect(plan.targets[0]?.body).toEqual(new Uint8Array([0, 1]));
  });

  test('knows where its objectives stand', () => {
    const plan = read({}, `${PLAN}objectives:\n  - p99 < 1s\nagreement: [ "p99 < 2s" ]\n`);
    expect(plan.objectives[0]?.position).toEqual({ line: 5, column: 5 });
    expect(plan.agreement[0]?.position).toEqual({ line: 6, column: 14 });
  });

  test('numbers the default names of like targets', () => {
    const plan = read(
      {},
      'version: 1\nbase: https://example.com\ntargets: [ { get: /a?x=1 }, { get: /a?x=2 }, { name: "GET /b", get: /c }, { get: /b } ]\n',
    );
    expect(plan.targets.map(({ name }) => name)).toEqual(['GET /a', 'GET /a (2)', 'GET /b', 'GET /b (2)']);
  });

  test('refuses an environment value that no header can carry, without showing it', () => {
    const text = `${PLAN}headers: { authorization: "Bearer \${env:T}" }\n`;
    const error = refusal({}, text, { env: { T: 'open\r\nsesame' } });
    expect(error.message.split('\n')[0]).toBe(
      'conf/plan.yaml:4:35: the value of env:T holds a line break or another character that no header can carry',
    );
    expect(error.message).not.toContain('sesame');
  });

  test('takes the newline off a secret file in a header', () => {
    const text = `${PLAN}headers: { authorization: "Bearer \${file:t}" }\n`;
    expect(read({}, text, { files: { 'conf/t': 'sesame\n' } }).targets[0]?.headers).toEqual([
      ['authorization', 'Bearer ${file:t}'],
    ]);
  });

  test('checks a base of references with their values', () => {
    const text = 'version: 1\nbase: ${env:BASE}\ntargets: [ { get: /a } ]\n';
    expect(read({}, text, { env: { BASE: 'http://127.0.0.1:1' } }).targets[0]?.url).toBe('${env:BASE}/a');
    const error = refusal({}, text, { env: { BASE: 'sesame' } });
    expect(error.message).toMatch(
      /with the values of its references the URL is not an absolute http or https URL/,
    );
    expect(error.message).not.toContain('sesame');
  });

  test('names at most ten of its faults, and counts the rest', () => {
    const { message } = refusal(
      {},
      `version: 1\n${Array.from({ length: 13 }, (_, i) => `k${i}: 1\n`).join('')}`,
    );
    expect(message.match(/unknown key/g)).toHaveLength(10);
    expect(message.endsWith('\nand 3 more')).toBe(true);
  });

  test('is done with a file of something else in no time, however many keys it has', () => {
    const text = `version: 1\n${Array.from({ length: 30_000 }, (_, i) => `key${i}: 1\n`).join('')}`;
    const before = process.cpuUsage();
    expect(refusal({}, text).message).toContain('and 29990 more');
    // Looked up one by one in all of them it takes ten seconds and more.
    expect(process.cpuUsage(before).user / 1e6).toBeLessThan(5);
  });

  test.each([
    ['load: { rate: 1/s, for: 30s }', 'did you mean "duration"?'],
    ['load: { users: 5 }', 'a closed loop is { closed: { users: 5 } }'],
  ])('of a name that another section has says what it is here: %s', (load, hint) => {
    expect(refusal({}, `version: 1\ntargets: [ { get: "http://h/" } ]\n${load}\n`).hint).toContain(hint);
  });
});

test('HTTP/2 is refused where it would silently be HTTP/1.1: without TLS', () => {
  const open = (url: string): unknown => read({ url, http2: true });
  expect(() => open('http://h/')).toThrow('target "GET /": HTTP/2 is spoken over TLS alone');
  expect(() => open('https://h/')).not.toThrow();
});
