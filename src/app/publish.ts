/** Brings a report to where it was asked for. A place that cannot be reached never hides the other places. */

import { extname } from 'node:path';
import { OutputError, UsageError } from '../core/errors.ts';
import { safeText } from '../core/text.ts';
import { type DoctorReport, renderDoctor } from '../report/doctor-report.ts';
import { encodeReport } from '../report/json.ts';
import { type PlanReport, renderPlan } from '../report/plan-report.ts';
import type { ProbeReport } from '../report/probe-report.ts';
import { isReporterName, loadReporter, type ReporterName, type ReportOptions } from '../report/report.ts';
import { renderProbe } from '../report/terminal/waterfall.ts';
import type { ResultDocument } from '../result/document.ts';
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
]);

/** Endings of formats that this program does not write. */
const FOREIGN_ENDINGS: ReadonlySet<string> = new Set(['.xml', '.md', '.csv', '.yaml', '.yml']);

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
 * @throws UsageError for an unknown format, or a file that cannot be written
 */
export function destinationsOf(wish: OutputWish, world: Pick<World, 'files'>): Destinations {
  const { format, color, verbose } = wish;
  if (format !== undefined && !isReporterName(format)) {
    throw new UsageError(`unknown format "${safeText(format)}"`, { hint: 'known are text, json and html' });
  }
  const files = wish.files.filter((path) => path !== '-');
  for (const path of files) {
    if (format === undefined) refuseEnding(path);
    checkFile(path, world);
  }
  return {
    stdout: wish.json ? 'json' : (format ?? 'text'),
    files: files.map((path) => ({
      path,
      format: BY_ENDING.get(extname(path).toLowerCase()) ?? format ?? 'text',
    })),
    color,
    verbose,
  };
}

/** A file whose ending promises another format would surprise whoever opens it. */
function refuseEnding(path: string): void {
  const ending = extname(path).toLowerCase();
  if (!FOREIGN_ENDINGS.has(ending)) return;
  throw new UsageError(`there is no report in the format of ${safeText(path)}`, {
    hint: 'name it .json, .txt or .html, or say --format text',
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
      world.files.write(path, text);
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

/** Publishes what is no result: a probe, a dry run, the doctor's findings. */
export function publishReport(
  report: ProbeReport | DoctorReport | PlanReport,
  destinations: Destinations,
  world: Pick<World, 'files' | 'stdout' | 'env'>,
): Promise<readonly OutputError[]> {
  return publish(destinations, world, (format, options) =>
    format === 'json' ? encodeReport(report) : asText(report, options),
  );
}

function asText(report: ProbeReport | DoctorReport | PlanReport, options: ReportOptions): string {
  switch (report.schema) {
    case 'headroom.probe/1':
      return renderProbe(report, options);
    case 'headroom.check/1':
      return renderPlan(report, options);
    case 'headroom.doctor/1':
      return renderDoctor(report, options);
  }
}
