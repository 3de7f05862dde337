/** Judges each objective of a plan by what a recording counted. The generator's own conduct is weighed later. */

import type { Objective } from '../plan/plan.ts';
import { holmRejections } from '../stats/holm.ts';
import { originSentence } from './baseline/awaiting.ts';
import type { Basis, Finding, JudgedObjective, Status } from './finding.ts';
import { type Alikeness, alikenessOf, INDEPENDENT } from './objective/alikeness.ts';
import { unitOf } from './objective/because.ts';
import { contentOf, noContent } from './objective/content.ts';
import { ALPHA, claimOf, type Evidence, isShare, weighClaim } from './objective/evidence.ts';
import type { Inflation } from './objective/inflation.ts';
import { type JudgedSpan, judgedSpans, windowSpans } from './objective/judged-spans.ts';
import { meanOver, weighMean } from './objective/mean-evidence.ts';
import {
  badIn,
  clockOf,
  countsIn,
  failedIn,
  type Measured,
  ownExceeded,
  pendingIn,
  type Question,
  ruleOf,
  sourceOf,
  timeoutOf,
} from './objective/question.ts';
import { serverContent } from './server/looks-content.ts';
import { type ServerSight, sightsOf } from './server/looks-evidence.ts';

export type { Measured } from './objective/question.ts';

/** Both lists in the plan's order. */
export interface JudgedObjectives {
  readonly objectives: readonly JudgedObjective[];
  readonly agreement: readonly JudgedObjective[];
}

/** What a span shows of a question. */
interface Weighed {
  readonly span: JudgedSpan;
  readonly alikeness: Alikeness;
  /** Share of its attempts against the objective. */
  readonly badRatio: number;
  readonly evidence: Evidence;
  /** The same for the response times less our own lag. */
  readonly own: Evidence;
  /** What was seen of a server; absent: it is about requests. */
  readonly sight?: ServerSight;
}

/** Judges objectives and agreement, each list a family of its own. */
export function judgeObjectives(measured: Measured): JudgedObjectives {
  const { plan, recording } = measured;
  const clock = clockOf(measured);
  const stages = judgedSpans(plan.load, clock);
  const series = { windows: recording.windows(), clock };
  const ask = (objective: Objective, index: number): Question => {
    const { windowMs } = objective;
    const spans = windowMs === null ? stages : stages.flatMap((stage) => windowSpans(stage, windowMs, clock));
    const isTooShort = spans.length === 0 && stages.length > 0;
    return { objective, index, measured, ...series, spans, isTooShort };
  };
  const questions = [...plan.objectives, ...plan.agreement].map(ask);
  return {
    objectives: judgeFamily(questions.slice(0, plan.objectives.length)),
    agreement: judgeFamily(questions.slice(plan.objectives.length)),
  };
}

function judgeFamily(questions: readonly Question[]): JudgedObjective[] {
  const seen = questions.map((question) => ({ weighed: weigh(question), events: eventsOf(question) }));
  const [family = [], own = []] = (['evidence', 'own'] as const).map((side) =>
    seen.map(({ weighed, events }): Member => ({ events, evidences: weighed.map((each) => each[side]) })),
  );
  const statuses = statusesOf(family);
  const ownStatuses = statusesOf(own);
  return questions.map((question, position) => {
    const weighed = seen[position]?.weighed ?? [];
    const status = statuses[position] ?? 'inconclusive';
    return {
      finding: findingOf(question, { weighed, status, level: levelOf(family, weighed.length) }),
      ownStatus: ownStatuses[position] ?? 'inconclusive',
      basis: basisOf(question.objective),
      isReceived: isReceived(question),
    };
  });
}

/** No queue of ours keeps a server busy; only a server that is not asked enough may be idle for it. */
function basisOf({ indicator, op }: Objective): Basis {
  if (indicator.kind === 'server') return op.startsWith('<') ? 'answers' : 'time';
  return indicator.kind === 'errors' || indicator.kind === 'status' ? 'answers' : 'time';
}

/** A deadline that passed is no answer: an error of which some broke may be one. */
function isReceived({ objective: { indicator, op }, measured: { recording } }: Question): boolean {
  if ((indicator.kind === 'status' || indicator.kind === 'server') && op.startsWith('<')) return true;
  return (indicator.kind === 'errors' || indicator.kind === 'status') && recording.counts.broken === 0;
}

/** The evidence on one objective of a family. */
interface Member {
  /** Of each of its spans: all must hold, and any may breach, which Bonferroni's correction accounts for. */
  readonly evidences: readonly Evidence[];
  /** Names the requests against it; null: none, or it is about no requests. */
  readonly events: string | null;
}

/**
 * The statuses of a family: a pass needs no correction for the number of objectives, since all must pass, and fails
 * get Holm's. Objectives against which the very same requests count, as where answers fail and therefore are late,
 * are one experiment, and take one place.
 */
function statusesOf(family: readonly Member[]): Status[] {
  const breaches = family.map(breachOf);
  const places = placesOf(family);
  const best = new Map<number, number>();
  for (const [position, place] of places.entries()) {
    best.set(place, Math.min(best.get(place) ?? 1, breaches[position] ?? 1));
  }
  return family.map(({ evidences }, position) => {
    const own = places[position] ?? 0;
    // In its place it stands for itself; the strongest stand for the others.
    const seen = [...best].map(([place, least]) => (place === own ? (breaches[position] ?? 1) : least));
    if (holmRejections(seen, ALPHA)[own] === true) return 'fail';
    return evidences.length > 0 && evidences.every(({ isHeld }) => isHeld) ? 'pass' : 'inconclusive';
  });
}

/** The level at which one of so many spans of an objective is a breach whatever the others show. */
function levelOf(family: readonly Member[], spans: number): number {
  return ALPHA / (new Set(placesOf(family)).size * Math.max(1, spans));
}

function breachOf({ evidences }: Member): number {
  const worst = Math.min(1, ...evidences.map(({ breachProbability }) => breachProbability));
  return Math.min(1, Math.max(1, evidences.length) * worst);
}

/** Counted from 0, in the order of their first members. */
function placesOf(family: readonly Member[]): number[] {
  const taken = new Map<string, number>();
  return family.map(({ events }, position) => {
    const key = events ?? `none ${position}`;
    const place = taken.get(key) ?? taken.size;
    taken.set(key, place);
    return place;
  });
}

/** What tells the requests against a question: how many in each window, with and without our own lag. */
function eventsOf({ objective, measured, windows, index }: Question): string | null {
  if (!isShare(objective)) return null;
  const isUpper = objective.op.startsWith('<');
  const told = windows.flatMap(({ index: at, exceedances }) => {
    const { count = 0, exceeded = 0, exceededOwn = 0 } = exceedances[index] ?? {};
    const [bad, own] = isUpper ? [exceeded, exceededOwn] : [count - exceeded, count - exceededOwn];
    return bad === 0 ? [] : [`${at}:${bad}:${own}`];
  });
  const target = measured.recording.layout.objectives[index]?.target ?? 'all';
  return told.length === 0 ? null : `${target} ${told.join(' ')}`;
}

function weigh(question: Question): Weighed[] {
  const { indicator } = question.objective;
  if (indicator.kind === 'server') return sightsOf(question, indicator).map(weighedSight);
  const alikenessIn = alikenessOf(question);
  return question.spans.map((span) => {
    const alikeness = alikenessIn(span);
    const [evidence, own] = [false, true].map((isOwn) => weighSpan(question, { span, alikeness, isOwn }));
    const badRatio = isShare(question.objective) ? badIn(question, span).ratio : 0;
    return { span, alikeness, badRatio, evidence: evidence ?? UNSEEN, own: own ?? UNSEEN };
  });
}

/** Our own lag is no part of what a server tells. */
function weighedSight(sight: ServerSight): Weighed {
  const { span, strain, evidence } = sight;
  return { span, alikeness: INDEPENDENT, badRatio: strain, evidence, own: evidence, sight };
}

const UNSEEN: Evidence = { isHeld: false, breachProbability: 1 };

interface Look extends Pick<Weighed, 'span' | 'alikeness'> {
  /** Take our own lag off. */
  readonly isOwn: boolean;
}

function weighSpan(question: Question, { span, alikeness, isOwn }: Look): Evidence {
  const { objective } = question;
  const rule = ruleOf(question);
  const counts = countsIn(question, span);
  const rest = pendingIn(question, span, isOwn);
  if (isShare(objective)) {
    const exceeded = isOwn ? ownExceeded(question, counts) : counts.exceeded;
    const claim = claimOf(objective, { count: counts.count, exceeded, ...rest });
    const { held, breach } = alikeness;
    return weighClaim(claim, { rule, inflation: held.value, breachInflation: breach });
  }
  if (isUnserved(question, span)) return { isHeld: false, breachProbability: 0 };
  const mean = meanOver(sourceOf(question), span, isOwn);
  return weighMean(mean, objective, {
    rule,
    // Failures are no part of a mean of times: leaving them out must not make a pass.
    pending: rest.pending + (objective.indicator.kind === 'mean' ? counts.exceeded : 0),
    count: counts.count,
    timeoutMs: timeoutOf(question),
  });
}

/**
 * True when requests failed and not one succeeded, however those end that are open: what has no time at all is not
 * within one.
 */
function isUnserved(question: Question, span: JudgedSpan): boolean {
  const { indicator, op } = question.objective;
  if (indicator.kind !== 'mean' || !op.startsWith('<') || countsIn(question, span).count > 0) return false;
  return failedIn(question, span) > pendingIn(question, span).pending;
}

/** How an objective came out, of all its spans. */
interface Decision {
  readonly weighed: readonly Weighed[];
  readonly status: Status;
  /** At which one of its spans is a breach, whatever else is judged. */
  readonly level: number;
}

/** The span that decided: the worst one, of those that do not hold where one of them keeps it open. */
function decisive({ weighed, status }: Decision): Weighed | undefined {
  const open = status === 'inconclusive' ? weighed.filter(({ evidence }) => !evidence.isHeld) : [];
  return [...(open.length > 0 ? open : weighed)].sort((a, b) => {
    return a.evidence.breachProbability - b.evidence.breachProbability || b.badRatio - a.badRatio;
  })[0];
}

/** The inflation that decided, or keeps it open: of what is beyond the limit, a breach is to be shown. */
function inflationOf({ objective }: Question, worst: Weighed, status: Status): Inflation {
  const { held, breach } = worst.alikeness;
  if (status === 'fail') return { value: breach, isKnown: true };
  const isBeyond = isShare(objective) && worst.badRatio > 1 - claimOf(objective, NOTHING).q;
  return status === 'inconclusive' && isBeyond ? { value: breach, isKnown: held.isKnown } : held;
}

const NOTHING = { count: 0, exceeded: 0, pending: 0 } as const;

function findingOf(question: Question, decision: Decision): Finding {
  const { objective } = question;
  const { status, level } = decision;
  const worst = decisive(decision);
  const inflation = worst === undefined ? null : inflationOf(question, worst, status);
  const content =
    objective.indicator.kind === 'server'
      ? serverContent(question, objective.indicator, { sight: worst?.sight, status })
      : worst === undefined || inflation === null
        ? noContent(question)
        : contentOf(question, { span: worst.span, inflation, level }, status);
  return {
    text: objective.text,
    target: objective.target,
    status,
    limit: objective.limit,
    unit: unitOf(objective.indicator),
    inflation: inflation?.value ?? 1,
    line: objective.position?.line ?? null,
    column: objective.position?.column ?? null,
    ...content,
    because: `${content.because}${originSentence(objective)}`,
    ...(objective.baseline?.from === undefined ? {} : { baseline: objective.baseline.from }),
  };
}
