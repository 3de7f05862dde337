/**
 * JUnit XML: what Jenkins' junit plugin and GitLab both read. A breach is a `failure`, what could not be judged an
 * `error`. GitLab shows the content of these elements and not their attributes, so the text stands in both.
 */

import { safeText } from '../../core/text.ts';
import type { ResultDocument } from '../../result/document.ts';
import { type Case, casesOf, type Suite } from './cases.ts';
import { headlineOf } from './headline.ts';
import { xmlAttributes, xmlText } from './xml.ts';

/** Most bytes of text in one element. */
const MAX_BODY_BYTES = 65_536;
const MAX_LINE = 4000;

const ELEMENTS = {
  fail: { name: 'failure', type: 'objective' },
  inconclusive: { name: 'error', type: 'inconclusive' },
  skipped: { name: 'skipped', type: 'not-judged' },
} as const;

/** How a consumer wants its file. */
interface Flavour {
  /** GitLab shows the file of a case; the schema of Jenkins' xunit plugin (junit-10.xsd) refuses the attribute. */
  readonly withFile: boolean;
}

/** The file for Jenkins' junit plugin and for GitLab. */
export function renderJunit(result: ResultDocument): string {
  return fileOf(result, { withFile: true });
}

/** The file for what validates against junit-10.xsd, as Jenkins' xunit plugin does: no `file` attribute. */
export function renderStrictJunit(result: ResultDocument): string {
  return fileOf(result, { withFile: false });
}

function fileOf(result: ResultDocument, flavour: Flavour): string {
  const cases = casesOf(result);
  const suites = [...new Set(cases.map(({ suite }) => suite))];
  const { skipped: _, ...totals } = countsOf(cases);
  const root = { name: `headroom ${result.command}`, ...totals, time: secondsOf(result.durationMs) };
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${xmlAttributes(root)}>`,
    ...suites.flatMap((suite, index) => suiteLines(result, suite, { cases, flavour, isFirst: index === 0 })),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteLines(
  result: ResultDocument,
  suite: Suite,
  { cases, flavour, isFirst }: { cases: readonly Case[]; flavour: Flavour; isFirst: boolean },
): string[] {
  const own = cases.filter((each) => each.suite === suite);
  const attributes = {
    name: suite,
    ...countsOf(own),
    time: own.some(takesTheTime) ? secondsOf(result.durationMs) : '0.000',
    timestamp: result.startedAt.replace(/(\.\d+)?Z$/, ''),
  };
  return [
    `  <testsuite${xmlAttributes(attributes)}>`,
    ...(isFirst ? propertyLines(result) : []),
    ...own.flatMap((each) => caseLines(each, result, flavour)),
    '  </testsuite>',
  ];
}

function countsOf(cases: readonly Case[]): Record<'tests' | 'failures' | 'errors' | 'skipped', number> {
  const count = (status: Case['status']): number => cases.filter((each) => each.status === status).length;
  return {
    tests: cases.length,
    failures: count('fail'),
    errors: count('inconclusive'),
    skipped: count('skipped'),
  };
}

/** All cases were judged by the same traffic: its time is told once, so that a sum over cases is the time it took. */
function takesTheTime({ suite }: Case): boolean {
  return suite === 'validity';
}

/** The schema of the xunit plugin takes three decimals at most. */
function secondsOf(ms: number): string {
  return (Math.max(0, ms) / 1000).toFixed(3);
}

function propertyLines(result: ResultDocument): string[] {
  const { totals, launch, capacity } = result;
  const properties = {
    verdict: result.verdict.status,
    summary: headlineOf(result).sentence,
    answer: launch?.answer ?? null,
    heldPerSecond: capacity?.heldPerSecond ?? null,
    brokePerSecond: capacity?.brokePerSecond ?? null,
    sentPerSecond: totals.ratePerSecond.sent,
    p99Ms: totals.responseAll.quantiles['p99']?.valueMs ?? null,
    errorRatio: totals.errorRatio.value,
    exitCode: result.exitCode,
    runId: result.runId,
    planHash: result.planHash,
    seed: result.seed,
    commit: result.git?.commit ?? null,
    version: result.tool.version,
    repeat: result.repeat,
  };
  const lines = Object.entries(properties).flatMap(([name, value]) =>
    value === null
      ? []
      : [
          `      <property${xmlAttributes({ name, value: safeText(String(value), { maxLength: MAX_LINE }) })}/>`,
        ],
  );
  return ['    <properties>', ...lines, '    </properties>'];
}

function caseLines(each: Case, result: ResultDocument, { withFile }: Flavour): string[] {
  const attributes = {
    classname: safeText(each.classname),
    name: safeText(each.name),
    time: takesTheTime(each) ? secondsOf(result.durationMs) : '0.000',
    file: withFile && result.planFile !== null ? safeText(result.planFile, { maxLength: MAX_LINE }) : null,
  };
  const open = `    <testcase${xmlAttributes(attributes)}`;
  if (each.status === 'pass') {
    return [`${open}>`, `      <system-out>${bodyOf(each)}</system-out>`, '    </testcase>'];
  }
  const { name, type } = ELEMENTS[each.status];
  const inner = xmlAttributes({ type, message: safeText(each.message) });
  return [`${open}>`, `      <${name}${inner}>${bodyOf(each)}</${name}>`, '    </testcase>'];
}

/** The message and the details, a line each, within the bound. */
function bodyOf({ message, details }: Case): string {
  const lines: string[] = [];
  let bytes = 0;
  for (const line of [message, ...details]) {
    const text = xmlText(safeText(line, { maxLength: MAX_LINE }));
    bytes += Buffer.byteLength(text) + 1;
    if (bytes > MAX_BODY_BYTES - 4) return [...lines, '...'].join('\n');
    lines.push(text);
  }
  return lines.join('\n');
}
