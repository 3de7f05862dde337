import { describe, expect, test } from 'vitest';
import { Recording } from '../../src/record/recording.ts';
import { Tally } from '../../src/record/tally.ts';
import { liveBytes } from '../support/live-memory.ts';
import { SAMPLE_LAYOUT, sampleAttempt } from '../support/sample-result.ts';

const LIMIT = 8 * 1024 * 1024;

describe('memory', () => {
  test('stays flat over ten million values (80 MB if each were kept)', () => {
    const tally = new Tally();
    const before = liveBytes();
    for (let i = 0; i < 1e7; i += 1) tally.add((i % 100_003) * 0.37);
    expect(liveBytes() - before).toBeLessThan(LIMIT);
    expect(tally.count).toBe(1e7);
  });

  test('stays flat over ten thousand addresses and as many failure details (20 MB if each were kept)', () => {
    const recording = new Recording(SAMPLE_LAYOUT);
    const attempt = sampleAttempt({ outcome: 'broken', status: 0, cause: 'reset' });
    const before = liveBytes();
    for (let i = 0; i < 10_000; i += 1) {
      attempt.remote = `10.0.${i >> 8}.${i & 255}:80`;
      attempt.detail = Buffer.alloc(2000, String(i)).toString('latin1');
      attempt.endMs = i;
      recording.add(attempt);
    }
    expect(liveBytes() - before).toBeLessThan(LIMIT);
    expect([recording.addresses.size, recording.examples.get('reset')?.length]).toEqual([257, 5]);
    expect(recording.counts.broken).toBe(10_000);
  });
});
