/** What became of our own measurements on their way out. */

import type { ResultDocument } from '../../result/document.ts';
import type { SinkFacts } from '../../result/trace/exemplar-result.ts';
import { formatCount, plural } from '../format.ts';
import { hanging, inset, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';

/** True when something did not arrive. */
export function isLossy({ lost, failures }: SinkFacts): boolean {
  return lost > 0 || failures > 0;
}

/** `pushgateway http://h:9091: 15 sent, 5 lost, 5 failures: connection refused`. */
export function sinkText({ kind, address, sent, lost, failures, lastError }: SinkFacts): string {
  const parts = [
    `${formatCount(sent)} sent`,
    ...(lost > 0 ? [`${formatCount(lost)} lost`] : []),
    ...(failures > 0 ? [plural(failures, 'failure')] : []),
  ];
  return `${kind} ${address}: ${parts.join(', ')}${lastError === null ? '' : `: ${lastError}`}`;
}

/** The section of the sinks: those that lost something, or, asked for everything, all. */
export function sinkLines({ sinks = [] }: ResultDocument, ink: Ink): string[] {
  const inner = inset(ink);
  const shown = sinks.filter((sink) => ink.verbose || isLossy(sink));
  const lossy = shown.some(isLossy);
  return section(ink, 'Sinks', {
    beside: shown.length > 0 && lossy ? ink.faint('no part of the verdict') : '',
    lines: shown.flatMap((sink) =>
      hanging(inner, isLossy(sink) ? ink.unsure('! ') : '', ink.plain(sinkText(sink))),
    ),
  });
}
