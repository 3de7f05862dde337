/** The files that a CI service is left, in the working directory: names that its configuration can rely on. */

import type { ReportWish } from './report-flag.ts';
import type { CiService } from './service.ts';

/** For people and for `headroom report`; the last one is what the service's link should lead to. */
const ALWAYS: readonly ReportWish[] = [
  { format: 'json', path: 'headroom-result.json' },
  { format: 'html', path: 'headroom.html' },
];

/** Cases for the services that read them from a file; all but GitHub can. */
export const JUNIT: ReportWish = { format: 'junit', path: 'headroom-junit.xml' };

const FILES: Readonly<Record<CiService, readonly ReportWish[]>> = {
  none: [],
  github: ALWAYS,
  gitlab: [
    ...ALWAYS,
    JUNIT,
    { format: 'gitlab-performance', path: 'headroom-load-performance.json' },
    { format: 'gitlab-metrics', path: 'headroom-metrics.txt' },
  ],
  jenkins: [...ALWAYS, JUNIT],
  // CircleCI, Azure Pipelines, Buildkite, Bitbucket and TeamCity all read JUnit from where they are told.
  other: [...ALWAYS, JUNIT],
};

/** What is written for a service. */
export function artifactsOf(service: CiService): readonly ReportWish[] {
  return FILES[service];
}

/** The report that people open. */
export const MAIN_REPORT: string = ALWAYS.at(-1)?.path ?? '';
