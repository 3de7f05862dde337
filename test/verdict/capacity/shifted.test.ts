import { expect, test } from 'vitest';
import { Recording } from '../../../src/record/recording.ts';
import { shifted } from '../../../src/verdict/capacity/rate-pool.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../../support/sample-result.ts';

test('requests of a trial that lies behind another are dated as its windows are', () => {
  const { windowMs } = SAMPLE_LAYOUT;
  const recording = new Recording(SAMPLE_LAYOUT);
  recording.add(sampleAttempt({}));
  recording.add(sampleAttempt({ index: 1, status: 503, cause: 'http-5xx' }));
  const [before] = recording.slowest;
  const [failed] = recording.examples.get('http-5xx') ?? [];
  const whole = new Recording(SAMPLE_LAYOUT);
  whole.absorb(shifted(recording.take(), 8, { length: 4, windowMs }));
  expect(whole.windows().map(({ index }) => index)).toEqual([8]);
  expect(whole.slowest).toEqual([{ ...before, atMs: (before?.atMs ?? NaN) + 8 * windowMs }]);
  expect(whole.examples.get('http-5xx')).toEqual([{ ...failed, atMs: (failed?.atMs ?? NaN) + 8 * windowMs }]);
});
