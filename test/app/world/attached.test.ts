import { describe, expect, test } from 'vitest';
import { type AttachedEnd, systemAttach } from '../../../src/app/world/attached.ts';
import { systemClock } from '../../../src/core/clock.ts';

const attach = systemAttach({ cwd: process.cwd(), clock: systemClock() });

function ran(...argv: [string, ...string[]]): Promise<AttachedEnd> {
  const { ended, release } = attach(argv, { env: { PATH: process.env['PATH'] } });
  return ended.finally(release);
}

describe('a program in our place', () => {
  test('has its own code, or 128 and the number of its signal', async () => {
    expect(await ran('sh', '-c', 'exit 9')).toMatchObject({ code: 9, signal: null, refusal: null });
    expect(await ran('sh', '-c', 'kill -USR1 $$')).toMatchObject({
      code: 138,
      signal: 'SIGUSR1',
      refusal: null,
    });
  });

  test.each([
    [127, ['no-such-program-anywhere'], 'there is no such program'],
    [126, ['/etc/passwd'], 'it may not be run'],
    [126, ['true', 'a zero byte \0'], 'it cannot be run (ERR_INVALID_ARG_VALUE)'],
  ] as const)('that does not start has code %i', async (code, [program, ...args], refusal) => {
    expect(await ran(program, ...args)).toMatchObject({ code, refusal });
  });

  test('can be told a signal as soon as it runs: we listen before it is started', async () => {
    const before = process.listenerCount('SIGUSR2');
    let heard = 0;
    const env = {
      PATH: process.env['PATH'],
      /** Read when the program is started. */
      get STARTED(): string {
        heard = process.listenerCount('SIGUSR2') - before;
        return 'now';
      },
    };
    const { ended, release } = attach(['true'], { env });
    await ended;
    release();
    expect([heard, process.listenerCount('SIGUSR2') - before]).toEqual([1, 0]);
  });

  test('is timed in more than whole milliseconds', async () => {
    const { elapsedMs } = await ran('sleep', '0.02');
    expect(elapsedMs).toBeGreaterThanOrEqual(20);
    expect(Number.isInteger(elapsedMs * 100)).toBe(false);
  });
});
