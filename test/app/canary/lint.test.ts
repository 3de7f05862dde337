import { expect, test } from 'vitest';
import { lintFile } from '../../../src/app/canary/lint.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { fakeWorld } from '../fake-world.ts';

const world = fakeWorld();

function plan(...lines: readonly string[]): { readonly file: string; readonly text: string } {
  return { file: 'headroom.yaml', text: ['version: 1', ...lines].join('\n') };
}

test('findings have their place in the file, the worst first', () => {
  const source = plan(
    'targets: [ { get: https://example.com/ } ]',
    'load: { rate: 100/s, duration: 1m }',
    'objectives: [ "p95 < 250ms" ]',
    'canary:',
    '  remind: 30s',
    '  maintenance:',
    '    - daily 01:00-02:00',
    '    - 2026-02-01T22:00Z/2h',
    'notify: []',
  );
  const report = lintFile(source, world);
  expect(report).toMatchObject({ schema: 'headroom.lint/1', plan: 'headroom.yaml', exitCode: 1 });
  expect(report.findings.map(({ code, line, column }) => [code, line, column])).toEqual([
    ['remind-below-every', 6, 11],
    ['maintenance-over', 9, 7],
    ['detection-time', 4, 15],
  ]);
});

test('a plan with notes alone passes, without the values of what notifiers refer to', () => {
  const source = plan(
    'targets: [ { get: https://example.com/ } ]',
    'load: { rate: 100/s, duration: 1m }',
    'objectives: [ "p95 < 250ms" ]',
    'notify: [ { slack: "${env:UNSET}" } ]',
  );
  const { exitCode, findings } = lintFile(source, world);
  expect([exitCode, findings.map(({ code }) => code)]).toEqual([0, ['notify-without-canary']]);
});

test('no secret of the plan is quoted, wherever its text turns up', () => {
  const source = plan(
    'targets: [ { name: hunter22, get: https://example.com/ }, { name: b, get: https://example.com/b } ]',
    'objectives: [ "b: p95 < 250ms" ]',
    'headers: { authorization: Bearer hunter22 }',
    'notify: [ { slack: https://hooks.slack.com/services/hunter22 } ]',
  );
  const report = lintFile(source, world);
  expect(report.findings.map(({ code }) => code)).toContain('target-without-objective');
  expect(JSON.stringify(report)).not.toContain('hunter22');
});

test('a plan that cannot be read is none to lint', () => {
  expect(() => lintFile(plan('targets: 5'), world)).toThrow(UsageError);
});
