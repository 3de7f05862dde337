import { describe, expect, test } from 'vitest';
import type { Exemplar } from '../../../src/core/trace/exemplar.ts';
import { Recording } from '../../../src/record/recording.ts';
import { buildResult } from '../../../src/result/build.ts';
import { buildExample, buildSlowest } from '../../../src/result/trace/exemplars.ts';
import { SAMPLE_LAYOUT, sampleInput } from '../../support/sample-result.ts';
import { sampleExemplar } from '../../support/sample-servers.ts';

const words = { names: ['followers', 'record'], clean: (text: string): string => `<${text}>` };

function slowestOf(slowest: readonly Exemplar[]): ReturnType<typeof buildSlowest> {
  return buildSlowest(slowest, words);
}

describe('the slowest requests of a document', () => {
  test('are absent when none was kept, and else those of the recording', () => {
    const { measured, ...rest } = sampleInput();
    const recording = new Recording(SAMPLE_LAYOUT);
    expect(buildResult({ ...rest, measured: { ...measured, recording } })).not.toHaveProperty('slowest');
    const { slowest = [], totals } = buildResult(sampleInput());
    expect(slowest).toHaveLength(10);
    expect(slowest[0]?.responseMs).toBe(totals.response.maxMs);
  });

  test('are ten at most, slowest first, with equal times in the order of arrival', () => {
    const times = [5, 1, 9, 9, 3, 2, 8, 7, 6, 4, 10, 11];
    const slowest = slowestOf(
      times.map((responseMs, index) => sampleExemplar({ index, responseMs, atMs: index })),
    );
    expect(slowest?.map(({ responseMs }) => responseMs)).toEqual([11, 10, 9, 9, 8, 7, 6, 5, 4, 3]);
    expect(slowest?.slice(2, 4).map(({ atMs }) => atMs)).toEqual([2, 3]);
  });

  test('tell times to the microsecond, all phases in order, and the target by name', () => {
    expect(slowestOf([sampleExemplar({ responseMs: 1.000_49, target: 1 })])).toEqual([
      {
        target: 'record',
        atMs: 12_640.25,
        responseMs: 1,
        status: 200,
        cause: null,
        remote: '<127.0.0.1:8080>',
        phases: {
          blocked: 0.02,
          dns: null,
          connect: null,
          tls: null,
          send: 0.01,
          wait: 162.9,
          receive: 0.16,
        },
        traceId: '00000000000000004bf92f3577b34da6',
      },
    ]);
  });

  test.each(['', '0'.repeat(32), 'A'.repeat(32), 'a'.repeat(31), `${'a'.repeat(31)}"`])(
    'have no id where it is none: %j',
    (traceId) => {
      expect(slowestOf([sampleExemplar({ traceId })])?.[0]?.traceId).toBeNull();
    },
  );
});

describe("a failure's example", () => {
  test('keeps where it went and where its time went', () => {
    const broken = sampleExemplar({ status: 0, cause: 'reset', phase: 'wait', detail: 'read ECONNRESET' });
    expect(buildExample(broken, words)).toMatchObject({
      status: null,
      phase: 'wait',
      detail: '<read ECONNRESET>',
      remote: '<127.0.0.1:8080>',
      responseMs: 163.09,
      traceId: '00000000000000004bf92f3577b34da6',
    });
  });
});
