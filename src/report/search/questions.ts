/** What was asked of the system for a launch, rate by rate, and how far above the peak its capacity lies. */

import { formatDurationMs, formatRate, formatRatio } from '../../core/units.ts';
import type { LaunchReport, LaunchStep } from '../../verdict/launch/report.ts';
import { formatNumber, plural } from '../format.ts';
import { hanging, inset, section } from '../terminal/layout.ts';
import type { Ink } from '../terminal-ink.ts';
import { labelMark } from './label.ts';

/** Less headroom than this is none. */
const LEAST_SHOWN = 0.005;

type Bounds = LaunchReport['headroom'];

/** The headroom in words; '' when nothing is known. */
export function headroomSentence({ headroom, growth }: LaunchReport): string {
  const text = headroomText(headroom);
  return text === '' ? '' : `${text}${growthText(growth)}`;
}

/** The section of the headroom, as an interval and as growth; empty when nothing is known. */
export function headroomLines(launch: LaunchReport, ink: Ink): string[] {
  const text = headroomSentence(launch);
  return text === '' ? [] : ['', ...hanging(ink, `${ink.strong('Headroom')}  `, ink.plain(text))];
}

function headroomText({ low, high }: Bounds): string {
  if (low === null) return high === null ? '' : highText(high);
  if (high === null) return `${lowText(low)}, and nothing broke`;
  if (high < 0) return `none: the capacity is ${formatRatio(-high)} to ${formatRatio(-low)} below the peak`;
  if (low < 0) return `between ${formatRatio(-low)} below and ${formatRatio(high)} above the peak`;
  return `${formatRatio(low)} to ${formatRatio(high)} above the peak`;
}

function lowText(low: number): string {
  if (low < 0) return `${formatRatio(-low)} below the peak at worst`;
  return low < LEAST_SHOWN
    ? 'none was shown above the peak itself'
    : `at least ${formatRatio(low)} above the peak`;
}

function highText(high: number): string {
  return high < 0
    ? `none: the capacity is at least ${formatRatio(-high)} below the peak`
    : `at most ${formatRatio(high)} above the peak`;
}

/** Break-even growth; nothing when the capacity may lie below the peak. */
function growthText({ low, high }: Bounds): string {
  if (low === null || low < 1 || (high === null && low < 1 + LEAST_SHOWN)) return '';
  const times =
    high === null ? `at least ${formatNumber(low)}` : `${formatNumber(low)} to ${formatNumber(high)}`;
  return `: the peak may grow ${times} times`;
}

/** The section of the rates that were asked about, highest first: what was seen, and how each follows from the peak. */
export function questionLines(launch: LaunchReport, ink: Ink): string[] {
  const inner = inset(ink);
  const lines = launch.questions.flatMap((step) => {
    const how = formula(launch, step);
    return [
      ...hanging(inner, `${labelMark(ink, step.label)}  `, ink.plain(step.text)),
      ...(how === '' ? [] : [ink.faint(`   ${ink.plain(how)}`)]),
    ];
  });
  return section(ink, 'Asked', { beside: ink.faint(ink.plain(originText(launch))), lines });
}

/** Where the peak comes from, when it was computed. */
export function originText({ users, askedPerSecond }: LaunchReport): string {
  if (users === null) return '';
  const { count, thinkMs, requestsPerVisit } = users;
  const visit = `${plural(requestsPerVisit, 'request')} each per ${formatDurationMs(thinkMs)}`;
  return `peak ${formatRate(askedPerSecond)} = ${plural(count, 'user')} × ${visit}`;
}

/** How a rate follows from the peak: `130/s × 1.3 margin × 3/2 zones`; '' for the peak itself. */
export function formula(
  { askedPerSecond, marginRatio, zones, lose }: LaunchReport,
  { id }: LaunchStep,
): string {
  const factors = [
    ...(id === 'with-margin' && marginRatio > 0 ? [`${formatNumber(1 + marginRatio)} margin`] : []),
    ...(id !== 'peak' && lose > 0 ? [`${zones}/${zones - lose} zones`] : []),
  ];
  return factors.length === 0 ? '' : [formatRate(askedPerSecond), ...factors].join(' × ');
}
