/** The reports for monitoring, read by the programs that read them in earnest. */

import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { renderNagios } from '../../../src/report/monitoring/nagios.ts';
import { perfdata, type Reading } from '../../../src/report/monitoring/perfdata.ts';
import { renderPrometheus } from '../../../src/report/monitoring/prometheus.ts';
import { comparedResult } from '../../report/ci/documents.ts';
import { passResult, tooFewResult } from '../../report/results.ts';
import { yesResult } from '../../report/searches.ts';
import { parsePerfdata } from '../../support/perfdata-grammar.ts';
import { requires } from '../../support/requires.ts';
import { canaryResult, firingResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';

const documents = [
  sampleResult(),
  passResult(),
  tooFewResult(),
  comparedResult(),
  yesResult(),
  canaryResult(),
  firingResult(),
];

const UNITS: Readonly<Record<string, string>> = { s: 'seconds', '%': 'percent', '': '' };

/** Labels as a plan may have them: each has something that one of the parsers takes for its own. */
const HOSTILE: readonly Reading[] = [
  "it's",
  'a=b',
  'a::b',
  'two words',
  '|pipe',
  'p99 a target of a long name',
  'p99 a target of a long name, too',
  '数',
].map((label, index) => ({ label, value: index + 0.5, unit: 's', warn: 1, crit: 2, min: 0 }));

function run(program: string, args: readonly string[], input = ''): string {
  const { status, stdout, stderr } = spawnSync(program, args, { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stdout}${stderr}`);
  return stdout;
}

/** What Icinga 2 keeps of performance data: it splits the text and parses each piece. */
function icinga(data: string): Record<string, unknown>[] {
  return data.split(' ').map((piece) => {
    const text = run('icinga2', ['console', '--eval', `parse_performance_data(${JSON.stringify(piece)})`]);
    return JSON.parse(text) as Record<string, unknown>;
  });
}

function dataOf(text: string): string {
  return / \| (.*)\n/.exec(text)?.[1] ?? '';
}

requires('icinga2').test(
  'Icinga 2 reads the performance data of a canary, and labels made of anything',
  () => {
    for (const data of [dataOf(renderNagios(firingResult())), perfdata(HOSTILE, 2000)]) {
      const wanted = parsePerfdata(data);
      expect(wanted.length).toBeGreaterThan(6);
      expect(icinga(data)).toMatchObject(
        wanted.map(({ label, value, unit, warn, crit, min, max }) => ({
          label,
          value,
          unit: UNITS[unit],
          warn,
          crit,
          min,
          max,
          counter: false,
        })),
      );
    }
  },
);

requires('promtool').test('promtool finds nothing to say of the metrics of any kind of result', () => {
  for (const document of documents) {
    expect(run('promtool', ['check', 'metrics'], renderPrometheus(document))).toBe('');
  }
});
