import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/core/attempt.ts';
import { safeText } from '../../../src/core/text.ts';
import { Recording } from '../../../src/record/recording.ts';
import { readRecording, writeRecording } from '../../../src/result/part/recording-text.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../../support/sample-result.ts';

const traceOf = ({ index }: Attempt): string => index.toString(16).padStart(32, 'a');

function recordingOf(attempts: readonly Attempt[]): Recording {
  const recording = new Recording(SAMPLE_LAYOUT, traceOf);
  for (const attempt of attempts) recording.add(attempt);
  return recording;
}

/** Through a file and back. */
function carried(recording: Recording): Recording {
  const text: ReturnType<typeof writeRecording> = JSON.parse(
    JSON.stringify(writeRecording(recording, (said) => said)),
  );
  const back = new Recording(SAMPLE_LAYOUT);
  back.absorb(readRecording(text));
  return back;
}

const anyAttempts: fc.Arbitrary<Attempt[]> = fc
  .array(fc.record({ startMs: fc.double({ min: 0, max: 19_000, noNaN: true }), isGood: fc.boolean() }))
  .map((drawn) =>
    drawn.map(({ startMs, isGood }, index) => {
      const times = { intendedMs: startMs, readyMs: startMs, sendMs: startMs, sentMs: startMs };
      const endMs = startMs + ((index * 7.3) % 11);
      const clocks = { ...times, firstByteMs: endMs, endMs };
      return sampleAttempt({ ...clocks, index, ...(isGood ? {} : { status: 503, cause: 'http-5xx' }) });
    }),
  );

describe('exemplars in a part', () => {
  test('are, merged, those of the one machine that took everything', () => {
    fc.assert(
      fc.property(anyAttempts, fc.integer({ min: 1, max: 4 }), (attempts, count) => {
        const merged = new Recording(SAMPLE_LAYOUT);
        for (let machine = 0; machine < count; machine += 1) {
          const own = recordingOf(attempts.filter((_, index) => index % count === machine));
          merged.absorb(carried(own).take());
        }
        const whole = recordingOf(attempts);
        expect(merged.slowest).toEqual(whole.slowest);
        expect(merged.examples).toEqual(whole.examples);
        expect(merged.slowest.every(({ traceId }) => traceId !== null)).toBe(true);
      }),
      { numRuns: 50 },
    );
  });

  test('hold no secret and nothing that a terminal would obey', () => {
    const hostile = { detail: 'hunter2 \u001b[31m', remote: 'hunter2\u202e:80' };
    const clean = (text: string): string => safeText(text.replaceAll('hunter2', '[redacted]'));
    const recording = recordingOf([sampleAttempt(hostile), sampleAttempt({ ...hostile, cause: 'mismatch' })]);
    const { examples, slowest } = writeRecording(recording, clean);
    const kept = [...slowest, ...examples.flatMap(([, some]) => some)];
    expect(kept).toHaveLength(2);
    for (const { detail, remote } of kept) {
      const shown = `${detail} ${remote}`;
      for (const harmful of ['hunter2', '\u001b', '\u202e']) expect(shown).not.toContain(harmful);
      expect(remote).toContain('[redacted]');
    }
    expect(recording.slowest[0]?.remote).toBe(hostile.remote);
  });
});
