/** The examples for Prometheus and Alertmanager, as the programs that read them see them. */

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse } from 'yaml';
import { renderPrometheus } from '../../../src/report/monitoring/prometheus.ts';
import { parsePrometheus } from '../../support/prometheus-text.ts';
import { requires } from '../../support/requires.ts';
import { firingResult } from '../../support/sample-canary.ts';

const FOLDER = join(import.meta.dirname, '../../../examples/prometheus');

function check(program: string, ...args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: FOLDER, encoding: 'utf8' });
  expect(`${status} ${status === 0 ? '' : stdout + stderr}`).toBe('0 ');
  return stdout;
}

requires('promtool').describe('the rules', () => {
  const { test } = requires('promtool');

  test('are well formed, and fire and end as their own tests say', () => {
    expect(check('promtool', 'check', 'rules', '--lint-fatal', 'headroom.rules.yml')).toContain('SUCCESS');
    expect(check('promtool', 'test', 'rules', 'headroom.rules.test.yml')).toContain('SUCCESS');
  });

  test('ask for metrics that a canary leaves', () => {
    const rules = parse(readFileSync(join(FOLDER, 'headroom.rules.yml'), 'utf8')) as {
      groups: readonly { rules: readonly { expr: string; annotations: Record<string, string> }[] }[];
    };
    const asked = rules.groups.flatMap((group) =>
      group.rules.flatMap(({ expr, annotations }) =>
        [...`${expr} ${JSON.stringify(annotations)}`.matchAll(/headroom_\w+/g)].map(([name]) => name),
      ),
    );
    const written = new Set(
      parsePrometheus(renderPrometheus(firingResult())).samples.map(({ name }) => name),
    );
    expect(asked.length).toBeGreaterThan(10);
    expect(asked.filter((name) => !written.has(name))).toEqual([]);
  });

  test('are read by the example of a Prometheus', () => {
    expect(check('promtool', 'check', 'config', 'prometheus.yml')).toContain('1 rule files found');
  });
});

requires('amtool').describe('the routes', () => {
  const { test } = requires('amtool');

  test('are well formed', () => {
    expect(check('amtool', 'check-config', 'alertmanager.yml')).toContain('SUCCESS');
  });

  test('wake somebody for a page, and for nothing else', () => {
    const receiver = (...labels: readonly string[]): string =>
      check('amtool', 'config', 'routes', 'test', '--config.file=alertmanager.yml', ...labels).trim();
    expect(receiver('severity=page', 'check=followers', 'alertname=HeadroomServiceFails')).toBe('pager');
    expect(receiver('severity=ticket', 'check=followers')).toBe('tickets');
    expect(receiver('check=followers')).toBe('tickets');
  });
});
