/** Why an answer is no plain yes, and what would settle it, in sentences for people who never read a statistics book. */

import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { LaunchQuestion } from '../../plan/plan.ts';
import type { RateBook, RatePool } from '../capacity/rate-book.ts';
import type { Reason } from '../finding.ts';
import { notesOf } from '../notes.ts';
import { highestHeld, type LaunchFacts, type RehearsalFacts } from './answer.ts';
import type { Gap } from './inquiry.ts';
import { type AskedRate, isAtMost, rateText } from './questions.ts';
import type { LaunchAnswer, LaunchStep } from './report.ts';
import { isDrifting } from './soak.ts';

/** What reasons are made of. */
export interface ReasonInput {
  readonly question: LaunchQuestion;
  readonly facts: LaunchFacts;
  readonly book: RateBook;
  /** Why a rate is open; null when it is decided. */
  readonly gapOf: (asked: AskedRate) => Gap | null;
  /** Shortest time in which a rate can be decided from a standing start, ms. */
  readonly needsMs: (asked: AskedRate) => number;
  readonly maxPerSecond: number | null;
  readonly interrupted: boolean;
}

/** What a generator, or its machine, needs for the next try. */
const REMEDIES: Readonly<Record<string, string>> = {
  GENERATOR_LIMIT: 'A stronger machine, or more of them, would settle it.',
  CONNECTION_LIMIT: 'Without a chosen number of connections it would be settled.',
  UNDER_DELIVERY: 'A stronger machine, or more of them, would settle it.',
  SEND_LAG: 'A machine with less to do would settle it.',
  GENERATOR_STALL: 'A machine with less to do would settle it.',
  SUSPENDED: 'A machine that is left awake would settle it.',
  THROTTLED: 'A container with more CPU time would settle it.',
  STEAL: 'A machine with less to do would settle it.',
  UNSTABLE: 'A longer trial would show whether the queue keeps growing.',
};

/** Reasons that more requests would take away. */
const COUNT_REASONS: readonly string[] = [
  'UNDECIDED',
  'AUTOCORRELATED',
  'DROPPED',
  'N_TOO_SMALL',
  'IN_FLIGHT',
  'RUN_TOO_SHORT',
  'NO_DATA',
];

/** Remarks on what was measured that change what a breach means. */
const REMARKS: readonly string[] = ['RATE_LIMITED', 'BLOCKED', 'CACHE_ONLY'];

/** Worst first; empty for a plain yes. */
export function reasonsOf(answer: LaunchAnswer, input: ReasonInput): Reason[] {
  const { facts } = input;
  if (answer === 'yes') return facts.aftermath === null ? [] : [facts.aftermath];
  if (facts.unreachable !== null) return [facts.unreachable];
  if (answer === 'no') return withRemarks(breaches(input), [facts.broke]);
  const held = highestHeld(facts);
  const open = facts.asked.filter(({ ratePerSecond }) => {
    return !facts.hasHeld && (held === null || !isAtMost(ratePerSecond, held.ratePerSecond));
  });
  // Of several open rates the lowest decides most.
  const why = breachesFirst(open.toReversed().flatMap((asked) => whyNot(asked, input)));
  const flaw = answer === 'inconclusive' ? [] : [flawOf(answer, open.at(-1), input)];
  const stopped = input.interrupted && open.length > 0 ? [INTERRUPTED] : [];
  const pools = [facts.broke, ...open.map(({ ratePerSecond }) => input.book.at(ratePerSecond))];
  const collapse = collapseReasons(answer, input);
  return withRemarks([...flaw, ...stopped, ...collapse, ...rehearsalReasons(facts), ...why], pools);
}

const INTERRUPTED: Reason = { code: 'INTERRUPTED', text: 'The search was interrupted before its end.' };

function breachesFirst(reasons: readonly Reason[]): Reason[] {
  return reasons.toSorted((a, b) => Number(b.code === 'BREACH') - Number(a.code === 'BREACH'));
}

/** Reasons, each once, and what else is to be said of the rates; not what is said already. */
function withRemarks(reasons: readonly Reason[], pools: readonly (RatePool | null)[]): Reason[] {
  const said = reasons.map(({ code }) => code);
  const remarks = pools.flatMap(remarksOn).filter(({ code }) => !said.includes(code));
  return distinct([...reasons, ...remarks]);
}

/** What each rate showed, for the table of questions. */
export function stepOf(asked: AskedRate, input: ReasonInput): LaunchStep {
  const label = labelOf(asked, input);
  return { ...asked, label, text: `${rateText(asked, input.question)}: ${shownText(asked, label, input)}.` };
}

/** What held before any overload keeps its label. */
function labelOf({ ratePerSecond }: AskedRate, { book, facts }: ReasonInput): LaunchStep['label'] {
  const hasHeld = facts.hasHeld && ratePerSecond === facts.asked[0]?.ratePerSecond;
  return hasHeld ? 'held' : (book.at(ratePerSecond)?.label ?? null);
}

function shownText(asked: AskedRate, label: LaunchStep['label'], { facts }: ReasonInput): string {
  const { held, broke } = facts;
  if (label === 'held') return 'held';
  if (label === 'broken') return 'broke';
  if (held !== null && isAtMost(asked.ratePerSecond, held.ratePerSecond)) {
    return `holds, since ${formatRate(held.ratePerSecond)} held`;
  }
  if (broke !== null && isAtMost(broke.ratePerSecond, asked.ratePerSecond)) {
    const rate = formatRate(broke.ratePerSecond);
    return label === null ? `not asked, since ${rate} broke` : `not decided; ${rate} broke`;
  }
  return label === null ? 'not tested' : 'not decided';
}

/** What would settle it is said where the collapse leaves the peak open. */
function collapseReasons(answer: LaunchAnswer, { facts: { collapse }, question }: ReasonInput): Reason[] {
  if (collapse === null) return [];
  if (answer !== 'inconclusive') return [collapse.reason];
  const { code, text } = collapse.reason;
  const smaller = question.marginRatio > 0 ? 'with a smaller margin, or ' : '';
  const alone = [
    ...(question.marginRatio > 0 ? ['--margin 0'] : []),
    ...(question.lose > 0 ? ['--lose 0'] : []),
  ];
  const first =
    code === 'RATE_LIMITED' ? 'Wait until the limiter has its reserve again' : 'Restart the system';
  const remedy = `${first} and ask ${smaller}for the peak alone (${alone.join(' ')}): that would settle it.`;
  return [{ code, text: `${text} ${remedy}` }];
}

function breaches({ facts }: ReasonInput): Reason[] {
  const { broke, collapse, asked, hasHeld } = facts;
  const peak = asked.at(-1)?.ratePerSecond ?? 0;
  const isBelow = !hasHeld && broke !== null && isAtMost(broke.ratePerSecond, peak);
  return [
    ...(isBelow ? [breachOf(broke)] : []),
    ...(collapse === null ? [] : [collapse.reason, ...(isBelow || broke === null ? [] : [breachOf(broke)])]),
    ...rehearsalReasons({ ...facts, rehearsals: facts.rehearsals.filter(hasFailed) }),
  ];
}

function hasFailed({ report }: RehearsalFacts): boolean {
  return report?.status === 'fail';
}

function breachOf(pool: RatePool): Reason {
  const text = pool.judged.verdict.reasons[0]?.text ?? 'The objectives are breached.';
  return { code: 'BREACH', text: `${formatRate(pool.ratePerSecond)} broke. ${text}` };
}

/** Of a surge or a soak that did not pass; they come only after the rates have held. */
function rehearsalReasons({ rehearsals, hasHeld }: LaunchFacts): Reason[] {
  if (!hasHeld) return [];
  return rehearsals.flatMap(({ kind, report }) => {
    if (report === null) return [NOT_REACHED[kind]];
    if (report.status === 'pass') return [];
    const isLeak = 'driftRatio' in report && report.status === 'inconclusive' && isDrifting(report);
    return [{ code: isLeak ? 'LEAK' : kind.toUpperCase(), text: report.text }];
  });
}

const NOT_REACHED: Readonly<Record<'surge' | 'soak', Reason>> = {
  surge: {
    code: 'UNDECIDED_BUDGET',
    text: 'There was no time for the surge: a longer --max-duration has room for it.',
  },
  soak: {
    code: 'UNDECIDED_BUDGET',
    text: 'There was no time for the soak: a longer --max-duration has room for it.',
  },
};

/** What holds, and what was not shown to. */
function flawOf(answer: LaunchAnswer, next: AskedRate | undefined, { facts, question }: ReasonInput): Reason {
  const held = highestHeld(facts);
  const holds = held === null ? 'The peak holds' : `${rateText(held, question)}, holds`;
  const rest = next === undefined ? 'what lies above it' : rateText(next, question);
  const text = `${holds}. Not shown to hold: ${rest}.`;
  return { code: answer === 'yes-without-margin' ? 'NO_MARGIN' : 'NO_SPARE_ZONE', text };
}

/** Why a rate was not shown to hold. */
function whyNot(asked: AskedRate, input: ReasonInput): Reason[] {
  const { book, question, facts } = input;
  const pool = book.at(asked.ratePerSecond);
  const name = rateText(asked, question);
  if (pool?.label === 'broken') return [breachOf(pool)];
  if (facts.broke !== null && isAtMost(facts.broke.ratePerSecond, asked.ratePerSecond)) return [];
  const gap = input.gapOf(asked);
  // That the search was stopped is said of all rates at once.
  if (input.interrupted && (pool === null || pool.reason?.code === INTERRUPTED.code)) return [];
  if (pool === null || pool.trials + pool.refused === 0) {
    return gap === 'down' ? [] : [untested(name, asked, input)];
  }
  const { code, text } = pool.reason ?? { code: 'UNDECIDED', text: 'What was seen does not decide it.' };
  const remedy = REMEDIES[code];
  const settled = remedy === undefined ? text : `${text} ${remedy}`;
  const isOutOfTime = gap === 'time' && !input.interrupted && COUNT_REASONS.includes(code);
  return [{ code: isOutOfTime ? 'UNDECIDED_BUDGET' : code, text: `${name}: ${settled}` }];
}

function untested(name: string, asked: AskedRate, input: ReasonInput): Reason {
  if (input.gapOf(asked) === 'cap' && input.maxPerSecond !== null) {
    const text = `${name}, is above the ${formatRate(input.maxPerSecond)} that may be sent, so it was not tested.`;
    return { code: 'RATE_CAP', text };
  }
  const needs = formatDurationMs(input.needsMs(asked));
  return {
    code: 'UNDECIDED_BUDGET',
    text: `There was no time to ask about ${name}: it takes at least ${needs}, so a longer --max-duration would settle it.`,
  };
}

function remarksOn(pool: RatePool | null): Reason[] {
  if (pool === null) return [];
  return notesOf({ ...pool.measured, coLocated: false }).filter(({ code }) => REMARKS.includes(code));
}

function distinct(reasons: readonly Reason[]): Reason[] {
  return reasons.filter(({ code, text }, index) => {
    return reasons.findIndex((other) => other.code === code && other.text === text) === index;
  });
}
