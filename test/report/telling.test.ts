import { describe, expect, test } from 'vitest';
import { summarizeRatio } from '../../src/record/summary.ts';
import { renderJunit } from '../../src/report/ci/junit.ts';
import { renderMarkdown } from '../../src/report/ci/markdown.ts';
import { renderHtml } from '../../src/report/html/html.ts';
import { othersText, tellingObjectives, tellingReasons, tellingTargets } from '../../src/report/telling.ts';
import { renderResult } from '../../src/report/terminal.ts';
import type { ResultDocument, Status, TargetResult } from '../../src/result/document.ts';
import { sampleResult } from '../support/sample-result.ts';

const RUN = sampleResult();

function failing(
  failed: number,
  completed: number,
): Pick<TargetResult, 'failed' | 'completed' | 'errorRatio'> {
  return { failed, completed, errorRatio: summarizeRatio(failed, completed) };
}

/** A thousand targets, each with an objective of its own: the last one is breached and fails most. */
function manyTargets(): ResultDocument {
  const [target] = RUN.targets;
  const [objective] = RUN.objectives;
  if (target === undefined || objective === undefined) throw new Error('the sample has both');
  const numbers = Array.from({ length: 1000 }, (_, index) => index);
  const statusOf = (index: number): Status =>
    index === 999 ? 'fail' : index === 500 ? 'inconclusive' : 'pass';
  return {
    ...RUN,
    targets: numbers.map((index) => ({
      ...target,
      name: `page-${index}`,
      ...failing(index === 999 ? 9 : 0, 300),
    })),
    objectives: numbers.map((index) => ({
      ...objective,
      target: `page-${index}`,
      text: 'p99 < 100ms',
      status: statusOf(index),
      reason: null,
    })),
    verdict: {
      status: 'fail',
      reasons: numbers.map((index) => ({ code: 'BREACH', text: `page-${index} is breached` })),
    },
  };
}

describe('a run of a thousand targets', () => {
  const result = manyTargets();
  const plain = { color: false, width: 100, unicode: true };

  test('is told of on a terminal in fewer lines than a screen or two have', () => {
    const text = renderResult(result, plain);
    expect(text.split('\n').length).toBeLessThan(150);
    expect(text).toContain('and 991 more (-v shows all)');
    expect(text).toContain('and 980 more: 980 pass (-v shows all)');
    expect(text).toMatch(/Targets +most errors first, then slowest\n.*\n +page-999 /);
  });

  test('shows the breach first, and what is not decided after it', () => {
    const asked = [...renderResult(result, plain).matchAll(/(page-\d+): p99/g)].map(([, name]) => name);
    expect(asked.slice(0, 3)).toEqual(['page-999', 'page-500', 'page-0']);
  });

  test('is told of whole when everything is asked for', () => {
    const text = renderResult(result, { ...plain, verbose: true });
    expect(text).not.toContain('shows all');
    expect(text.match(/page-\d+: p99/g)).toHaveLength(1000);
  });

  test('leads its page with the worst, and folds the others away', () => {
    // On paper too: what is long stays shut there.
    const [before = '', ...folds] = renderHtml(result).split('<details class="long"><summary>and 980 more');
    expect(folds).toHaveLength(2);
    expect(before).toContain('page-999: p99');
    expect(before).not.toContain('page-42: p99');
    expect(folds[0]).toContain('page-42: p99');
  });

  test('has the target that failed first in Markdown as well', () => {
    const markdown = renderMarkdown(result);
    expect(markdown.slice(markdown.indexOf('### Targets')).split('\n')[4]).toMatch(/^\| page-999 /);
  });
});

describe('what is left out', () => {
  test('is counted by status', () => {
    expect(othersText(1200, [...Array<Status>(1199).fill('pass'), 'fail'])).toBe(
      'and 1,200 more: 1 fail, 1,199 pass',
    );
    expect(othersText(3)).toBe('and 3 more');
  });

  test.each([
    [10, 10, 0],
    [11, 9, 2],
  ])('of %i reasons: %i stand, never a line for a single other one', (count, shown, others) => {
    const told = tellingReasons(Array.from({ length: count }, String));
    expect([told.shown.length, told.others.length]).toEqual([shown, others]);
  });

  test('is nothing of what has room, which stays in the order of the plan', () => {
    const { objectives, targets } = manyTargets();
    const few = objectives.slice(-20);
    expect(tellingObjectives(few)).toEqual({ shown: few, others: [] });
    expect(tellingTargets(targets.slice(-20)).shown.at(-1)?.name).toBe('page-999');
  });

  test('are neither the broken nor the silent, however seldom they were asked', () => {
    const { targets } = manyTargets();
    const [one] = targets;
    if (one === undefined) throw new Error('there are a thousand');
    const sick = [
      { ...one, name: 'busy', ...failing(20, 717) },
      { ...one, name: 'unlucky', ...failing(1, 1) },
      { ...one, name: 'broken', ...failing(13, 13) },
      { ...one, name: 'silent', ...failing(0, 0), broken: 0, inFlight: 20 },
    ];
    const { shown } = tellingTargets([
      ...targets.map((target) => ({ ...target, ...failing(0, 300) })),
      ...sick,
    ]);
    expect(shown.slice(0, 5).map(({ name }) => name)).toEqual([
      'silent',
      'broken',
      'unlucky',
      'busy',
      'page-0',
    ]);
  });

  test('is never why the run was stopped', () => {
    const text = 'the disk is full';
    const stopped = { by: 'breaker', text } as const;
    const reasons = [...Array<string>(12).keys()].map((index) => ({
      code: 'BREACH',
      text: `breach ${index}`,
    }));
    const verdict = {
      status: 'fail',
      reasons: [...reasons, { code: 'BREAKER', text: `Stopped: ${text}.` }],
    } as const;
    const result = { ...RUN, stopped, verdict };
    expect(renderResult(result, { color: false, width: 100, unicode: true })).toContain(text);
    expect(renderHtml(result).split('<main')[1]?.split('<section')[0]).toContain(text);
  });

  test('are the quick ones among targets that fail alike', () => {
    const { targets } = manyTargets();
    const slow = targets.map((target, index) => ({
      ...target,
      ...failing(0, 300),
      response: { ...target.response, quantiles: {}, maxMs: index },
    }));
    expect(tellingTargets(slow).shown[0]?.name).toBe('page-999');
  });
});

test('a percentile that falls among the failed is infinite, and not unknown, in every form', () => {
  const [objective] = RUN.objectives;
  if (objective === undefined) throw new Error('the sample has an objective');
  const reason = { code: 'NO_FINITE_VALUE', text: 'so many failed' };
  const infinite = { ...objective, unit: 'ms', value: null, low: 337, high: null, reason } as const;
  const result = { ...RUN, objectives: [infinite] };
  const shown = [
    renderResult(result, { color: false, width: 100, unicode: true }),
    renderHtml(result),
    renderMarkdown(result),
    renderJunit(result),
  ];
  for (const text of shown) expect(text).toContain('∞ [337, ∞]');
});
