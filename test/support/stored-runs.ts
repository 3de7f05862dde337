/** Results for the history: runs of one plan, one minute after another, that pass. */

import type { Distribution, ResultDocument } from '../../src/result/document.ts';
import { sampleResult } from './sample-result.ts';

/** What a run is to show. */
export interface RunShape extends Partial<ResultDocument> {
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  readonly errorRatio?: number;
}

const SAMPLE = sampleResult();
const START_MS = Date.UTC(2026, 10, 1);

function withQuantiles(found: Distribution, p50Ms: number, p99Ms: number): Distribution {
  const known = (valueMs: number): Distribution['quantiles'][string] => ({
    valueMs,
    lowMs: valueMs * 0.9,
    highMs: valueMs * 1.1,
    needs: null,
  });
  return { ...found, quantiles: { ...found.quantiles, p50: known(p50Ms), p99: known(p99Ms) } };
}

/** Run number `number`: id `run-0007...`, started so many minutes after the first; passing unless told. */
export function storedRun(number: number, shape: RunShape = {}): ResultDocument {
  const { p50Ms = 20, p99Ms = 100, errorRatio = 0, ...over } = shape;
  const { totals } = SAMPLE;
  const value = errorRatio;
  return {
    ...SAMPLE,
    runId: `run-${String(number).padStart(4, '0')}-abcdef`,
    startedAt: new Date(START_MS + number * 60_000).toISOString(),
    totals: {
      ...totals,
      errorRatio: { value, low: value, high: value },
      response: withQuantiles(totals.response, p50Ms, p99Ms),
    },
    objectives: SAMPLE.objectives.map((objective) => ({ ...objective, status: 'pass' })),
    verdict: { status: 'pass', reasons: [] },
    exitCode: 0,
    ...over,
  };
}

/** The verdict of a run that failed, or that is open. */
export const FAILED: Partial<ResultDocument> = {
  verdict: { status: 'fail', reasons: [{ code: 'BREACH', text: 'p95 < 250ms is breached' }] },
  exitCode: 1,
};
