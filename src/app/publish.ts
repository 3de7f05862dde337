/** Brings a report to where it was asked for. A place that cannot be reached never hides the other places. */

import { extname, resolve } from 'node:path';
import { OutputError, UsageError } from '../core/errors.ts';
import { safeText } from '../core/text.ts';
import { type CanaryStatusReport, renderCanaryStatus } from '../report/canary/status.ts';
import { type DoctorReport, renderDoctor } from '../report/doctor-report.ts';
import type { FleetReport } from '../report/fleet/model.ts';
import { renderFleet } from '../report/fleet/text.ts';
import { renderBaseline } from '../report/history/baseline.ts';
import { renderHistory } from '../report/history/list.ts';
import type { BaselineReport, HistoryReport } from '../report/history/model.ts';
import { encodeReport } from '../report/json.ts';
import { type DrillReport, renderDrill } from '../report/pager/drill.ts';
import { type PagerTestReport, renderPagerTest } from '../report/pager/test.ts';
import { type LintReport, renderLint } from '../report/plan/lint-report.ts';
import { type PlanReport, renderPlan } from '../report/plan/plan-report.ts';
import type { ProbeReport } from '../report/probe-report.ts';
import { loadReporter, type ReporterName, type ReportOptions } from '../report/report.ts';
import { renderProbe } from '../report/terminal/waterfall.ts';
import type { ResultDocument } from '../result/document.ts';
import { parseReports, type ReportWish, reporterNamed, twoOnStdout } from './ci/report-flag.ts';
import { type ColorChoice, fileRendering, streamRendering } from './rendering.ts';
import type { World } from './world.ts';

/** Where a report goes, and in which format. */
export interface Destinations {
  /** Null: nothing is printed. */
  readonly stdout: ReporterName | null;
  readonly files: readonly { readonly path: string; readonly format: ReporterName }[];
  readonly color: ColorChoice;
  readonly verbose: boolean;
}

/** What was asked for on the command line. */
export interface OutputWish {
  readonly json: boolean;
  readonly format: string | undefined;
  readonly files: readonly string[];
  /** `NAME=PATH`, as typed. */
  readonly reports?: readonly string[];
  /** What is reported: a result has every format, anything else (a probe, a dry run) text and JSON. */
  readonly subject?: 'result' | 'other';
  readonly color: ColorChoice;
  readonly verbose: boolean;
}

/** Text of a report in a format. */
export type Render = (format: ReporterName, options: ReportOptions) => string | Promise<string>;

const BY_ENDING: ReadonlyMap<string, ReporterName> = new Map([
  ['.json', 'json'],
  ['.txt', 'text'],
  ['.html', 'html'],
  ['.htm', 'html'],
  ['.xml', 'junit'],
  ['.md', 'markdown'],
  ['.tap', 'tap'],
  ['.csv', 'csv'],
  ['.hlog', 'hlog'],
  ['.prom', 'prometheus'],
]);

/** Permissions of files that a program of another user reads, whatever the umask; others go by that. */
const MODES: Partial<Readonly<Record<ReporterName, number>>> = { prometheus: 0o644 };

/** Endings of formats that this program does not write. */
const FOREIGN_ENDINGS: ReadonlySet<string> = new Set(['.yaml', '.yml']);

/** Explains a code of the operating system. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or folder',
  EACCES: 'no permission',
  EPERM: 'not permitted',
  EROFS: 'the file system is read-only',
  EISDIR: 'it is a folder',
  ENOTDIR: 'a part of the path is no folder',
  ENOSPC: 'no space left',
  EFBIG: 'the file is too large',
  EEXIST: 'something that is no folder has its name',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

/** Why the operating system refused, in words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  return REASONS[code] ?? code;
}

/**
 * Decides formats and checks that every file can be written, before anything is sent.
 *
 * @throws UsageError for an unknown format, one that the subject does not have, or a file that cannot be written
 */
export function destinationsOf(wish: OutputWish, world: Pick<World, 'files'>): Destinations {
  const { color, verbose } = wish;
  const format = wish.format === undefined ? undefined : reporterNamed(wish.format);
  const reports = parseReports(wish.reports ?? []);
  const files = [...namedFiles(wish.files, format), ...reports.filter(({ path }) => path !== '-')];
  const stdout = stdoutOf({ ...wish, format }, reports);
  if (wish.subject === 'other')
    for (const each of [stdout, ...files.map((file) => file.format)]) refuseRich(each);
  checkFiles(files, world);
  return { stdout, files, color, verbose };
}

/** What is printed: `--report NAME=-` takes the place of `--json` and `--format`. */
function stdoutOf(
  { json, format }: { readonly json: boolean; readonly format: ReporterName | undefined },
  reports: readonly ReportWish[],
): ReporterName {
  const chosen = reports.find(({ path }) => path === '-');
  if (chosen !== undefined && (json || format !== undefined)) throw twoOnStdout();
  return chosen?.format ?? (json ? 'json' : (format ?? 'text'));
}

/** The files of `-o`, each in the format of its ending. */
function namedFiles(paths: readonly string[], format: ReporterName | undefined): ReportWish[] {
  return paths
    .filter((path) => path !== '-')
    .map((path) => {
      if (format === undefined) refuseEnding(path);
      return { path, format: BY_ENDING.get(extname(path).toLowerCase()) ?? format ?? 'text' };
    });
}

function refuseRich(format: ReporterName): void {
  if (format === 'text' || format === 'json') return;
  throw new UsageError(`this command has no report in the format ${format}`, {
    hint: 'it has text and json',
  });
}

function checkFiles(files: readonly ReportWish[], world: Pick<World, 'files'>): void {
  const seen = new Set<string>();
  for (const { path } of files) {
    // However it is spelled: ./a is a.
    const file = resolve(path);
    if (seen.has(file)) {
      throw new UsageError(`two reports go to ${safeText(path)}`, { hint: 'give each a file of its own' });
    }
    seen.add(file);
    checkFile(path, world);
  }
}

/** A file whose ending promises another format would surprise whoever opens it. */
function refuseEnding(path: string): void {
  const ending = extname(path).toLowerCase();
  if (!FOREIGN_ENDINGS.has(ending)) return;
  throw new UsageError(`there is no report in the format of ${safeText(path)}`, {
    hint: `name it ${[...BY_ENDING.keys()].join(', ')}, or say --format text`,
  });
}

function checkFile(path: string, world: Pick<World, 'files'>): void {
  try {
    world.files.checkWritable(path);
  } catch (error) {
    throw new UsageError(`cannot write ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'choose a file in a folder that exists and that you may write to',
      cause: error,
    });
  }
}

/** Prints and writes the report; returns what could not be delivered. Standard output is settled by the caller. */
export async function publish(
  destinations: Destinations,
  world: Pick<World, 'files' | 'stdout' | 'env'>,
  render: Render,
): Promise<readonly OutputError[]> {
  const { stdout, files, verbose } = destinations;
  if (stdout !== null) world.stdout.write(await render(stdout, streamRendering(world, destinations)));
  const failures: OutputError[] = [];
  for (const { path, format } of files) {
    const text = await render(format, fileRendering(verbose));
    try {
      world.files.write(path, text, MODES[format]);
    } catch (error) {
      failures.push(new OutputError(`cannot write ${safeText(path)}: ${reasonOf(error)}`, { cause: error }));
    }
  }
  return failures;
}

/** Publishes a result. */
export function publishResult(
  result: ResultDocument,
  destinations: Destinations,
  world: Pick<World, 'files' | 'stdout' | 'env'>,
): Promise<readonly OutputError[]> {
  return publish(destinations, world, async (format, options) =>
    (await loadReporter(format))(result, options),
  );
}

/** What is no result: a probe, a dry run, the doctor's findings, the history, a baseline, a lint, checks, a test of the pagers, a drill, a look at a fleet. */
type OtherReport =
  | ProbeReport
  | DoctorReport
  | PlanReport
  | HistoryReport
  | BaselineReport
  | LintReport
  | CanaryStatusReport
  | PagerTestReport
  | DrillReport
  | FleetReport;

/** Publishes what is no result. */
export function publishReport(
  report: OtherReport,
  destinations: Destinations,
  world: Pick<World, 'files' | 'stdout' | 'env'>,
): Promise<readonly OutputError[]> {
  return publish(destinations, world, (format, options) =>
    format === 'json' ? encodeReport(report) : asText(report, options),
  );
}

function asText(report: OtherReport, options: ReportOptions): string {
  switch (report.schema) {
    case 'headroom.probe/1':
      return renderProbe(report, options);
    case 'headroom.check/1':
      return renderPlan(report, options);
    case 'headroom.lint/1':
      return renderLint(report, options);
    case 'headroom.doctor/1':
      return renderDoctor(report, options);
    case 'headroom.history/1':
      return renderHistory(report, options);
    case 'headroom.baseline/1':
      return renderBaseline(report, options);
    case 'headroom.canary-status/1':
      return renderCanaryStatus(report, options);
    case 'headroom.pager-test/1':
      return renderPagerTest(report, options);
    case 'headroom.pager-drill/1':
      return renderDrill(report, options);
    case 'headroom.fleet/1':
      return renderFleet(report, options);
  }
}
