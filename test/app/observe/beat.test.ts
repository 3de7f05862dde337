import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Beat, keepBeat, nextBeatMs } from '../../../src/app/observe/beat.ts';
import { fakeClock } from '../fake-world.ts';

/** Times of the looks, from the start of the measured part. @param lookMs how long each of them takes */
async function looksOf(beat: Beat, lookMs: (index: number) => number, stopMs = Infinity): Promise<number[]> {
  const clock = fakeClock();
  const ended = new AbortController();
  const times: number[] = [];
  const firsts: boolean[] = [];
  let isOver = false;
  const kept = keepBeat(beat, { clock, ended: ended.signal }, async (isFirst) => {
    firsts.push(isFirst);
    times.push(clock.nowMs() - beat.measuredMs);
    await clock.sleep(lookMs(times.length - 1));
  }).then(() => {
    isOver = true;
  });
  for (let ms = 0; ms < 20_000 && !isOver; ms += 10) {
    await clock.advance(10);
    if (clock.nowMs() >= stopMs) ended.abort();
  }
  await kept;
  expect(firsts).toEqual(times.map((_, index) => index === 0));
  return times;
}

describe('the beat', () => {
  test('is right before the start, on whole seconds, and at the end', async () => {
    const looks = await looksOf({ startMs: 500, measuredMs: 500, endMs: 3500 }, () => 10);
    expect(looks).toEqual([-50, 1000, 2000, 3000]);
  });

  test('goes by the measured part, whenever the warm-up began', async () => {
    const looks = await looksOf({ startMs: 500, measuredMs: 1900, endMs: 3900 }, () => 10);
    expect(looks).toEqual([-1450, -1000, 0, 1000, 2000]);
  });

  test('leaves out a whole second that is next to the end', async () => {
    const early = await looksOf({ startMs: 100, measuredMs: 100, endMs: 3200 }, () => 10);
    expect(early).toEqual([-50, 1000, 2000, 3100]);
    const late = await looksOf({ startMs: 100, measuredMs: 100, endMs: 2700 }, () => 10);
    expect(late).toEqual([-50, 1000, 2000, 2600]);
  });

  test('is skipped while a look takes long', async () => {
    const beat = { startMs: 100, measuredMs: 100, endMs: 4100 };
    expect(await looksOf(beat, (index) => (index === 1 ? 1300 : 10))).toEqual([-50, 1000, 3000, 4000]);
  });

  test('ends when the load does', async () => {
    const going = { startMs: 100, measuredMs: 100, endMs: Infinity };
    expect(await looksOf(going, () => 10, 2500)).toEqual([-50, 1000, 2000]);
    expect(await looksOf({ startMs: 5000, measuredMs: 5000, endMs: 9000 }, () => 10, 300)).toEqual([]);
  });

  test('is never after the end, and never too soon', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e5, noNaN: true }),
        fc.double({ min: 0, max: 5000, noNaN: true }),
        fc.oneof(fc.constant(Infinity), fc.double({ min: 1, max: 1e5, noNaN: true })),
        (nowMs, measuredMs, restMs) => {
          const next = nextBeatMs(nowMs, { measuredMs, endMs: nowMs + restMs });
          expect(next).toBeLessThanOrEqual(nowMs + restMs);
          expect(next - nowMs).toBeLessThanOrEqual(1500.001);
          expect(next - nowMs).toBeGreaterThanOrEqual(Math.min(restMs, 250) - 0.001);
        },
      ),
    );
  });
});
