import { describe, expect, test } from 'vitest';
import { blankAttempt } from '../../../src/core/attempt.ts';
import { RunIds } from '../../../src/core/trace/ids.ts';
import { RequestTrace } from '../../../src/load/trace/request-trace.ts';
import { SpanLog } from '../../../src/load/trace/span-log.ts';

const TRACE = new RequestTrace({
  ids: new RunIds({ runId: 'run', seed: 1 }, null),
  headers: false,
  own: new Set(),
  ownTraceparent: () => null,
});

function filled(count: number, log = new SpanLog(1_700_000_000_000, { phases: false })): SpanLog {
  for (let index = 0; index < count; index += 1) {
    const times = { intendedMs: 10, readyMs: 10.5, endMs: 30.25 };
    log.add({ ...blankAttempt(), ...times, index, outcome: 'completed' }, TRACE);
  }
  return log;
}

describe('a log of spans', () => {
  test('keeps as many as fit and counts the others, until they are taken', () => {
    const log = filled(20_007);
    const taken = log.take();
    expect([taken?.spans.length, taken?.lost]).toEqual([20_000, 7]);
    expect(log.take()).toBeNull();
    expect(filled(1, log).take()).toMatchObject({ lost: 0, spans: [{ index: 0 }] });
  });

  test('has Unix times', () => {
    expect(filled(1).take()?.spans[0]).toMatchObject({
      intendedAtMs: 1_700_000_000_010,
      readyAtMs: 1_700_000_000_010.5,
      endAtMs: 1_700_000_000_030.25,
    });
  });

  test('leaves the warm-up out', () => {
    const log = new SpanLog(0, { phases: true });
    log.add({ ...blankAttempt(), warmup: true, outcome: 'completed' }, TRACE);
    expect(log.take()).toBeNull();
  });
});
