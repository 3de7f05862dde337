import { describe, expect, test } from 'vitest';
import { runProgram } from '../../src/cli/program.ts';
import { encodeResult } from '../../src/result/encode.ts';
import { type FakeParts, type FakeWorld, fakeFiles, fakeOutput, fakeWorld } from '../app/fake-world.ts';
import { sampleResult } from '../support/sample-result.ts';

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly world: FakeWorld;
}

async function run(args: readonly string[], parts: FakeParts = {}): Promise<Ran> {
  const world = fakeWorld(parts);
  const code = await runProgram(args, world);
  return { code, out: world.stdout.text(), err: world.stderr.text(), world };
}

describe('help', () => {
  test('names every command, and every exit code', async () => {
    const { code, out } = await run(['--help']);
    expect(code).toBe(0);
    for (const name of [
      'run',
      'capacity',
      'launch',
      'probe',
      'check',
      'report',
      'schema',
      'lint',
      'doctor',
      'demo',
    ]) {
      expect(out).toMatch(new RegExp(`^  ${name} `, 'm'));
    }
    for (const exit of [0, 1, 2, 3, 4, 70, 130, 143]) expect(out).toMatch(new RegExp(`^  ${exit} +\\w`, 'm'));
  });

  test('of a command groups its flags and hides aliases', async () => {
    const { out } = await run(['run', '--help']);
    for (const group of ['Traffic:', 'Request:', 'Connection:', 'Judging:', 'Exit code:', 'Output:']) {
      expect(out).toContain(`\n${group}\n`);
    }
    for (const hidden of ['-z <', '--threshold', '--data', '--request ']) expect(out).not.toContain(hidden);
  });

  test.each<readonly [args: readonly string[], groups: readonly string[]]>([
    [['capacity'], ['Search:', 'Traffic:', 'Judging:', 'Examples:', 'Exit codes:']],
    [['launch'], ['Launch:', 'Traffic:', 'Judging:', 'Examples:', 'Exit codes:']],
    [
      ['demo', 'launch'],
      ['Launch:', 'Traffic:', 'Judging:', 'Exit codes:'],
    ],
  ])('of %j says how it searches, and nothing of the schedule of a run', async (args, groups) => {
    const { code, out } = await run([...args, '--help']);
    expect(code).toBe(0);
    for (const group of groups) expect(out).toContain(`\n${group}\n`);
    for (const absent of ['--rate', '--duration', '--closed', '--warmup', '--until-decided']) {
      expect(out).not.toContain(`${absent} `);
    }
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  });

  test('of the canary offers no run without a history, and says what its exit codes mean', async () => {
    const { out } = await run(['canary', '--help']);
    expect(out).not.toContain('--no-history');
    expect(out).toMatch(/^ {2}3 +blind/m);
    expect(out).not.toContain('launch: yes');
  });

  test.each([
    'lint',
    'check',
    'probe',
    'doctor',
    'fleet',
    'pager test',
    'pager drill',
    'canary status',
    'history',
    'baseline show',
    'baseline set',
    'baseline clear',
  ])('of %s offers no format that it has not', async (command) => {
    const { out } = await run([...command.split(' '), '--help']);
    expect(out).toContain('text or json');
    for (const absent of ['junit', 'gitlab', '--ci']) expect(out).not.toContain(absent);
  });

  test.each(['lint', 'check', 'pager test', 'pager drill', 'history'])(
    'of %s speaks of no launch',
    async (command) => {
      expect((await run([...command.split(' '), '--help'])).out).not.toContain('launch: yes');
    },
  );

  test('is also a command', async () => {
    expect((await run(['help', 'run'])).out).toBe((await run(['run', '--help'])).out);
  });
});

test('--version prints the version alone', async () => {
  expect(await run(['--version', '--quiet'])).toMatchObject({ code: 0, out: '0.1.0\n', err: '' });
});

describe('a wrong command line ends with 2, one line on what is wrong and one on what to do', () => {
  test.each<readonly [args: readonly string[], wrong: RegExp, hint: RegExp]>([
    [[], /no command was given/, /headroom URL/],
    [['prob'], /unknown command 'prob'/, /Did you mean probe\?/],
    [['run', '--durations', '3s', 'http://h/'], /unknown option '--durations'/, /Did you mean --duration\?/],
    [['run', '--arrivals', 'bursty', 'http://h/'], /bursty/, /--help/],
    [['run', '-r'], /argument missing/, /--help/],
    [['report'], /missing required argument 'result'/, /--help/],
    [['report', 'a.json', 'b.json'], /too many arguments/, /--help/],
    [['report', 'nothing.json'], /cannot read nothing\.json: no such file/, /--json/],
    [
      ['report', 'a.json', '--color', 'sometimes'],
      /--color does not know "sometimes"/,
      /always, never or auto/,
    ],
  ])('%j', async (args, wrong, hint) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    const lines = err.trimEnd().split('\n');
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatch(/^headroom: /);
    expect(lines[0]).toMatch(wrong);
    expect(lines[1]).toMatch(/^ {2}hint: /);
    expect(lines[1]).toMatch(hint);
  });
});

describe('on failure with --json standard output is one JSON document', () => {
  test.each([
    [['prob', '--json']],
    [['report', 'nothing.json', '--format', 'json']],
    [['run', '--format=json', '--nope']],
  ])('%j', async (args) => {
    const { code, out } = await run(args);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      schema: 'headroom.error/1',
      error: { message: expect.any(String), hint: expect.any(String), exitCode: 2 },
    });
  });

  test('whose exit code is the one that the process ends with', async () => {
    const { code, out } = await run(['prob', '--json', '--exit-codes', 'k6']);
    expect(code).toBe(104);
    expect(JSON.parse(out).error.exitCode).toBe(104);
  });
});

test('what was typed reaches the terminal neither raw nor with its secrets', async () => {
  const { err } = await run([
    'run',
    '--nope\u001b[31m',
    '-H',
    'x-api-key: hunter22',
    'http://bob:hunter22@h/',
  ]);
  expect(err).not.toContain('\u001b');
  expect(err).not.toContain('hunter22');
});

describe('report', () => {
  const files = (text: string): FakeParts => ({ files: fakeFiles({ 'r.json': text, '-': text }) });
  const sample = encodeResult(sampleResult());

  test('shows a result as text, and the code says only that it could', async () => {
    const { code, out } = await run(['report', 'r.json'], files(sample));
    expect(code).toBe(0);
    expect(out).toContain('errors < 1%');
  });

  test('reads standard input for -', async () => {
    expect((await run(['report', '-'], files(sample))).code).toBe(0);
  });

  test('gives the same document back as JSON', async () => {
    const { out, world } = await run(['report', 'r.json', '--json', '-o', 'copy.json'], files(sample));
    expect(JSON.parse(out)).toEqual(JSON.parse(sample));
    expect(world.files.contents.get('copy.json')).toBe(out);
  });

  test('opens a page that it wrote, in any format', async () => {
    const page = (await run(['report', 'r.json', '--format', 'html'], files(sample))).out;
    expect((await run(['report', 'r.json', '--format', 'html'], files(page))).out).toBe(page);
    expect(JSON.parse((await run(['report', '-', '--json'], files(page))).out)).toEqual(JSON.parse(sample));
  });

  test.each([
    ['an empty file', ''],
    ['a page without a result', '<!doctype html><p>Hello'],
    ['half a file', sample.slice(0, sample.length / 2)],
    ['something else', '{"schema":"other/1"}'],
  ])('refuses %s', async (_, text) => {
    expect(await run(['report', 'r.json'], files(text))).toMatchObject({ code: 2, out: '' });
  });

  test('ends with 4 when standard output is full, and quietly when its reader is gone', async () => {
    const full = fakeOutput({ kind: 'failed', code: 'ENOSPC' });
    const found = await run(['report', 'r.json'], { ...files(sample), stdout: full });
    expect(found).toMatchObject({ code: 4, err: 'headroom: cannot write to standard output: ENOSPC\n' });
    const closed = fakeOutput({ kind: 'closed' });
    expect(await run(['report', 'r.json'], { ...files(sample), stdout: closed })).toMatchObject({
      code: 0,
      err: '',
    });
  });
});

describe('lint', () => {
  const text = (objectives: string): string =>
    `version: 1\ntargets: [ { get: "http://127.0.0.1:1/" } ]\nload: { rate: 100/s, duration: 1m }\n${objectives}\n`;
  const files = (objectives: string): FakeParts => ({
    files: fakeFiles({ 'p.yaml': text(objectives), '/work-place/headroom.yaml': text(objectives) }),
  });

  test.each([
    ['objectives: [ "p95 < 250ms" ]', 0, /^CLEAN/],
    ['objectives: []', 1, /^DOUBTFUL {2}1 warning/],
  ])('%s', async (objectives, code, out) => {
    expect(await run(['lint', 'p.yaml'], files(objectives))).toMatchObject({
      code,
      out: expect.stringMatching(out),
    });
  });

  test('has JSON, and a plan that cannot be read ends with 2', async () => {
    const { code, out } = await run(['lint', 'p.yaml', '--json'], files('objectives: []'));
    expect([code, JSON.parse(out)]).toMatchObject([
      1,
      { schema: 'headroom.lint/1', plan: 'p.yaml', exitCode: 1 },
    ]);
    expect(await run(['lint', 'none.yaml'])).toMatchObject({ code: 2, out: '' });
    expect(await run(['lint', 'p.yaml'], files('objectives: 3'))).toMatchObject({ code: 2 });
    expect(await run(['lint'])).toMatchObject({ code: 2, err: expect.stringContaining('no plan file') });
  });
});

describe('check', () => {
  const plan =
    'version: 1\ntargets: [ { get: "http://127.0.0.1:1/" } ]\nload: { rate: 40/s, duration: 10s }\n';
  const files = (): FakeParts => ({
    files: fakeFiles({ 'headroom.yaml': plan, '/work-place/headroom.yaml': plan }),
  });
  const load = async (args: readonly string[]): Promise<unknown> => {
    const { code, out } = await run(['check', ...args, '--json'], files());
    expect(code).toBe(0);
    return JSON.parse(out).load;
  };

  test('reads the plan that is found, named, or given by a URL, and flags win', async () => {
    const asked = { requests: 400, durationMs: 10_000, peakPerSecond: 40 };
    expect(await load([])).toMatchObject(asked);
    expect(await load(['headroom.yaml'])).toMatchObject(asked);
    expect(await load(['--plan', 'headroom.yaml', '-r', '20/s'])).toMatchObject({
      requests: 200,
      peakPerSecond: 20,
    });
    expect(await load(['http://127.0.0.1:1/'])).toMatchObject({
      requests: 600,
      durationMs: 20_000,
      peakPerSecond: 30,
    });
  });

  test('says where a plan is wrong', async () => {
    const wrong = fakeFiles({ 'p.yaml': 'version: 1\ntarget: []\n' });
    const { code, err } = await run(['check', 'p.yaml'], { files: wrong });
    expect(code).toBe(2);
    expect(err).toMatch(/p\.yaml:2:1/);
    expect(err).toMatch(/did you mean "?targets/i);
  });

  test('without a plan says what is missing', async () => {
    expect(await run(['check'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('neither a URL nor a plan'),
    });
    const { code, err } = await run(['run', '--ci', 'http://localhost:1/']);
    expect(code).toBe(2);
    expect(err).toMatch(/--ci does not know "http:\/\/localhost:1\/"\n.* a URL goes before the flag/);
  });

  test('remarks on a proxy that is ignored, unless it is to be quiet', async () => {
    const parts = { ...files(), env: { HTTP_PROXY: 'http://bob:hunter22@proxy' } };
    expect((await run(['check'], parts)).err).toMatch(/^headroom: HTTP_PROXY is set and ignored/);
    expect((await run(['check', '-q'], parts)).err).toBe('');
  });

  test('refuses to go on when certificates would go unchecked', async () => {
    const { code, err } = await run(['check'], { ...files(), env: { NODE_TLS_REJECT_UNAUTHORIZED: '0' } });
    expect(code).toBe(2);
    expect(err).toMatch(/hint: .*-k/);
  });
});

test('schema prints a JSON Schema', async () => {
  const { code, out } = await run(['schema']);
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ type: 'object', properties: { targets: expect.anything() } });
});

test('demo run has a plan of its own', async () => {
  expect(await run(['demo', 'run', 'http://h/'])).toMatchObject({ code: 2, out: '' });
  expect((await run(['demo', 'run', '--plan', 'x.yaml'])).err).toMatch(
    /^headroom: the demo takes no --plan: it has its own/,
  );
});

test('a bug, even outside every promise, ends with 70, a stack and a plea to report it', async () => {
  const { code, err } = await run(['report', '-'], {
    files: fakeFiles({ '-': '' }),
    crashed: Promise.reject(new TypeError('x is not a function')),
  });
  expect(code).toBe(70);
  expect(err).toMatch(/^headroom: x is not a function\n {2}hint: this is a bug in headroom/);
  expect(err).toMatch(/\n\s+at /);
});
