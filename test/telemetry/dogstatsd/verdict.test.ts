import { describe, expect, test } from 'vitest';
import type { ResultDocument } from '../../../src/result/document.ts';
import { verdictLines } from '../../../src/telemetry/dogstatsd/metrics.ts';
import { readLine } from '../../support/dogstatsd-grammar.ts';
import { sampleResult } from '../../support/sample-result.ts';

const NAMING = { prefix: 'headroom', tags: ['env:staging'] };

function judged(exitCode: number, status: 'pass' | 'fail' | 'inconclusive', text: string): ResultDocument {
  return { ...sampleResult(), exitCode, agreement: [], verdict: { status, reasons: [{ code: 'X', text }] } };
}

describe('a verdict', () => {
  test.each([
    [0, 'pass', 0, 'success'],
    [1, 'fail', 2, 'error'],
    [3, 'inconclusive', 3, 'warning'],
    [130, 'inconclusive', 3, 'warning'],
  ] as const)('of code %i is a check and an event', (code, status, state, alert) => {
    const [check, event] = verdictLines(judged(code, status, 'p99 was 310 ms'), NAMING).map(readLine);
    expect(check).toMatchObject({
      kind: 'check',
      name: 'headroom.verdict',
      status: state,
      tags: ['env:staging', 'command:run'],
      message: `headroom run: ${status}: p99 was 310 ms`,
    });
    expect(event).toMatchObject({ kind: 'event', title: `headroom run: ${status}`, text: 'p99 was 310 ms' });
    expect(event?.kind === 'event' && event.fields.get('t')).toBe(alert);
  });

  test('is a warning when the agreement held', () => {
    const document = judged(1, 'fail', 'late');
    const kept = sampleResult().objectives.map((objective) => ({ ...objective, status: 'pass' as const }));
    const [check] = verdictLines({ ...document, agreement: kept }, NAMING).map(readLine);
    expect(check).toMatchObject({ status: 1 });
  });

  test.each(['a|b\nc', '', 'ü'.repeat(2000), '\u001b[31m|m:x|#y', '🎉'.repeat(300)])(
    'with hostile reasons stays within the grammar: %#',
    (text) => {
      const lines = verdictLines(judged(1, 'fail', text), { prefix: 'a|b', tags: ['x|y:z'] });
      expect(lines.map((line) => readLine(line).kind)).toEqual(['check', 'event']);
      expect(lines.every((line) => Buffer.byteLength(line) < 4096)).toBe(true);
    },
  );
});
