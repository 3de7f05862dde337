/** What one run of a canary showed: ok, bad and in which way, or nothing. */

import { safeText } from '../../core/text.ts';
import { formatDurationMs } from '../../core/units.ts';
import type { Status, ValidityCheck } from '../finding.ts';
import { formatCount, requests } from '../objective/because.ts';
import {
  dominantOf,
  exampleOf,
  type FailureExample,
  GROUP_ORDER,
  type Group,
  groupsOf,
  KIND_OF,
  type RequestGroup,
} from './failure-groups.ts';
import type { CanaryRun, ObjectiveTally } from './run.ts';

/** One objective of a run, as a result document has it. */
export interface JudgedFacts {
  readonly text: string;
  readonly target: string | null;
  readonly status: Status;
  readonly unit: 'ms' | 'ratio' | 'per-second' | 'score' | 'count';
  /** Null unless it is about a share of requests. */
  readonly count: number | null;
  readonly exceeded: number | null;
  readonly reason: { readonly code: string; readonly text: string } | null;
  readonly because?: string;
  /** Of an objective about a server alone. */
  readonly server?: { readonly name: string | null };
}

/** What is looked at of a result document, and whether the control URL answered. */
export interface OutcomeFacts {
  readonly objectives: readonly JudgedFacts[];
  readonly validity: { readonly checks: readonly ValidityCheck[] };
  readonly totals: {
    readonly sent: number;
    readonly completed: number;
    readonly broken: number;
    readonly failed: number;
    readonly dropped: number;
    readonly inFlight: number;
    readonly byCause: Readonly<Record<string, number>>;
  };
  readonly failures: readonly {
    readonly cause: string;
    readonly examples: readonly FailureExample[];
  }[];
  /** The slowest first. */
  readonly slowest?: readonly { readonly target: string; readonly responseMs: number | null }[] | undefined;
  readonly stopped: { readonly by: string; readonly text: string } | null;
  readonly control: 'not-asked' | 'answered' | 'silent';
}

/** What a run showed. */
export type Outcome = Pick<CanaryRun, 'outcome' | 'kind' | 'indicator' | 'text'>;

/**
 * Judges one run. The text is a predicate, to be put behind the name of the check.
 *
 * - *bad*: an objective is breached, or nothing answered: requests were sent and not one was completed, which holds for
 *   timeouts as well.
 * - *blind*: the judgement is taken away. Nothing was sent; it was stopped before anything ended; a check of the
 *   generator failed that blocks every verdict; a breach was shown but is not to be told from the generator's own
 *   conduct; or the target fails and the control URL is silent too. The last is not said where the target answered,
 *   with errors or with what is not expected: a network that carries answers is not down.
 * - *ok*: neither. So few requests prove no objective: an undecided one is ok.
 *
 * Several things may be wrong at once. Requests are put into groups (see failure-groups.ts) and the largest group names
 * the failure; of groups of one size the more serious one does, in the order
 * certificate, offline, erroring, wrong, slow. Slow answers count only where an objective about times is breached. Where
 * no objective about requests is, one about a server names it: saturated.
 */
export function outcomeOf(facts: OutcomeFacts): Outcome {
  const doubt = doubtOf(facts);
  if (doubt !== null) return blind(doubt);
  const breached = facts.objectives.filter(({ status }) => status === 'fail');
  if (breached.length === 0 && facts.totals.completed > 0) return fine(facts);
  const found = isNothingAnswered(facts) ? silence(facts) : breachOf(facts, breached);
  const isAnswered = found.kind === 'erroring' || found.kind === 'wrong' || found.kind === 'saturated';
  if (facts.control === 'silent' && !isAnswered) {
    return blind(
      `the control URL is silent too, so it may be the network of the canary; the target ${found.text}`,
    );
  }
  return found;
}

/** The counts of the objectives that are about shares of requests, each with its target in its text. */
export function talliesOf(objectives: readonly JudgedFacts[]): ObjectiveTally[] {
  return objectives.flatMap((objective) => {
    const { count, exceeded } = objective;
    return count === null || exceeded === null ? [] : [{ text: nameOf(objective), count, bad: exceeded }];
  });
}

function nameOf({ text, target }: JudgedFacts): string {
  return target === null || text.startsWith(target) ? text : `${target}: ${text}`;
}

function isNothingAnswered({ totals }: OutcomeFacts): boolean {
  return totals.completed === 0;
}

/** Why nothing can be said; null when something can. */
function doubtOf(facts: OutcomeFacts): string | null {
  const { totals, stopped, objectives, validity } = facts;
  if (totals.sent === 0) {
    return stopped === null ? 'nothing was sent' : `nothing was sent: ${stopped.text}`;
  }
  if (isNothingAnswered(facts) && stopped !== null && totals.broken === 0) {
    return `it was stopped before any request ended: ${stopped.text}`;
  }
  if (objectives.some(({ status }) => status === 'fail')) return null;
  const failed = validity.checks.filter(({ status }) => status === 'fail');
  const both = failed.find(({ id, blocks }) => {
    // Whoever gets no answer at all does not wait for connections of the generator.
    return blocks === 'both' && !(id === 'connection-limit' && isNothingAnswered(facts));
  });
  if (both !== undefined) return both.text;
  if (isNothingAnswered(facts)) return null;
  const codes = objectives.flatMap(({ reason }) => (reason === null ? [] : [reason.code]));
  const taken = failed.find(({ blocks, code }) => blocks === 'fail' && code !== null && codes.includes(code));
  return taken?.text ?? null;
}

function blind(why: string): Outcome {
  return {
    outcome: 'blind',
    kind: null,
    indicator: null,
    text: safeText(`cannot be judged: ${why}`, { maxLength: TEXT_LENGTH }).replace(/\.$/, ''),
  };
}

const TEXT_LENGTH = 400;

function fine({ totals }: OutcomeFacts): Outcome {
  const text = `answered ${formatCount(totals.completed)} of ${requests(totals.sent)}, and no breach is shown`;
  return { outcome: 'ok', kind: null, indicator: null, text };
}

/** Nothing was completed: what broke the requests says in which way. */
function silence(facts: OutcomeFacts): Outcome {
  const groups = groupsOf(facts, 0);
  const { sent } = facts.totals;
  const largest = dominantOf(groups);
  // Timeouts of some are slowness; of all, nobody is there.
  const group: Group = largest === null || largest === 'late' || largest === 'slow' ? 'unanswered' : largest;
  const cause = groups.causes[largest ?? 'unanswered'] ?? null;
  const seen = cause === null ? `none of ${requests(sent)} was answered` : causeSeen(facts, cause);
  return bad(group, cause?.text ?? 'unanswered', seen);
}

/** What requests show comes first; what servers tell of themselves says no more of who is served. */
function breachOf(facts: OutcomeFacts, breached: readonly JudgedFacts[]): Outcome {
  const ofRequests = breached.filter(({ server }) => server === undefined);
  const [first] = breached;
  if (ofRequests.length > 0 || first === undefined) return breach(facts, ofRequests);
  return bad('saturated', first.text, `${first.text} is breached, ${first.because ?? 'as its value shows'}`);
}

/** Some were completed, and an objective about requests is breached. */
function breach(facts: OutcomeFacts, breached: readonly JudgedFacts[]): Outcome {
  const { sent, failed } = facts.totals;
  const timed = breached.filter(({ unit }) => unit === 'ms' || unit === 'score');
  const slow = Math.max(0, ...timed.map((objective) => slowIn(objective, failed)));
  const groups = groupsOf(facts, slow);
  const group: RequestGroup = dominantOf(groups) ?? (timed.length > 0 ? 'slow' : 'erroring');
  const first = firstFor(group, breached, timed);
  const name = first === undefined ? 'an objective' : nameOf(first);
  if (group === 'slow')
    return bad(group, name, `${name} is breached, ${slowSeen(first, slow)}${slowestOf(facts)}`);
  const cause = groups.causes[group];
  if (cause === undefined) return bad(group, name, `${name} is breached`);
  // Most of them were not answered: it is gone, but for a rest.
  const told = group === 'unanswered' && groups.counts.unanswered <= sent / 2 ? 'erroring' : group;
  const indicator = told === 'certificate' || told === 'unanswered' ? cause.text : name;
  return bad(told, indicator, causeSeen(facts, cause));
}

/** How many met it, and what one of them met: whoever is woken must know what is broken. */
function causeSeen(
  facts: OutcomeFacts,
  { text, count }: { readonly text: string; readonly count: number },
): string {
  const example = exampleOf(facts, text);
  return `${text} in ${shareOf(count, facts.totals.sent)}${example === null ? '' : ` (${example})`}`;
}

/** Requests that were answered, but too late: failures count as late ones too. */
function slowIn({ exceeded }: JudgedFacts, failed: number): number {
  return Math.max(0, (exceeded ?? 0) - failed);
}

function slowSeen(objective: JudgedFacts | undefined, slow: number): string {
  const { count = null, because } = objective ?? {};
  if (count === null || slow === 0) return because ?? 'as its value shows';
  return `${shareOf(slow, count)} took longer`;
}

function slowestOf({ slowest = [] }: OutcomeFacts): string {
  const [first] = slowest;
  return first === undefined || first.responseMs === null
    ? ''
    : ` (${first.target}: ${formatDurationMs(first.responseMs)})`;
}

/** Of times for slowness, of failures otherwise, as far as there is one. */
function firstFor(
  group: RequestGroup,
  breached: readonly JudgedFacts[],
  timed: readonly JudgedFacts[],
): JudgedFacts | undefined {
  const isOfTimes = GROUP_ORDER.indexOf(group) >= GROUP_ORDER.indexOf('late');
  const others = breached.filter((objective) => !timed.includes(objective));
  return (isOfTimes ? timed[0] : others[0]) ?? breached[0];
}

function shareOf(part: number, all: number): string {
  return `${formatCount(part)} of ${requests(all)}`;
}

const OPENINGS: Readonly<Record<Group, string>> = {
  certificate: 'has a certificate that is not accepted',
  unanswered: 'is offline',
  erroring: 'answers with errors',
  wrong: 'answers with what is not expected',
  late: 'is slow',
  slow: 'is slow',
  saturated: 'has a saturated server',
};

function bad(group: Group, indicator: string, seen: string): Outcome {
  return {
    outcome: 'bad',
    kind: KIND_OF[group],
    indicator: safeText(indicator, { maxLength: TEXT_LENGTH }),
    text: safeText(`${OPENINGS[group]}: ${seen}`, { maxLength: TEXT_LENGTH }).replace(/\.$/, ''),
  };
}
