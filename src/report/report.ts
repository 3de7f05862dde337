/** The reporters by name. Each is a pure function of the result document and is loaded only when it is used. */

import type { ResultDocument } from '../result/document.ts';
import type { ReportOptions } from './options.ts';

export type { ReportOptions } from './options.ts';

/** A result as text that ends with a newline. Pure: the same document and options give the same text. */
export type Reporter = (result: ResultDocument, options: ReportOptions) => string;

const REPORTERS = {
  text: async (): Promise<Reporter> => (await import('./terminal.ts')).renderResult,
  json: async (): Promise<Reporter> => {
    const [{ encodeResult }, { escapeInJson }] = await Promise.all([
      import('../result/encode.ts'),
      import('./json.ts'),
    ]);
    return (result) => escapeInJson(encodeResult(result));
  },
  html: async (): Promise<Reporter> => (await import('./html/html.ts')).renderHtml,
} as const;

export type ReporterName = keyof typeof REPORTERS;

/**
 * Names of all reporters, in the order in which help lists them.
 *
 * @public
 */
export const reporterNames: readonly ReporterName[] = ['text', 'json', 'html'];

/** True when `name` is the name of a reporter. */
export function isReporterName(name: string): name is ReporterName {
  return Object.hasOwn(REPORTERS, name);
}

/** The reporter of that name. */
export function loadReporter(name: ReporterName): Promise<Reporter> {
  return REPORTERS[name]();
}
