/** The files through which a step of GitHub Actions talks to its runner: the summary and the outputs. */

import { OutputError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { headlineOf } from '../../report/ci/headline.ts';
import { renderMarkdown } from '../../report/ci/markdown.ts';
import type { ResultDocument } from '../../result/document.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';

/** Above 1 MiB per step the runner drops the whole summary. */
const SUMMARY_LIMIT_BYTES = 1_048_576;
/** A summary shorter than this says nothing. */
const LEAST_SUMMARY_BYTES = 2000;

type Place = Pick<World, 'files' | 'newId'>;

/** Appends the Markdown report, within what other commands of the step left. @throws OutputError */
export function appendSummary(result: ResultDocument, path: string, { files }: Place): void {
  const room = SUMMARY_LIMIT_BYTES - 1 - sizeOf(path, files);
  if (room < LEAST_SUMMARY_BYTES) throw new OutputError('the step summary is full: it takes 1 MiB per step');
  attempt(path, () => files.append(path, `\n${renderMarkdown(result, { maxBytes: room - 1 })}`));
}

/** Appends the outputs of the step. @throws OutputError */
export function appendOutputs(
  result: ResultDocument,
  path: string,
  { files, newId, report }: Place & { readonly report: string },
): void {
  const text = outputLines(outputsOf(result, report), `ghadelimiter_${newId()}`);
  attempt(path, () => files.append(path, text));
}

/** Names as workflows read them, in kebab-case; what is not known is empty. */
function outputsOf(result: ResultDocument, report: string): Readonly<Record<string, string>> {
  const { verdict, exitCode, launch, capacity, totals } = result;
  const { word, sentence, reasons } = headlineOf(result);
  return {
    verdict: verdict.status,
    'exit-code': String(exitCode),
    answer: launch?.answer ?? '',
    'held-per-second': numberText(capacity?.heldPerSecond),
    'p99-ms': numberText(totals.responseAll.quantiles['p99']?.valueMs),
    'error-ratio': numberText(totals.errorRatio.value),
    report,
    summary: [`${word}: ${sentence}`, ...reasons].map((line) => safeText(line)).join('\n'),
  };
}

function numberText(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value);
}

/**
 * `name=value` lines, and for values of several lines the form with a delimiter that nobody could have foreseen.
 *
 * @throws OutputError when a value holds the delimiter
 */
export function outputLines(values: Readonly<Record<string, string>>, delimiter: string): string {
  const lines = Object.entries(values).flatMap(([name, value]) => {
    if (!/[\r\n]/.test(value)) return [`${name}=${value}`];
    if (value.includes(delimiter)) throw new OutputError(`the output ${name} holds its own delimiter`);
    return [`${name}<<${delimiter}`, value, delimiter];
  });
  return `${lines.join('\n')}\n`;
}

function sizeOf(path: string, files: World['files']): number {
  if (!files.exists(path)) return 0;
  try {
    return files.read(path, SUMMARY_LIMIT_BYTES).length;
  } catch (error) {
    // More than the limit: full.
    if (error instanceof Error && 'code' in error && error.code === 'EFBIG') return SUMMARY_LIMIT_BYTES;
    throw new OutputError(`cannot read ${safeText(path)}: ${reasonOf(error)}`, { cause: error });
  }
}

function attempt(path: string, write: () => void): void {
  try {
    write();
  } catch (error) {
    throw new OutputError(`cannot write ${safeText(path)}: ${reasonOf(error)}`, { cause: error });
  }
}
