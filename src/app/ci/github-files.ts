/** The files through which a step of GitHub Actions talks to its runner: the summary and the outputs. */

import { OutputError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { headlineOf } from '../../report/ci/headline.ts';
import { renderMarkdown } from '../../report/ci/markdown.ts';
import { boundedText } from '../../report/ci/markdown-text.ts';
import { type CommandFailure, failureMarkdown } from '../../report/command-failure.ts';
import type { ResultDocument } from '../../result/document.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';

/** Above 1 MiB per step the runner drops the whole summary. */
const SUMMARY_LIMIT_BYTES = 1_048_576;
/** A summary shorter than this says nothing. */
const LEAST_SUMMARY_BYTES = 2000;
/** Lines of the output `summary`, of 500 characters at most. */
const MAX_SUMMARY_LINES = 20;

type Place = Pick<World, 'files' | 'newId'>;

/** Writes where the runner says that it reads; returns what could not be written. */
export function tellRunner(
  { env }: Pick<World, 'env'>,
  {
    summary,
    outputs,
    say,
  }: {
    readonly summary: (path: string) => void;
    readonly outputs: (path: string) => void;
    readonly say: (line: string) => void;
  },
): OutputError[] {
  const places = [
    ['GITHUB_STEP_SUMMARY', summary],
    ['GITHUB_OUTPUT', outputs],
  ] as const;
  return places.flatMap(([name, write]) => {
    const path = env[name] ?? '';
    if (path !== '') return failureOf(() => write(path));
    say(`${name} is not set: nothing was written there`);
    return [];
  });
}

function failureOf(write: () => void): OutputError[] {
  try {
    write();
    return [];
  } catch (error) {
    if (error instanceof OutputError) return [error];
    throw error;
  }
}

/** Appends the Markdown report, within what other commands of the step left. @throws OutputError */
export function appendSummary(result: ResultDocument, path: string, place: Place): void {
  appendToSummary(path, place, (room) => renderMarkdown(result, { maxBytes: room }));
}

/** Appends the outputs of the step. @throws OutputError */
export function appendOutputs(
  result: ResultDocument,
  path: string,
  { report, ...place }: Place & { readonly report: string },
): void {
  appendValues(outputsOf(result, report), path, place);
}

/** Appends why there is no result to the summary. @throws OutputError */
export function appendFailureSummary(failure: CommandFailure, path: string, place: Place): void {
  appendToSummary(path, place, (room) => boundedText([failureMarkdown(failure).trimEnd()], room));
}

/** Appends what is known without a result: `exit-code` and `summary`. @throws OutputError */
export function appendFailureOutputs(failure: CommandFailure, path: string, place: Place): void {
  const summary = failure.message.split('\n').map((line) => safeText(line));
  appendValues({ 'exit-code': String(failure.exitCode), summary: boundedLines(summary) }, path, place);
}

function appendToSummary(path: string, { files }: Place, render: (room: number) => string): void {
  const room = SUMMARY_LIMIT_BYTES - 1 - sizeOf(path, files);
  if (room < LEAST_SUMMARY_BYTES) throw new OutputError('the step summary is full: it takes 1 MiB per step');
  attempt(path, () => files.append(path, `\n${render(room - 1)}`));
}

function appendValues(values: Readonly<Record<string, string>>, path: string, { files, newId }: Place): void {
  const text = outputLines(values, `ghadelimiter_${newId()}`);
  attempt(path, () => files.append(path, text));
}

/** Names as workflows read them, in kebab-case; what is not known is empty. */
function outputsOf(result: ResultDocument, report: string): Readonly<Record<string, string>> {
  const { exitCode, launch, capacity, totals } = result;
  const { status, word, sentence, reasons } = headlineOf(result);
  return {
    // Of a canary how its run went, as its exit code and the summary say.
    verdict: status,
    'exit-code': String(exitCode),
    answer: launch?.answer ?? '',
    'held-per-second': numberText(capacity?.heldPerSecond),
    'p99-ms': numberText(totals.responseAll.quantiles['p99']?.valueMs),
    'error-ratio': numberText(totals.errorRatio.value),
    report,
    summary: boundedLines([`${word}: ${sentence}`, ...reasons].map((line) => safeText(line))),
  };
}

/** Workflows hand outputs on by the environment, where Linux takes 128 KiB a variable: the worst lines, and how many more. */
function boundedLines(lines: readonly string[]): string {
  const more = lines.length - MAX_SUMMARY_LINES;
  return [...lines.slice(0, MAX_SUMMARY_LINES), ...(more > 0 ? [`and ${more} more`] : [])].join('\n');
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
