import { describe, expect, test } from 'vitest';
import { unfitFor } from '../../src/history/promotion.ts';
import type { ObjectiveResult, ResultDocument } from '../../src/result/document.ts';
import { sampleResult } from '../support/sample-result.ts';
import { FAILED, storedRun } from '../support/stored-runs.ts';

const [SOME] = sampleResult().objectives;

function objective(over: Partial<ObjectiveResult>): ObjectiveResult {
  if (SOME === undefined) throw new Error('the sample has no objective');
  return { ...SOME, status: 'pass', ...over };
}

const awaiting = objective({
  status: 'inconclusive',
  limit: null,
  reason: { code: 'NO_BASELINE', text: 'none yet' },
});
const open: Partial<ResultDocument> = { verdict: { status: 'inconclusive', reasons: [] }, exitCode: 3 };

describe('a run', () => {
  test('that passed is fit for a baseline', () => {
    expect(unfitFor(storedRun(1))).toBeNull();
  });

  test.each<readonly [why: string, over: Partial<ResultDocument>]>([
    ['it failed', FAILED],
    ['it was stopped before its end', { stopped: { by: 'breaker', text: 'errors' } }],
    ['it is of headroom capacity', { command: 'capacity' }],
    ['it is inconclusive', open],
  ])('is unfit where %s', (why, over) => {
    expect(unfitFor(storedRun(1, over))).toBe(why);
  });

  test('that is open for want of a baseline alone is fit: otherwise none could ever begin', () => {
    expect(unfitFor(storedRun(1, { ...open, objectives: [objective({}), awaiting] }))).toBeNull();
    const undecided = objective({ status: 'inconclusive', reason: { code: 'UNDECIDED', text: 'too close' } });
    expect(unfitFor(storedRun(1, { ...open, objectives: [undecided, awaiting] }))).toBe('it is inconclusive');
  });

  test('that was judged by nothing else is fit with at most 1% of errors', () => {
    const only = { ...open, objectives: [awaiting] };
    expect(unfitFor(storedRun(1, { ...only, errorRatio: 0.01 }))).toBeNull();
    expect(unfitFor(storedRun(1, { ...only, errorRatio: 0.02 }))).toBe('more than 1% of its requests failed');
  });

  test('that cannot be trusted is unfit, though only a baseline was missing', () => {
    const check = {
      id: 'suspension',
      status: 'fail',
      blocks: 'both',
      measured: 1,
      limit: 0,
      unit: 'ms',
      code: 'SUSPENDED',
      text: 'it slept',
    } as const;
    const validity = { status: 'fail', checks: [check] } as const;
    expect(unfitFor(storedRun(1, { ...open, validity, objectives: [awaiting] }))).toBe(
      'it cannot be trusted: it slept',
    );
  });

  test('that passed and regressed is unfit, as its comparison says or as it is judged from outside', () => {
    expect(unfitFor(storedRun(1), () => 'p99 is 20% slower')).toBe('p99 is 20% slower');
    const finding = {
      indicator: 'p99',
      status: 'fail',
      effect: { value: 1.2, low: 1.1, high: 1.3 },
      minimumEffect: 0.1,
      confidence: 0.95,
      shown: 'slower',
      text: 'p99 is 20% slower',
    } as const;
    const side = { label: 'main', runIds: [], commit: null, sent: 0, failed: 0 };
    const comparison = {
      mode: 'stored',
      sides: { baseline: side, candidate: side },
      blocks: [],
      findings: [finding],
      maxBlocks: 8,
      looks: 1,
    } as const;
    expect(unfitFor(storedRun(1, { comparison }))).toBe('it regressed: p99 is 20% slower');
  });
});
