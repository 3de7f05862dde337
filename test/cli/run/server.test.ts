import { describe, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { systemClock } from '../../../src/core/clock.ts';
import { fakeWorld } from '../../app/fake-world.ts';
import { serve } from '../binary.ts';

/** What becomes of a run whose server is not to come up. */
async function refused(
  url: string,
  args: readonly string[],
): Promise<[code: number, out: string, err: string]> {
  const world = fakeWorld({ clock: systemClock() });
  const code = await runProgram(['run', url, ...args], world);
  return [code, world.stdout.text(), world.stderr.text()];
}

describe('nothing is measured', () => {
  test('where something answers already: it would be measured instead', async () => {
    const other = await serve((_, response) => response.end('other'));
    const [code, out, err] = await refused(other.url, ['--start', 'true']);
    expect([code, out]).toEqual([2, '']);
    expect(err).toMatch(/PORT_TAKEN: something answers at .* before the server was started \(status 200\)/);
    expect(other.requests()).toBe(1);
    await other.close();
  });

  test.each<[string, readonly string[], RegExp]>([
    ['a rate', ['--start', '50/s'], /"50\/s" is a rate[\s\S]*--start-rate 50\/s/],
    ['nothing', ['--start', ' '], /--start is empty/],
    ['what is not there', ['--start', 'serve'], /ended before it answered \(exit code 127\)/],
    ['a wait alone', ['--wait-ready', '3s'], /--wait-ready is about a server that headroom starts/],
    ['no time', ['--start', 'true', '--wait-ready', 'soon'], /--wait-ready does not know "soon"/],
    ['no URL', ['--start', 'true', '--ready-url', 'health'], /--ready-url: "health" is no URL/],
    ['no file', ['--start', 'true', '--start-log', '/readonly/where.log'], /cannot keep the server's output/],
  ])('by %s', async (_, args, why) => {
    const [code, out, err] = await refused('http://127.0.0.1:1/', args);
    expect([code, out, err]).toEqual([2, '', expect.stringMatching(why)]);
  });
});
