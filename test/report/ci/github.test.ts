import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderGithub } from '../../../src/report/ci/github.ts';
import type { Status } from '../../../src/result/document.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';
import { passResult } from '../results.ts';
import { noResult, openResult } from '../searches.ts';
import { judgedAs } from './documents.ts';

function times<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

describe('annotations', () => {
  test("point at the objective's line in the plan", () => {
    const commands = workflowCommands(renderGithub({ ...sampleResult(), planFile: 'load/a,b:c.yaml' }));
    expect(commands).toEqual([
      {
        form: 'current',
        name: 'error',
        properties: {
          file: 'load/a,b:c.yaml',
          line: '9',
          col: '30',
          title: 'headroom: all targets: errors < 1%: breached',
        },
        data: 'errors < 1%: measured 2.84% [1.78, 4.51], 17 of 598 against it',
      },
    ]);
  });

  test('point nowhere without a plan file', () => {
    const [command] = workflowCommands(renderGithub({ ...sampleResult(), planFile: null }));
    expect(Object.keys(command?.properties ?? {})).toEqual(['title']);
  });

  test('point nowhere where no line of the plan says it: a flag, the generator', () => {
    const [objective] = sampleResult().objectives;
    if (objective === undefined) throw new Error('the sample has no objective');
    const result = { ...sampleResult(), objectives: [{ ...objective, line: null, column: null }] };
    const [command] = workflowCommands(renderGithub({ ...result, planFile: 'headroom.yaml' }));
    expect(Object.keys(command?.properties ?? {})).toEqual(['title']);
  });

  test('are errors for breaches, warnings for what is not decided, and one notice for a pass', () => {
    const kinds = (...statuses: Status[]): string[] =>
      workflowCommands(renderGithub(judgedAs(...statuses))).map(({ name }) => name);
    expect(kinds('inconclusive', 'fail', 'pass')).toEqual(['error', 'warning']);
    expect(kinds('pass', 'pass')).toEqual(['notice']);
    expect(workflowCommands(renderGithub(passResult()))[0]?.data).toBe('the objective holds');
  });

  test('are at most ten of a kind, as the runner loses the rest: the tenth says how many', () => {
    const ten = workflowCommands(renderGithub(judgedAs(...times(10, 'fail' as const))));
    expect(ten).toHaveLength(10);
    expect(ten.at(-1)?.data).toContain('p99 < 10s');
    const many = workflowCommands(renderGithub(judgedAs(...times(25, 'fail' as const), 'inconclusive')));
    expect(many.map(({ name }) => name)).toEqual([...times(10, 'error'), 'warning']);
    expect(many[9]?.data).toBe('and 16 more cases: see the summary');
  });

  test('tell the answer of a launch before what it rests on, however much that is', () => {
    const result = noResult();
    const [objective] = result.objectives;
    if (objective === undefined) throw new Error('the sample has an objective');
    const objectives = Array.from({ length: 100 }, (_, index) => ({ ...objective, target: `page-${index}` }));
    const [first] = workflowCommands(renderGithub({ ...result, objectives }));
    expect(first?.data).toMatch(/^NO: the system cannot take/);
  });

  test('are all that the runner finds, whatever texts are planted', () => {
    const results = [sampleResult(), noResult(), openResult(), judgedAs('inconclusive', 'fail')];
    fc.assert(
      fc.property(plantedTexts, fc.constantFrom(...results), (texts, result) => {
        const planted = plant(result, texts);
        const output = renderGithub(planted);
        const commands = workflowCommands(output);
        expect(commands).toHaveLength(output.trimEnd().split('\n').length);
        for (const { form, name, properties, data } of commands) {
          expect(form).toBe('current');
          expect(['error', 'warning', 'notice']).toContain(name);
          expect(['file', 'line', 'col', 'title']).toEqual(expect.arrayContaining(Object.keys(properties)));
          expect(data).not.toMatch(/[\p{Cc}]|##\w*\[/u);
        }
      }),
      { numRuns: 200 },
    );
  });
});
