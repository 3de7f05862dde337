/** What `--format NAME` and `--report NAME=PATH` ask for. */

import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { suggestion } from '../../plan/position.ts';
import { isReporterName, type ReporterName, reporterNames } from '../../report/report.ts';

export { reporterNames } from '../../report/report.ts';

/** A report and where it goes; the path `-` is standard output. */
export interface ReportWish {
  readonly format: ReporterName;
  readonly path: string;
}

/** The reporter of that name. @throws UsageError for an unknown one */
export function reporterNamed(written: string): ReporterName {
  if (isReporterName(written)) return written;
  throw new UsageError(`unknown format "${safeText(written)}"`, {
    hint: suggestion(written, reporterNames, `known are ${reporterNames.join(', ')}`),
  });
}

/**
 * The values of `--report`.
 *
 * @throws UsageError for one that is no NAME=PATH, an unknown name, or two on standard output
 */
export function parseReports(values: readonly string[]): readonly ReportWish[] {
  const wishes = values.map((value): ReportWish => {
    const [, name = '', path = ''] = /^([^=]*)=?(.*)$/s.exec(value) ?? [];
    const format = reporterNamed(name);
    if (path !== '') return { format, path };
    throw new UsageError(`--report ${format} does not say where to`, {
      hint: `write --report ${format}=FILE, or ${format}=- for standard output`,
    });
  });
  if (wishes.filter(({ path }) => path === '-').length > 1) throw twoOnStdout();
  return wishes;
}

/** Two reports were asked for on standard output. */
export function twoOnStdout(): UsageError {
  return new UsageError('standard output has room for one report', {
    hint: 'write the others to files: --report NAME=FILE',
  });
}
