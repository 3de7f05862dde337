import { describe, expect, test } from 'vitest';
import { EXIT_TABLE, type ExitPolicy, finalExit, PLAIN_EXIT, strongest } from '../../src/cli/exit-codes.ts';
import { runProgram } from '../../src/cli/program.ts';
import { encodeResult } from '../../src/result/encode.ts';
import { storedRun } from '../app/compare/stored-runs.ts';
import { fakeFiles, fakeWorld } from '../app/fake-world.ts';

test('the table names every code once, from 0 up', () => {
  expect(EXIT_TABLE.map(([code]) => code)).toEqual([0, 1, 2, 3, 4, 70, 130, 143]);
});

test.each([
  [[], 0],
  [[0, 4], 4],
  [[4, 3], 3],
  [[3, 1], 1],
  [[1, 130], 130],
  [[1, 143, 4], 143],
  [[130, 2], 2],
  [[2, 70, 1], 70],
])('of %j the strongest is %i', (codes, expected) => {
  expect(strongest(codes)).toBe(expected);
});

describe('what the process ends with', () => {
  const nagios: ExitPolicy = { ...PLAIN_EXIT, style: 'nagios' };
  const k6: ExitPolicy = { ...PLAIN_EXIT, style: 'k6' };
  const zero: ExitPolicy = { ...PLAIN_EXIT, zero: true };
  test.each<readonly [name: string, policy: ExitPolicy, held: boolean, codes: readonly number[]]>([
    ['headroom', PLAIN_EXIT, false, [0, 1, 2, 3, 4, 70, 130, 143]],
    ['nagios, agreement broken', nagios, false, [0, 2, 3, 3, 3, 3, 3, 3]],
    ['nagios, agreement held', nagios, true, [0, 1, 3, 3, 3, 3, 3, 3]],
    ['k6', k6, false, [0, 99, 104, 3, 4, 109, 105, 105]],
    ['report only', zero, false, [0, 0, 2, 0, 4, 70, 130, 143]],
    [
      'inconclusive is a fail',
      { ...PLAIN_EXIT, onInconclusive: 'fail' },
      false,
      [0, 1, 2, 1, 4, 70, 130, 143],
    ],
    [
      'inconclusive is a pass',
      { ...PLAIN_EXIT, onInconclusive: 'pass' },
      false,
      [0, 1, 2, 0, 4, 70, 130, 143],
    ],
    [
      'k6 and inconclusive is a fail',
      { ...k6, onInconclusive: 'fail' },
      false,
      [0, 99, 104, 99, 4, 109, 105, 105],
    ],
  ])('%s', (_, policy, held, expected) => {
    expect(EXIT_TABLE.map(([code]) => finalExit(code, policy, { agreementHeld: held }))).toEqual(expected);
  });

  test.each<readonly [name: string, policy: ExitPolicy, codes: readonly number[]]>([
    ['never hides the verdict', PLAIN_EXIT, [4, 1, 2, 3, 4, 70, 130, 143]],
    ['shows in a report-only run whatever the verdict', zero, [4, 4, 2, 4, 4, 70, 130, 143]],
    [
      'shows when inconclusive is a pass',
      { ...PLAIN_EXIT, onInconclusive: 'pass' },
      [4, 1, 2, 4, 4, 70, 130, 143],
    ],
    ['is unknown to Nagios, a breach is not', nagios, [3, 2, 3, 3, 3, 3, 3, 3]],
  ])('a lost report %s', (_, policy, expected) => {
    expect(EXIT_TABLE.map(([code]) => finalExit(code, policy, { undelivered: true }))).toEqual(expected);
  });
});

test.each<readonly [second: string, flags: readonly string[], code: number]>([
  ['slow.json', [], 1],
  ['slow.json', ['--exit-codes', 'k6'], 99],
  ['slow.json', ['--exit-codes', 'nagios'], 2],
  ['slow.json', ['--exit-zero'], 0],
  ['short.json', [], 3],
  ['short.json', ['--on-inconclusive', 'pass'], 0],
])('a comparison with %s and the flags %j ends with %i', async (second, flags, code) => {
  const files = fakeFiles({
    'old.json': encodeResult(storedRun({ seed: 1 })),
    'slow.json': encodeResult(storedRun({ seed: 3, factor: 1.6 })),
    'short.json': encodeResult(storedRun({ seed: 5, seconds: 6 })),
  });
  expect(await runProgram(['compare', ...flags, 'old.json', second], fakeWorld({ files }))).toBe(code);
});
