import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeClock, fakeFiles, fakeWorld } from '../../app/fake-world.ts';

const NOW = Date.UTC(2026, 10, 22, 10);
const SHARD = ['--shard', '1/2', '--seed', '1'];

/** What becomes of a run that must be refused: nothing listens at its target. */
async function refused(args: readonly string[]): Promise<[code: number, err: string]> {
  const world = fakeWorld({ clock: fakeClock(NOW), files: fakeFiles() });
  const code = await runProgram(['run', 'http://127.0.0.1:1/', ...args], world);
  return [code, world.stderr.text()];
}

describe('a shard that cannot be one is refused, and nothing is sent:', () => {
  test.each<[string, readonly string[], RegExp]>([
    ['of more than there are', ['--shard', '3/2', '--seed', '1'], /--shard does not know "3\/2"/],
    ['none of five', ['--shard', '0/5', '--seed', '1'], /--shard does not know "0\/5"/],
    ['of too many', ['--shard', '1/1001', '--seed', '1'], /at most 1000/],
    ['without a seed', ['--shard', '1/2'], /--shard needs a seed[\s\S]*--seed 1/],
    ['undecided', [...SHARD, '--until-decided'], /--until-decided cannot be had/],
    [
      'held against a baseline that others may not know',
      [...SHARD, '--objective', 'p99 < baseline + 10%'],
      /"p99 < baseline \+ 10%" cannot be had with --shard[\s\S]*compare baseline latest/,
    ],
    [
      'of a server that would be started for nothing',
      ['--start', 'true', '--seed', '1', '--shard', '3/2'],
      /"3\/2"/,
    ],
  ])('%s', async (_, args, why) => {
    const [code, err] = await refused(args);
    expect([code, err]).toEqual([2, expect.stringMatching(why)]);
    expect(err).not.toContain('waiting for the server');
  });
});

describe('a start that is none is refused:', () => {
  test.each([
    ['2020-01-01T00:00:00Z', 'is over'],
    ['2026-11-22T09:59:58.900Z', 'is over'],
    ['2026-11-22T12:00:00+02:01', 'is over'],
    ['1795341500', 'is over'],
    ['2026-11-23T10:00:01Z', 'is more than a day ahead'],
    ['noon', 'is no time'],
    ['+soon', 'is no time'],
    ['2027-02-30T00:00:00Z', 'is no time'],
    ['2026-11-31T10:00:00Z', 'is no time'],
    ['2026-11-22T24:00:00Z', 'is no time'],
    ['2026-11-22T10:60:00Z', 'is no time'],
    ['2026-11-22T10:00:30', 'is no time'],
    ['1795341600000', 'is no time'],
  ])('%s', async (text, why) => {
    const [code, err] = await refused(['--start-at', text]);
    expect([code, err]).toEqual([2, expect.stringContaining(`--start-at: "${text}" ${why}`)]);
  });
});

test.each([
  ['+30s', '2026-11-22T10:00:30.000Z'],
  ['1795341630.5', '2026-11-22T10:00:30.500Z'],
  ['2026-11-22t12:00:30+02:00', '2026-11-22T10:00:30.000Z'],
  ['2026-11-22 05:00:30.25-05:00', '2026-11-22T10:00:30.250Z'],
])('a start at %s is said as %s', async (text, said) => {
  // What cannot be started is refused after the flags have been read.
  const [, err] = await refused(['--start-at', text, '--start', ' ']);
  expect(err).toContain(`the schedule begins at ${said}`);
});

test('what joins shards takes a place for the history, or none', async () => {
  const world = fakeWorld();
  const code = await runProgram(['merge', 'part.json', '--state-dir', '/elsewhere', '--no-history'], world);
  expect([code, world.stderr.text()]).toEqual([2, expect.stringContaining('cannot read part.json')]);
});
