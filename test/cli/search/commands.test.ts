/** What the commands refuse before any traffic. */

import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeFiles, fakeWorld } from '../../app/fake-world.ts';

const CLOSED =
  'version: 1\ntargets: [{ get: "http://127.0.0.1:1/" }]\nload: { closed: { users: 3 }, duration: 5s }\n';

async function run(args: readonly string[]) {
  const names = { 'public.test': ['93.184.216.34'] };
  const world = fakeWorld({ files: fakeFiles({ 'plan.yaml': CLOSED }), names });
  const code = await runProgram(args, world);
  return { code, out: world.stdout.text(), err: world.stderr.text() };
}

describe('a search that cannot be made ends with 2 and a remedy', () => {
  test.each<readonly [args: readonly string[], wrong: RegExp, hint: RegExp]>([
    [['capacity'], /neither a URL nor a plan file/, /give a URL/],
    [
      ['capacity', '--start-rate', 'fast', 'http://127.0.0.1:1/'],
      /--start-rate: "fast" is not a rate/,
      /200\/s/,
    ],
    [['capacity', '--precision', '90%', 'http://127.0.0.1:1/'], /between 1% and 50%/, /such as 10%/],
    [
      ['capacity', '-r', '9/s', 'http://127.0.0.1:1/'],
      /its own rates.*takes no -r$/m,
      /--start-rate and --max-rate/,
    ],
    [['capacity', '--duration=9s', 'http://127.0.0.1:1/'], /takes no --duration$/m, /--max-duration/],
    [['launch', '-n5', 'http://127.0.0.1:1/'], /takes no -n5$/m, /--peak and --max-rate/],
    [['demo', 'launch', '--closed'], /takes no --closed$/m, /--peak and --max-rate/],
    [['capacity', '--velocity', '9/s', 'http://127.0.0.1:1/'], /unknown option '--velocity'/, /--help/],
    [['capacity', '--plan', 'plan.yaml'], /closed loop has no arrival rate/, /a rate in place of closed:/],
    [['capacity', '--max-duration', '5s', 'http://127.0.0.1:1/'], /5s is too little/, /--max-duration \d+s/],
    [['launch', '--peak', '9/s', '--max-duration', '5s', 'http://127.0.0.1:1/'], /5s is too/, /\d+s/],
    [['launch', '--peak', '90/s', '--max-rate', '9/s', 'http://127.0.0.1:1/'], /below the peak/, /90\/s/],
    [['demo', 'launch', '--max-rate', '9/s'], /below the peak of/, /--max-rate away/],
    [
      ['launch', '--users', 'many', 'http://127.0.0.1:1/'],
      /--users: expected a whole/,
      /number, without unit$/m,
    ],
    [['capacity', 'http://public.test/'], /loaded at full speed/, /--yes-i-own-this/],
    [['capacity', '--max-rate', '60/s', 'http://public.test/'], /up to 60 requests\/s/, /--yes-i-own-this/],
    [['launch', 'http://127.0.0.1:1/'], /peak/, /--peak 3000\/s/],
    [['launch', '--margin', '10%', 'http://127.0.0.1:1/'], /peak/, /--peak 3000\/s/],
    [['launch', '--peak', '0/s', 'http://127.0.0.1:1/'], /--peak/, /\/s/],
    [['launch', '--peak', '9/s', '--zones', '2', '--lose', '2', 'http://127.0.0.1:1/'], /fail/, /fail/],
    [['launch', '--peak', '9/s', '--soak', 'long', 'http://127.0.0.1:1/'], /--soak: "long"/, /10s/],
    [['launch', '--peak', '90/s', '--plan', 'plan.yaml'], /closed loop has no arrival rate/, /closed/],
    [['launch', '--peak', '90/s', 'http://public.test/'], /public\.test/, /--yes-i-own-this/],
  ])('%j', async (args, wrong, hint) => {
    const { code, out, err } = await run(args);
    expect(err).toMatch(wrong);
    expect(err).toMatch(/\n {2}hint: /);
    expect(err.split('hint: ')[1]).toMatch(hint);
    expect(out).toBe('');
    expect(code).toBe(2);
  });
});

test.each(['capacity', 'launch'])('a stop before the first trial of %s leaves a report', async (command) => {
  const base = fakeWorld();
  const lookup = (): Promise<readonly string[]> => {
    base.send('SIGINT');
    return Promise.resolve(['127.0.0.1']);
  };
  const asked = command === 'launch' ? ['--peak', '9/s'] : [];
  const code = await runProgram([command, ...asked, '--json', 'http://h.test:1/'], { ...base, lookup });
  expect(code).toBe(130);
  expect(JSON.parse(base.stdout.text())).toMatchObject({ command, exitCode: 130, totals: { sent: 0 } });
  expect(base.listeners()).toBe(0);
});
