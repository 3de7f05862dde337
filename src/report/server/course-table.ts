/** The numbers beside a picture of a server: what it told, and the traffic, in a few stretches of the run. */

import { formatRate } from '../../core/units.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { ServerMoment, ServerResource, ServerResult } from '../../result/server/server-result.ts';
import type { DataTable } from '../figure/figure.ts';
import { MOST_ROWS, type Stretch, stretchesOf } from '../figure/timeline.ts';
import { formatDuration, formatIn, UNKNOWN } from '../format.ts';

/** A rate of less than this share of a stretch says nothing. */
const LEAST_PART = 0.3;

/** What a table tells of. */
export interface TableCourse {
  readonly server: ServerResult;
  readonly listed: readonly ServerResource[];
  readonly endMs: number;
}

/** Offered (`due`) or answered per second in a stretch; null where the end of the run cut it short. */
export function rateOf(stretch: Stretch, all: readonly Stretch[], key: 'due' | 'answered'): number | null {
  const whole = all[0]?.seconds ?? 0;
  return stretch.seconds > 0 && stretch.seconds >= whole * LEAST_PART ? stretch[key] / stretch.seconds : null;
}

/** A row for each stretch; a resource has the mean of the looks that began in it. */
export function courseTable(result: ResultDocument, { server, listed, endMs }: TableCourse): DataTable {
  const slices = slicesOf(result, endMs);
  return {
    head: ['from', ...listed.map(({ resource }) => resource), 'offered', 'answered'],
    aligns: 'r'.repeat(listed.length + 3),
    rows: slices.map(({ fromMs, toMs, due, answered }) => {
      const looks = server.series.filter((moment) => moment.fromMs >= fromMs && moment.fromMs < toMs);
      return [
        formatDuration(fromMs),
        ...listed.map((each) => meanText(looks, each)),
        due === null ? UNKNOWN : formatRate(due),
        answered === null ? UNKNOWN : formatRate(answered),
      ];
    }),
  };
}

interface Slice {
  readonly fromMs: number;
  readonly toMs: number;
  /** Per second. */
  readonly due: number | null;
  readonly answered: number | null;
}

/** The stretches of the client's series, the last one to the last look; without a series, equal parts. */
function slicesOf(result: ResultDocument, endMs: number): Slice[] {
  const stretches = stretchesOf(result, MOST_ROWS);
  const width = (endMs + 1) / MOST_ROWS;
  if (stretches.length === 0) {
    return Array.from({ length: MOST_ROWS }, (_, index) => ({
      fromMs: index * width,
      toMs: (index + 1) * width,
      due: null,
      answered: null,
    }));
  }
  return stretches.map((stretch, index) => ({
    fromMs: stretch.fromMs,
    toMs: index === stretches.length - 1 ? Math.max(stretch.toMs, endMs + 1) : stretch.toMs,
    due: rateOf(stretch, stretches, 'due'),
    answered: rateOf(stretch, stretches, 'answered'),
  }));
}

function meanText(looks: readonly ServerMoment[], { resource, unit }: ServerResource): string {
  const values = looks.flatMap(({ values: told }) => told[resource] ?? []);
  if (values.length === 0) return UNKNOWN;
  return formatIn(unit, values.reduce((sum, value) => sum + value, 0) / values.length);
}
