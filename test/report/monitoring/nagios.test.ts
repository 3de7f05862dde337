import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { monitoredError } from '../../../src/app/monitoring/plugin-error.ts';
import { finalExit } from '../../../src/cli/exit-codes.ts';
import { renderNagios } from '../../../src/report/monitoring/nagios.ts';
import type { ObjectiveResult, ResultDocument } from '../../../src/result/document.ts';
import { holdsAgreement, SERVICE_STATES } from '../../../src/result/reading/service-state.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';
import { parsePerfdata } from '../../support/perfdata-grammar.ts';
import { canaryResult, firingResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { observedResult } from '../../support/sample-servers.ts';
import { comparedResult } from '../ci/documents.ts';
import { inconclusiveResult, passResult, tooFewResult } from '../results.ts';
import { noResult, yesResult } from '../searches.ts';

function parts(text: string): { head: string; state: string; data: string; rest: string[] } {
  const [first = '', ...rest] = text.replace(/\n$/, '').split('\n');
  const match = /^(HEADROOM (OK|WARNING|CRITICAL|UNKNOWN) - [^|]+?)(?: \| ([^|]+))?$/.exec(first);
  if (match === null) throw new Error(`no plug-in line: ${first}`);
  const [, head = '', state = '', data = ''] = match;
  return { head, state, data, rest };
}

const documents: readonly ResultDocument[] = [
  sampleResult(),
  passResult(),
  inconclusiveResult(),
  tooFewResult(),
  observedResult(),
  comparedResult(),
  yesResult(),
  noResult(),
  canaryResult(),
  firingResult(),
];

function objective(over: Partial<ObjectiveResult>): ObjectiveResult {
  const [first] = sampleResult().objectives;
  if (first === undefined) throw new Error('the sample has an objective');
  return { ...first, ...over };
}

describe('the line of a plug-in', () => {
  test('of a run that fails', () => {
    const { head, data, rest } = parts(renderNagios(sampleResult()));
    expect(head).toBe('HEADROOM WARNING - errors < 1%: 2.84%, 17 of 598 failed');
    const readings = parsePerfdata(data);
    expect(readings.map(({ label }) => label)).toEqual(['p95', 'errors', 'p50', 'p99', 'max', 'rate']);
    expect(readings[0]).toEqual({
      label: 'p95',
      value: 0.093439,
      unit: 's',
      warn: 0.25,
      crit: null,
      min: 0,
      max: null,
    });
    expect(readings[1]).toMatchObject({ value: 2.84, unit: '%', warn: 1, crit: null, min: 0, max: 100 });
    expect(rest).toContain('objective: errors < 1%: fail, measured 2.84% [1.78, 4.51]');
  });

  test('of a canary: its name, what is wrong, how many runs, and how far it may go', () => {
    const firing = parts(renderNagios(firingResult()));
    expect(firing.head).toMatch(/^HEADROOM CRITICAL - followers offline: 3 of 5 runs bad, firing, /);
    expect(firing.rest).toContain('incident: service (page) since 2026-11-22T10:00:00.000Z');
    const readings = parsePerfdata(firing.data);
    expect(readings[0]).toMatchObject({ label: 'bad_runs', value: 3, crit: 2, min: 0, max: 5 });
    expect(readings[1]).toMatchObject({ label: 'budget_left', value: 95.4, unit: '%' });
    expect(readings[2]).toMatchObject({ label: 'certificate', value: 2_592_000, unit: 's' });
    expect(parts(renderNagios(canaryResult())).head).toMatch(
      /^HEADROOM OK - followers ok: 0 of 5 runs bad, ok/,
    );
  });

  test('marks an objective as critical, or as a warning where the agreement is what is critical', () => {
    const p95 = objective({ text: 'p95 < 250ms', limit: 250 });
    const alone = parsePerfdata(parts(renderNagios(sampleResult({ objectives: [p95], agreement: [] }))).data);
    expect(alone[0]).toMatchObject({ label: 'p95', warn: null, crit: 0.25 });
    const both = { objectives: [p95], agreement: [objective({ text: 'p95 < 1s', limit: 1000 })] };
    const [first] = parsePerfdata(parts(renderNagios(sampleResult(both))).data);
    expect(first).toMatchObject({ label: 'p95', warn: 0.25, crit: 1 });
  });

  test('has no limit where less is worse, as a plain number would mean the contrary', () => {
    const least = objective({ text: 'goodput > 50/s', limit: 50, value: 40, unit: 'per-second' });
    const [first] = parsePerfdata(
      parts(renderNagios(sampleResult({ objectives: [least], agreement: [] }))).data,
    );
    expect(first).toMatchObject({ label: 'goodput', value: 40, warn: null, crit: null });
  });

  test('says the state that the exit code says, for every code and agreement', () => {
    const sample = sampleResult();
    const policy = { style: 'nagios', zero: false, onInconclusive: null } as const;
    for (const exitCode of [0, 1, 2, 3, 70, 130, 143]) {
      for (const status of ['pass', 'fail', 'inconclusive', null] as const) {
        const agreement = status === null ? [] : [objective({ status })];
        const result = { ...sample, exitCode, agreement };
        const { state } = parts(renderNagios(result));
        const code = finalExit(exitCode, policy, { agreementHeld: holdsAgreement(result) });
        expect(Object.entries(SERVICE_STATES).find(([, each]) => each === code)?.[0]).toBe(state);
      }
    }
  });

  test('calls no incident that pages a warning, though few requests leave the agreement open', () => {
    const agreement = [objective({ status: 'inconclusive' })];
    const look = canaryResult({}, { exitCode: 1, agreement });
    const fired = { ...firingResult(), exitCode: 1, agreement };
    expect([look, fired].map((result) => parts(renderNagios(result)).state)).toEqual(['WARNING', 'CRITICAL']);
  });

  test.each(documents)('is short, and whole within what NRPE takes: document %#', (document) => {
    const text = renderNagios(document);
    expect(parts(text).head.length).toBeLessThanOrEqual(80);
    expect(Buffer.byteLength(text)).toBeLessThan(4096);
    parsePerfdata(parts(text).data);
  });

  test('stays so, with one mark before the data, whatever a server or a plan wrote', () => {
    fc.assert(
      fc.property(fc.constantFrom(...documents), plantedTexts, (document, planted) => {
        const text = renderNagios(plant(document, planted));
        const { head, data, rest } = parts(text);
        expect(head.length).toBeLessThanOrEqual(250);
        expect(rest.join('')).not.toContain('|');
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(Buffer.byteLength(text)).toBeLessThan(4096);
        parsePerfdata(data);
      }),
      { numRuns: 200 },
    );
  });

  test('holds nothing that a server wrote', () => {
    const written = JSON.stringify(sampleResult().failures);
    expect(written).toContain('alert(1)');
    const failed = sampleResult({
      verdict: { status: 'fail', reasons: [{ code: 'ERRORS', text: 'the server said alert(1)' }] },
      objectives: [objective({ because: 'the server said alert(1)', status: 'fail' })],
    });
    expect(renderNagios(failed)).not.toContain('alert(1)');
    expect(renderNagios(firingResult({ text: 'alert(1)' }))).not.toContain('alert(1)');
  });

  test('of an error has its first line in that of the plug-in', () => {
    expect(monitoredError('cannot read a|b\nc')).toBe('HEADROOM UNKNOWN - cannot read a/b\nc\n');
  });
});
