import { describe, expect, test } from 'vitest';
import { TargetRecording } from '../../src/record/target-recording.ts';
import { sampleAttempt } from '../support/sample-result.ts';

describe('one target', () => {
  test('counts outcomes, statuses of whole responses, and causes', () => {
    const target = new TargetRecording();
    target.add(sampleAttempt(), false);
    target.add(sampleAttempt({ status: 503, cause: 'http-5xx' }), true);
    target.add(sampleAttempt({ outcome: 'broken', status: 0, cause: 'reset' }), true);
    expect([target.completed, target.broken, target.failed]).toEqual([2, 1, 2]);
    expect([...target.statuses]).toEqual([
      [200, 1],
      [503, 1],
    ]);
    expect([...target.causes]).toEqual([
      ['http-5xx', 1],
      ['reset', 1],
    ]);
  });

  test('hands everything over once', () => {
    const worker = new TargetRecording();
    worker.add(sampleAttempt(), false);
    worker.sent = 2;
    worker.inFlight = 1;
    worker.response.add(10);
    const main = new TargetRecording();
    main.absorb(worker.take());
    main.absorb(worker.take());
    expect([main.sent, main.inFlight, main.completed, main.response.count]).toEqual([2, 1, 1, 1]);
    expect([...main.statuses]).toEqual([[200, 1]]);
  });
});
