/** Judges each objective of a plan by what a recording counted. The generator's own conduct is weighed later. */

import type { Objective } from '../plan/plan.ts';
import { holmRejections } from '../stats/holm.ts';
import type { Finding, JudgedObjective, Status } from './finding.ts';
import { unitOf } from './objective/because.ts';
import { contentOf, NO_CONTENT } from './objective/content.ts';
import { ALPHA, claimOf, type Evidence, isShare, weighClaim } from './objective/evidence.ts';
import { type JudgedSpan, judgedSpans } from './objective/judged-spans.ts';
import { meanOver, weighMean } from './objective/mean-evidence.ts';
import {
  countsIn,
  type Measured,
  ownExceeded,
  pendingOf,
  type Question,
  sourceOf,
  timeoutOf,
} from './objective/question.ts';

export type { Measured } from './objective/question.ts';

/** Both lists in the plan's order. */
export interface JudgedObjectives {
  readonly objectives: readonly JudgedObjective[];
  readonly agreement: readonly JudgedObjective[];
}

/** What a span shows of a question: for the response times as they are, and less our own lag. */
interface Weighed {
  readonly span: JudgedSpan;
  readonly evidence: Evidence;
}

/**
 * Judges objectives and agreement, each list a family of its own: a pass needs no correction for the number of
 * objectives, since all must pass, and fails get Holm's.
 */
export function judgeObjectives(measured: Measured): JudgedObjectives {
  const { plan, recording, offeredMs } = measured;
  const spans = judgedSpans(plan.load, { windowMs: recording.layout.windowMs, offeredMs });
  const windows = recording.windows();
  const judge = (objectives: readonly Objective[], first: number): JudgedObjective[] =>
    judgeFamily(
      objectives.map((objective, position) => ({
        objective,
        index: first + position,
        measured,
        windows,
        spans,
      })),
    );
  return { objectives: judge(plan.objectives, 0), agreement: judge(plan.agreement, plan.objectives.length) };
}

function judgeFamily(questions: readonly Question[]): JudgedObjective[] {
  const seen = questions.map((question) => weigh(question, false));
  const statuses = statusesOf(seen);
  const ownStatuses = statusesOf(questions.map((question) => weigh(question, true)));
  return questions.map((question, position) => {
    const kind = question.objective.indicator.kind;
    return {
      finding: findingOf(question, seen[position] ?? [], statuses[position] ?? 'inconclusive'),
      ownStatus: ownStatuses[position] ?? 'inconclusive',
      basis: kind === 'errors' || kind === 'status' ? 'answers' : 'time',
    };
  });
}

/** Worst of the spans: all must hold, and any may breach, which Bonferroni's correction accounts for. */
function statusesOf(family: readonly (readonly Weighed[])[]): Status[] {
  const breaches = family.map((weighed) => {
    const worst = Math.min(1, ...weighed.map(({ evidence }) => evidence.breachProbability));
    return Math.min(1, Math.max(1, weighed.length) * worst);
  });
  const isRejected = holmRejections(breaches, ALPHA);
  return family.map((weighed, position) => {
    if (isRejected[position] === true) return 'fail';
    const isHeld = weighed.length > 0 && weighed.every(({ evidence }) => evidence.isHeld);
    return isHeld ? 'pass' : 'inconclusive';
  });
}

function weigh(question: Question, isOwn: boolean): Weighed[] {
  return question.spans.map((span) => ({ span, evidence: weighSpan(question, span, isOwn) }));
}

function weighSpan(question: Question, span: JudgedSpan, isOwn: boolean): Evidence {
  const { objective } = question;
  const counts = countsIn(question, span);
  const pending = pendingOf(question);
  if (isShare(objective)) {
    const exceeded = isOwn ? ownExceeded(question, counts) : counts.exceeded;
    return weighClaim(claimOf(objective, { count: counts.count, exceeded, pending }));
  }
  const mean = meanOver(sourceOf(question), span, isOwn);
  // Failures are no part of a mean of times: leaving them out must not make a pass.
  const timeless = objective.indicator.kind === 'mean' ? counts.exceeded : 0;
  const rest = { pending: pending + timeless, count: counts.count, timeoutMs: timeoutOf(question) };
  return weighMean(mean, objective, rest);
}

/** The span that decided: the worst one of a fail, the weakest one of anything else. */
function decisiveSpan(weighed: readonly Weighed[], status: Status): JudgedSpan | undefined {
  const worst = [...weighed].sort((a, b) => a.evidence.breachProbability - b.evidence.breachProbability)[0];
  if (status === 'fail') return worst?.span;
  return (weighed.find(({ evidence }) => !evidence.isHeld) ?? worst)?.span;
}

function findingOf(question: Question, weighed: readonly Weighed[], status: Status): Finding {
  const { objective } = question;
  const span = decisiveSpan(weighed, status);
  return {
    text: objective.text,
    target: objective.target,
    status,
    limit: objective.limit,
    unit: unitOf(objective.indicator),
    inflation: 1,
    line: objective.position?.line ?? null,
    column: objective.position?.column ?? null,
    ...(span === undefined ? NO_CONTENT : contentOf(question, span, status)),
  };
}
