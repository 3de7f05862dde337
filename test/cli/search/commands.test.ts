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
    [['capacity', '--start', 'fast', 'http://127.0.0.1:1/'], /--start: "fast" is not a rate/, /200\/s/],
    [['capacity', '--precision', '90%', 'http://127.0.0.1:1/'], /between 1% and 50%/, /such as 10%/],
    [['capacity', '-r', '100/s', 'http://127.0.0.1:1/'], /unknown option '-r'/, /--help/],
    [['capacity', '--plan', 'plan.yaml'], /closed loop has no arrival rate/, /--closed|closed:/],
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
