/** `headroom compare` on result files, and what it refuses before any traffic. */

import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { type StoredRun, storedRun } from '../../app/compare/stored-runs.ts';
import { fakeFiles, fakeWorld } from '../../app/fake-world.ts';
import { capacityResult } from '../../report/searches.ts';

function document(over: Partial<StoredRun>): string {
  return encodeResult(storedRun({ seed: 1, ...over }));
}

const FILES: Readonly<Record<string, string>> = {
  'old.json': document({ runId: 'r-old' }),
  'same.json': document({ runId: 'r-same', seed: 2 }),
  'slow.json': document({ runId: 'r-slow', seed: 3, factor: 1.6 }),
  'failing.json': document({ runId: 'r-failing', seed: 4, errors: 0.2 }),
  'short.json': document({ runId: 'r-short', seed: 5, seconds: 6 }),
  'fast.json': document({ runId: 'r-fast', ratePerSecond: 400 }),
  'search.json': encodeResult(capacityResult()),
  'plan.yaml': 'version: 1\ntargets: [{ name: home, get: "http://127.0.0.1:1/" }]\n',
  'closed.yaml':
    'version: 1\nbase: http://127.0.0.1:9\ntargets: [{ get: / }]\nload: { closed: { users: 3 }, duration: 5s }\n',
  'cut.json': '{"schema": "headroom.result/1", "command": ',
};

async function run(...args: readonly string[]) {
  const world = fakeWorld({ files: fakeFiles(FILES), names: { 'public.test': ['93.184.216.34'] } });
  const code = await runProgram(['compare', ...args], world);
  return { code, out: world.stdout.text(), err: world.stderr.text() };
}

async function compared(...args: readonly string[]): Promise<{ code: number; result: ResultDocument }> {
  const { code, out } = await run('--json', ...args);
  return { code, result: JSON.parse(out) as ResultDocument };
}

describe('two result files', () => {
  test('that differ by nothing pass: 0', async () => {
    const { code, result } = await compared('old.json', 'same.json');
    expect(result.verdict).toEqual({ status: 'pass', reasons: [] });
    expect(result).toMatchObject({
      command: 'compare',
      exitCode: 0,
      comparison: { mode: 'stored', looks: 1 },
      baseline: { source: 'file', label: 'old.json', runs: [{ runId: 'r-old' }] },
    });
    expect(result.notes.map((note) => note.code)).toContain('NOT_INTERLEAVED');
    expect(code).toBe(0);
  });

  test('of which the candidate is slower fail: 1', async () => {
    const { code, out } = await run('old.json', 'slow.json');
    expect(out).toMatch(/^FAIL {2}The candidate is worse: p50 is \+/);
    expect(code).toBe(1);
  });

  test('of which the candidate fails more fail: 1', async () => {
    const { code, result } = await compared('old.json', 'failing.json');
    expect(result.verdict.reasons.map((reason) => reason.code)).toContain('MORE_ERRORS');
    expect(code).toBe(1);
  });

  test('that are too short are inconclusive: 3', async () => {
    const { code, result } = await compared('old.json', 'short.json');
    expect(result.comparison?.findings[1]?.text).toMatch(/^p99 of a block needs 100 attempts/);
    expect(code).toBe(3);
    expect((await run('--on-inconclusive', 'fail', 'old.json', 'short.json')).code).toBe(1);
  });

  test('that are the same pass with an effect of exactly 1', async () => {
    const { code, result } = await compared('old.json', 'old.json');
    expect(result.comparison?.findings.map(({ effect }) => effect.value)).toEqual([1, 1, 0]);
    expect(result.notes.map((note) => note.code)).toContain('SAME_RUN');
    expect(code).toBe(0);
  });

  test('are judged by what matters', async () => {
    expect(
      (await run('--min-effect', 'p50=90%', '--min-effect', 'p99=90%', 'old.json', 'slow.json')).code,
    ).toBe(0);
  });

  test('of different rates are compared by force alone', async () => {
    expect((await run('old.json', 'fast.json')).code).toBe(2);
    expect((await run('--force', 'old.json', 'fast.json')).code).not.toBe(2);
  });

  test('leave a result that can be read again and repeated', async () => {
    const world = fakeWorld({ files: fakeFiles(FILES) });
    await runProgram(['compare', '-o', 'out.json', 'old.json', 'slow.json'], world);
    const again = fakeWorld({ files: fakeFiles(Object.fromEntries(world.files.contents)) });
    expect(await runProgram(['report', 'out.json'], again)).toBe(0);
    expect(again.stdout.text()).toMatch(/^FAIL {2}The candidate is worse/);
    expect(again.stdout.text()).toContain('headroom compare -o out.json old.json slow.json\n');
  });
});

describe('what cannot be compared ends with 2 and a remedy', () => {
  test.each<readonly [args: readonly string[], wrong: RegExp, hint: RegExp]>([
    [[], /nothing to compare/, /--baseline URL --candidate URL/],
    [['old.json'], /nothing to compare old.json with/, /OLD.json NEW.json/],
    [['--baseline', 'http://h/'], /--candidate is missing/, /--candidate URL/],
    [['--candidate', 'http://h/'], /--baseline is missing/, /--baseline URL/],
    [['--baseline', 'http://h/', '--candidate', 'http://i/', 'old.json'], /not both/, /measures both/],
    [['http://h/', 'http://i/'], /named with --baseline/, /--candidate URL/],
    [['--baseline', 'old.json', '--candidate', 'same.json'], /--baseline must be a URL/, /without a flag/],
    [['old.json', 'same.json', '--blocks', '16'], /--blocks is about traffic/, /OLD.json NEW.json/],
    [['old.json', 'same.json', '--start', 'npm start'], /--start is about traffic/, /measures both/],
    [
      ['old.json', 'same.json', '--objective', 'p99 < 1s'],
      /--objective is about traffic/,
      /compares two runs/,
    ],
    [['old.json', 'none.json'], /cannot read none.json: no such file/, /-o FILE.json/],
    [['old.json', 'cut.json'], /cut.json: the JSON is cut short/, /run again/],
    [['old.json', 'search.json'], /headroom capacity: only runs/, /headroom run -o/],
    [['old.json', 'fast.json'], /different rates: 100\/s and 400\/s/, /--force/],
    [['--min-effect', 'p95=5%', 'old.json', 'same.json'], /does not know "p95=5%"/, /p50=5%/],
    [['--min-effect', 'p99=0%', 'old.json', 'same.json'], /more than 0/, /p99=10%/],
    [
      ['--blocks', '7', '--baseline', 'http://h/', '--candidate', 'http://i/'],
      /from 8 to 64/,
      /fewer than 8/,
    ],
    [['--block', 'long', '--baseline', 'http://h/', '--candidate', 'http://i/'], /--block: "long"/, /10s/],
    [
      ['--max-duration', '9s', '--baseline', 'http://127.0.0.1:1/', '--candidate', 'http://127.0.0.1:2/'],
      /no room for 8 blocks/,
      /higher rate or --block/,
    ],
    [
      ['--plan', 'plan.yaml', '--baseline', 'http://127.0.0.1:1', '--candidate', 'http://127.0.0.1:2'],
      /"home" has a URL of its own/,
      /paths such as/,
    ],
    [
      ['--plan', 'closed.yaml', '--baseline', 'http://127.0.0.1:1', '--candidate', 'http://127.0.0.1:2'],
      /needs a constant arrival rate/,
      /--rate/,
    ],
    [
      ['-r', '90/s', '--baseline', 'http://127.0.0.1:1/', '--candidate', 'http://public.test/'],
      /public\.test/,
      /--yes-i-own-this/,
    ],
    [['--plan', 'plan.yaml', '--baseline', 'http://a/?x=1', '--candidate', 'http://b/'], /query/, /URLs of/],
  ])('%j', async (args, wrong, hint) => {
    const { code, out, err } = await run(...args);
    expect(err).toMatch(wrong);
    expect(err.split('hint: ')[1]).toMatch(hint);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

test('a stop before the first block leaves a report', async () => {
  const base = fakeWorld();
  const lookup = (): Promise<readonly string[]> => {
    base.send('SIGINT');
    return Promise.resolve(['127.0.0.1']);
  };
  const sides = ['--baseline', 'http://h.test:1/', '--candidate', 'http://i.test:1/'];
  const code = await runProgram(['compare', ...sides, '--json'], { ...base, lookup });
  expect(code).toBe(130);
  expect(JSON.parse(base.stdout.text())).toMatchObject({
    command: 'compare',
    exitCode: 130,
    verdict: { status: 'inconclusive' },
    totals: { sent: 0 },
    comparison: { blocks: [], looks: 0 },
  });
  expect(base.listeners()).toBe(0);
});
