import { describe, expect, test } from 'vitest';
import { casesOf, worstFirst } from '../../../src/report/ci/cases.ts';
import { renderGithub } from '../../../src/report/ci/github.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { sampleLaunch } from '../../support/sample-search.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';
import { inconclusiveResult, passResult, tooFewResult } from '../results.ts';
import { capacityResult, noResult, openResult, yesResult } from '../searches.ts';
import { comparedResult, judgedAs } from './documents.ts';

const RESULTS: readonly ResultDocument[] = [
  sampleResult(),
  passResult(),
  inconclusiveResult(),
  tooFewResult(),
  observedResult(),
  capacityResult(),
  yesResult(),
  noResult(),
  openResult(),
  comparedResult(),
  judgedAs('pass', 'inconclusive'),
];

const RANK = { pass: 0, skipped: 0, inconclusive: 1, fail: 2 };

function listed(result: ResultDocument): string[] {
  return casesOf(result).map(({ classname, name, status }) => `${classname} > ${name}: ${status}`);
}

describe('the cases of a result', () => {
  test('are as bad as the verdict, and no worse', () => {
    for (const result of RESULTS) {
      const worst = Math.max(...casesOf(result).map(({ status }) => RANK[status]));
      expect(worst, result.command).toBe(RANK[result.verdict.status]);
    }
  });

  test('keep their names from run to run: none holds a measured value', () => {
    const before = casesOf(sampleResult());
    const { objectives, ...rest } = sampleResult();
    const moved = objectives.map((objective) => ({ ...objective, value: 9, low: 8, high: 10, count: 7 }));
    const after = casesOf({ ...rest, objectives: moved, runId: 'another', durationMs: 5 });
    expect(after.map(({ name, classname }) => [name, classname])).toEqual(
      before.map(({ name, classname }) => [name, classname]),
    );
    expect(after.map(({ message }) => message)).not.toEqual(before.map(({ message }) => message));
  });

  test('stand under their target, whose name is not said twice', () => {
    const [first] = sampleResult().objectives;
    if (first === undefined) throw new Error('no objective');
    const objectives = [{ ...first, target: 'followers', text: 'followers: p95 < 1s' }];
    expect(listed({ ...sampleResult(), objectives })[0]).toBe('followers > p95 < 1s: pass');
  });

  test('of an agreement that is breached beside a pass say so, though the verdict does not rest on it', () => {
    const result = passResult();
    const [objective] = result.objectives;
    if (objective === undefined) throw new Error('the sample has an objective');
    const because = '9 of 9 requests took longer';
    const breached = {
      ...objective,
      text: 'p50 < 1ms',
      status: 'fail',
      because,
      line: 7,
      column: 3,
    } as const;
    const told = { ...result, agreement: [breached], planFile: 'plan.yaml' };
    expect(casesOf(told).find(({ suite }) => suite === 'agreement')).toMatchObject({
      status: 'skipped',
      message: 'the agreement is breached: p50 < 1ms: 9 of 9 requests took longer',
    });
    expect(workflowCommands(renderGithub(told))).toMatchObject([
      { name: 'warning', properties: { file: 'plan.yaml', line: '7' } },
      { name: 'notice' },
    ]);
  });

  test('of an agreement that cannot be judged are skipped: the verdict does not rest on it', () => {
    expect(listed(sampleResult())).toEqual([
      'all targets > p95 < 250ms: pass',
      'all targets > errors < 1%: fail',
      'all targets (agreement) > p99.9 < 2s: skipped',
      'validity > the generator lets the run be judged: pass',
    ]);
  });

  test('of a launch are its answer and each rate that was asked about', () => {
    expect(listed(noResult()).slice(0, -2)).toEqual([
      'launch > the launch can be carried: fail',
      'launch > rate with-margin: skipped',
      'launch > rate without-margin: skipped',
      'launch > rate peak: skipped',
    ]);
  });

  test('of a launch that is accepted short of yes do not fail for the rate that broke', () => {
    const questions = sampleLaunch().questions.map((step) => ({ ...step, label: 'broken' as const }));
    const launch = sampleLaunch({ answer: 'yes-without-margin', accepted: true, questions });
    const found = listed({ ...yesResult(), launch });
    expect(found).toContain('launch > the launch can be carried: pass');
    expect(found.filter((line) => line.endsWith(': fail'))).toEqual([]);
  });

  test('hold the verdict itself where nothing else says it', () => {
    const reasons = [{ code: 'UNREACHABLE', text: 'nobody answers' }];
    const result = { ...passResult(), verdict: { status: 'fail' as const, reasons } };
    expect(casesOf(result).at(-1)).toMatchObject({
      suite: 'verdict',
      status: 'fail',
      message: 'nobody answers (UNREACHABLE)',
    });
  });

  test('are sorted with the worst first for those who show a few', () => {
    const sorted = worstFirst(casesOf(judgedAs('inconclusive', 'pass', 'fail', 'inconclusive', 'fail')));
    expect(sorted.map(({ name }) => name)).toEqual(['p99 < 3s', 'p99 < 5s', 'p99 < 1s', 'p99 < 4s']);
  });
});
