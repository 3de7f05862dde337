import { describe, expect, test } from 'vitest';
import { renderDoctor } from '../../src/report/doctor-report.ts';
import { encodeReport, escapeInJson } from '../../src/report/json.ts';
import { renderLint } from '../../src/report/plan/lint-report.ts';
import { renderPlan } from '../../src/report/plan/plan-report.ts';
import type { ProbeReport } from '../../src/report/probe-report.ts';
import { isReporterName, loadReporter, reporterNames } from '../../src/report/report.ts';
import { textWidth } from '../../src/report/terminal/layout.ts';
import { renderProbe } from '../../src/report/terminal/waterfall.ts';
import { decodeResult } from '../../src/result/decode.ts';
import { sampleResult } from '../support/sample-result.ts';
import { sampleDoctor, sampleLint, samplePlan, sampleProbe } from './reports.ts';

const PLAIN = { color: false, width: 80, unicode: true };
const ASCII = { ...PLAIN, unicode: false };

test('JSON on standard output holds no command of a CI service, and means the same', () => {
  const value = { '##[group]x': 'a ##[error]b ##vso[task.setvariable]c ###[x] # [1] ##', list: ['##', []] };
  const json = escapeInJson(JSON.stringify(value));
  expect(json).not.toMatch(/##\w*\[/);
  expect(JSON.parse(json)).toEqual(value);
});

describe('the probe report', () => {
  test('draws one request as a waterfall', async () => {
    await expect(renderProbe(sampleProbe(1), PLAIN)).toMatchFileSnapshot('../golden/probe-one.txt');
    await expect(renderProbe(sampleProbe(1), ASCII)).toMatchFileSnapshot('../golden/probe-one-ascii.txt');
  });

  test('shows several requests as a table', async () => {
    await expect(renderProbe(sampleProbe(5), PLAIN)).toMatchFileSnapshot('../golden/probe-several.txt');
  });

  test('starts each bar where the one before it ended', () => {
    const bars = renderProbe(sampleProbe(1), PLAIN)
      .split('\n')
      .filter((line) => line.includes('█'))
      .map((line) => ({ from: line.indexOf('█'), to: line.lastIndexOf('█') }));
    expect(bars).toHaveLength(4);
    for (const [index, bar] of bars.slice(1).entries()) {
      expect(Math.abs(bar.from - (bars[index]?.to ?? 0) - 1)).toBeLessThanOrEqual(1);
    }
  });

  test('takes the mean of the two middle values as the median of an even number', () => {
    const text = renderProbe(sampleProbe(2), PLAIN);
    expect(text).toMatch(/total +2 +27ms +55\.6ms +84\.2ms/);
    expect(text).toMatch(/dns +1 +12\.1ms +12\.1ms +12\.1ms/);
  });

  test.each([
    [90, /expires +in 90 days \(2026-12-10\)\n/],
    [29, /expires +in 29 days \(2026-12-10\): renew it soon\n/],
    [1, /expires +in 1 day /],
    [-3, /expired +3 days ago \(2026-12-10\)\n/],
  ])('says when a certificate ends in %i days', (daysLeft, expected) => {
    const sample = sampleProbe(1);
    const report: ProbeReport = { ...sample, tls: sample.tls === null ? null : { ...sample.tls, daysLeft } };
    expect(renderProbe(report, PLAIN)).toMatch(expected);
  });

  test('says why a request failed and why a certificate is not trusted', () => {
    const sample = sampleProbe(3);
    const error = 'CERT_HAS_EXPIRED';
    const tls = sample.tls === null ? null : { ...sample.tls, verificationError: error };
    const text = renderProbe({ ...sample, tls }, PLAIN);
    expect(text).toContain('3. connect-refused  connect ECONNREFUSED 192.0.2.10:443');
    expect(text).toContain('untrusted  CERT_HAS_EXPIRED');
    expect(text).toContain('200 × 2   connect-refused × 1');
  });

  test('never shows a cookie', () => {
    const text = renderProbe(sampleProbe(1), { ...PLAIN, verbose: true });
    expect(text).toMatch(/set-cookie +\(hidden\)/);
    expect(text).not.toContain('hunter2');
  });

  test('renders a probe that sent nothing', () => {
    const text = renderProbe({ ...sampleProbe(0), tls: null }, PLAIN);
    expect(text).toContain('no request was sent');
    expect(text).not.toMatch(/NaN|undefined|null/);
  });
});

describe('the doctor report', () => {
  test('names each check with its value and its remedy', async () => {
    await expect(renderDoctor(sampleDoctor(), PLAIN)).toMatchFileSnapshot('../golden/doctor.txt');
  });

  test.each([
    [['ok'], /^FIT {2}1 check passed/],
    [['ok', 'warn'], /^FIT, BUT {2}1 warning/],
    [['ok', 'warn', 'bad', 'bad'], /^NOT FIT {2}2 checks failed/],
  ] as const)('judges %j as a whole', (judgements, expected) => {
    const checks = judgements.map((judgement) => ({ name: 'a', value: 'b', judgement, remedy: null }));
    expect(renderDoctor({ ...sampleDoctor(), checks }, PLAIN)).toMatch(expected);
  });
});

describe('the report of a dry run', () => {
  test('says what would be sent, where to, and what can be judged', async () => {
    await expect(renderPlan(samplePlan(), PLAIN)).toMatchFileSnapshot('../golden/plan.txt');
  });

  test('begins with the reason when the run would be refused', () => {
    const refusal = '800/s is beyond 50/s for hosts that nobody has said are ours';
    expect(renderPlan({ ...samplePlan(), refusal, exitCode: 2 }, PLAIN)).toMatch(
      /^REFUSED {2}800\/s is beyond/,
    );
  });

  test('is ready when every objective can be judged', () => {
    const plan = samplePlan();
    const objectives = plan.objectives.filter(({ judgeable }) => judgeable);
    expect(renderPlan({ ...plan, objectives }, PLAIN)).toMatch(/^READY {2}the plan can be run and judged\n/);
  });
});

test.each([60, 80, 120])('every other report stays within %i columns', (width) => {
  const look = { ...PLAIN, width, verbose: true };
  const texts = [
    renderProbe(sampleProbe(1), look),
    renderProbe(sampleProbe(4), look),
    renderDoctor(sampleDoctor(), look),
    renderPlan(samplePlan(), look),
  ];
  expect(texts.flatMap((text) => text.split('\n')).filter((line) => textWidth(line) > width)).toEqual([]);
});

describe('reporters', () => {
  test('are found by name', () => {
    expect(reporterNames.filter(isReporterName)).toEqual(reporterNames);
    expect(['xml', '', 'constructor', '__proto__'].filter(isReporterName)).toEqual([]);
  });

  test('all give a text that ends with one newline', async () => {
    for (const name of reporterNames) {
      const text = (await loadReporter(name))(sampleResult(), PLAIN);
      expect(text).toMatch(/[^\n]\n$/);
    }
  });

  test('in JSON give a document that reads back as the result', async () => {
    const text = (await loadReporter('json'))(sampleResult(), PLAIN);
    expect(decodeResult(text, 'result.json')).toEqual(sampleResult());
    expect(JSON.parse(encodeReport(sampleProbe(2)))).toEqual(sampleProbe(2));
  });
});

describe('the lint report', () => {
  test('says of each finding where it stands and what to do', async () => {
    await expect(renderLint(sampleLint(), PLAIN)).toMatchFileSnapshot('../golden/lint.txt');
    await expect(renderLint(sampleLint(), ASCII)).toMatchFileSnapshot('../golden/lint-ascii.txt');
  });

  test.each([
    [['error'], 'BROKEN  1 error'],
    [['warning'], 'DOUBTFUL  1 warning'],
    [['note'], 'CLEAN  1 note'],
    [[], 'CLEAN  nothing to say'],
  ])('with %j is headed by %j', (severities, head) => {
    const report = sampleLint();
    const findings = report.findings.filter(({ severity }) => severities.includes(severity));
    expect(renderLint({ ...report, findings }, PLAIN).split('\n')[0]).toBe(head);
  });

  test('fits into the width, but for places', () => {
    const lines = renderLint(sampleLint(), { ...PLAIN, width: 60 }).split('\n');
    const sentences = lines.filter((line) => !line.includes('.yaml:'));
    expect(Math.max(...sentences.map(textWidth))).toBeLessThanOrEqual(60);
  });

  test('is JSON as it is', () => {
    expect(JSON.parse(encodeReport(sampleLint()))).toEqual(sampleLint());
  });
});
