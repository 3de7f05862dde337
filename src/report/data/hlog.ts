/**
 * The histograms as an HdrHistogram log, format 1.3: one interval per kind of time, told apart by tags. Values are in
 * microseconds, `Interval_Max` in milliseconds; the tools of HdrHistogram read, merge and plot it.
 */

import { decodeTally } from '../../record/histogram.ts';
import type { ResultDocument } from '../../result/document.ts';

/** Tags, in the order of the lines: names of `histograms` in the document. */
const TAGS = ['response', 'responseFailed', 'service', 'connection', 'lag'];

/**
 * The log.
 *
 * @throws UsageError when a histogram of the document is none
 */
export function renderHlog({ histograms, startedAt, durationMs }: ResultDocument): string {
  const startMs = Date.parse(startedAt);
  const seconds = (startMs / 1000).toFixed(3);
  const known = Number.isFinite(startMs);
  const intervals = TAGS.flatMap((tag) => {
    const blob = Object.hasOwn(histograms, tag) ? histograms[tag] : undefined;
    return blob === undefined ? [] : [intervalLine(tag, blob.trim(), durationMs)];
  });
  return [
    '#[Histogram log format version 1.3]',
    '#[Values are microseconds; Interval_Max is in milliseconds]',
    ...(known
      ? [
          `#[StartTime: ${seconds} (seconds since epoch), ${new Date(startMs).toISOString()}]`,
          `#[BaseTime: ${seconds} (seconds since epoch)]`,
        ]
      : []),
    '"StartTimestamp","Interval_Length","Interval_Max","Interval_Compressed_Histogram"',
    ...intervals,
    '',
  ].join('\n');
}

function intervalLine(tag: string, blob: string, durationMs: number): string {
  const { maxMs, count } = decodeTally(blob);
  const highest = count === 0 ? 0 : maxMs;
  return `Tag=${tag},0.000,${(durationMs / 1000).toFixed(3)},${highest.toFixed(3)},${blob}`;
}
