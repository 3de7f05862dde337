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
  junit: async (): Promise<Reporter> => (await import('./ci/junit.ts')).renderJunit,
  'junit-strict': async (): Promise<Reporter> => (await import('./ci/junit.ts')).renderStrictJunit,
  markdown: async (): Promise<Reporter> => (await import('./ci/markdown.ts')).renderMarkdown,
  github: async (): Promise<Reporter> => (await import('./ci/github.ts')).renderGithub,
  'gitlab-performance': async (): Promise<Reporter> =>
    (await import('./ci/gitlab-performance.ts')).renderGitlabPerformance,
  'gitlab-metrics': async (): Promise<Reporter> =>
    (await import('./ci/gitlab-metrics.ts')).renderGitlabMetrics,
  tap: async (): Promise<Reporter> => (await import('./ci/tap.ts')).renderTap,
  csv: async (): Promise<Reporter> => (await import('./data/csv.ts')).renderCsv,
  hlog: async (): Promise<Reporter> => (await import('./data/hlog.ts')).renderHlog,
  nagios: async (): Promise<Reporter> => (await import('./monitoring/nagios.ts')).renderNagios,
  prometheus: async (): Promise<Reporter> => (await import('./monitoring/prometheus.ts')).renderPrometheus,
} as const;

export type ReporterName = keyof typeof REPORTERS;

/** Names of all reporters, in the order in which help lists them. */
export const reporterNames: readonly ReporterName[] = Object.keys(REPORTERS).filter(isReporterName);

/** True when `name` is the name of a reporter. */
export function isReporterName(name: string): name is ReporterName {
  return Object.hasOwn(REPORTERS, name);
}

/** The reporter of that name. */
export function loadReporter(name: ReporterName): Promise<Reporter> {
  return REPORTERS[name]();
}
