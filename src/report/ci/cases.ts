/**
 * What a result was judged by, as a list of cases with stable names: the one model that JUnit, TAP, Markdown and the
 * annotations share. A name never holds a measured value, so that a service recognises the case in the next run.
 */

import { formatRate } from '../../core/units.ts';
import type { ObjectiveResult, ResultDocument, Status } from '../../result/document.ts';
import { OUTCOME_STATUS } from '../../verdict/canary/run.ts';
import type { RateLabel } from '../../verdict/capacity/report.ts';
import { outcomeSentence, stateSentence } from '../canary/headline.ts';
import { effectCells, sideText } from '../compare/cells.ts';
import { formatCount, formatIn, formatNumber, plural } from '../format.ts';
import { byCloseness, serverSentence, shortages } from '../server/words.ts';
import { measuredText } from '../terminal/objectives.ts';
import { headlineOf, reasonSentence } from './headline.ts';

/** `skipped`: not tested, or nothing that the verdict rests on. */
export type CaseStatus = Status | 'skipped';

/** Which part of the result a case is of. */
export type Suite =
  | 'objectives'
  | 'agreement'
  | 'capacity'
  | 'launch'
  | 'comparison'
  | 'canary'
  | 'validity'
  | 'verdict';

/** One judged thing. Texts are not escaped. */
export interface Case {
  readonly suite: Suite;
  /** The target, or what the case is about as a whole. */
  readonly classname: string;
  /** Unique within its classname; no measured value in it. */
  readonly name: string;
  readonly status: CaseStatus;
  /** What was seen, in one line. */
  readonly message: string;
  readonly details: readonly string[];
  /** Set for a breach of the agreement that is skipped, as the verdict does not rest on it: worth a warning all the same. */
  readonly isBreachAside?: true;
  /** Where it stands in the plan file. */
  readonly line: number | null;
  readonly column: number | null;
}

/** What stands for all targets together. */
const ALL_TARGETS = 'all targets';

/** Servers told of beside a case. */
const MOST_SERVERS = 20;

const RANK: Readonly<Record<CaseStatus, number>> = { skipped: 0, pass: 0, inconclusive: 1, fail: 2 };

const LABEL_STATUS: Readonly<Record<RateLabel, Status>> = {
  held: 'pass',
  broken: 'fail',
  undecided: 'inconclusive',
};

/**
 * The cases in the order of their suites, what was asked before what it rests on: a service that shows a few of them
 * shows the answer. No case is worse than the verdict, and one is as bad: what is worse by itself
 * is no part of what was decided (an agreement that too few requests can judge, a rate above the capacity) and is skipped.
 */
export function casesOf(result: ResultDocument): Case[] {
  const status = judgedStatus(result);
  const found = [
    ...capacityCases(result),
    ...launchCases(result),
    ...comparisonCases(result),
    ...canaryCases(result),
    ...result.objectives.map((objective) => objectiveCase('objectives', objective)),
    ...result.agreement.map((objective) => objectiveCase('agreement', objective)),
    validityCase(result),
  ]
    .map((each) => (RANK[each.status] > RANK[status] ? setAside(each) : each))
    .map((each) => withServers(each, result));
  const isSaid = found.some((each) => each.status === status);
  return withUniqueNames(isSaid ? found : [...found, verdictCase(result)]);
}

function setAside(each: Case): Case {
  const skipped = { ...each, status: 'skipped' as const };
  return each.suite === 'agreement' && each.status === 'fail'
    ? { ...skipped, message: `the agreement is breached: ${each.message}`, isBreachAside: true }
    : skipped;
}

/** Beside a breach, which servers were short; and beside what says how far the run can be trusted, what limits each. */
function withServers(each: Case, { servers = [] }: ResultDocument): Case {
  if (each.suite === 'validity') {
    const lines = byCloseness(servers).map((server) => `${server.name}: ${serverSentence(server)}`);
    return { ...each, details: [...each.details, ...lines.slice(0, MOST_SERVERS)] };
  }
  return each.status === 'fail' ? { ...each, details: [...each.details, ...shortages(servers)] } : each;
}

/** What the cases say together: of a canary how its run went, for one run proves no objective; of others the verdict. */
function judgedStatus({ canary, verdict }: ResultDocument): Status {
  return canary === undefined ? verdict.status : OUTCOME_STATUS[canary.outcome];
}

/** The cases that are worth a mark of their own, the worst first. */
export function worstFirst(cases: readonly Case[]): Case[] {
  return cases
    .filter(({ status }) => RANK[status] > 0)
    .sort((one, other) => RANK[other.status] - RANK[one.status]);
}

function objectiveCase(suite: 'objectives' | 'agreement', objective: ObjectiveResult): Case {
  const { target, status, unit, limit, line, column, reason } = objective;
  const classname = target ?? ALL_TARGETS;
  const name = askedText(objective);
  const measured = [`measured ${measuredText(objective)}`, ...againstIt(objective)].join(', ');
  const why = reason === null ? [] : [reasonSentence(reason)];
  const seen = status === 'inconclusive' ? (why[0] ?? measured) : (objective.because ?? measured);
  return {
    suite,
    // Services put the two suites into one list, where the same text may stand in both.
    classname: suite === 'agreement' ? `${classname} (agreement)` : classname,
    name,
    // A promise that could not be judged takes nothing from a verdict on the stricter objectives.
    status: suite === 'agreement' && status === 'inconclusive' ? 'skipped' : status,
    message: `${status === 'inconclusive' ? `${name}: not decided` : name}: ${seen}`,
    details: [
      `${seen === measured ? '' : `${measured}; `}limit ${formatIn(unit, limit)}`,
      ...[...optional(objective.because), ...why].filter((text) => text !== seen),
      ...inflationOf(objective),
      ...moreOf(objective),
    ],
    line,
    column,
  };
}

/** The objective without its target, which stands beside it. */
export function askedText({ text, target }: ObjectiveResult): string {
  const lead = `${target ?? ''}:`;
  return target !== null && text.startsWith(lead) ? text.slice(lead.length).trim() || text : text;
}

function againstIt({ count, exceeded }: ObjectiveResult): string[] {
  return count === null || exceeded === null
    ? []
    : [`${formatCount(exceeded)} of ${formatCount(count)} against it`];
}

function inflationOf({ count, inflation }: ObjectiveResult): string[] {
  if (count === null || inflation <= 1) return [];
  return [
    `n counts as ${formatCount(Math.floor(count / inflation))}: neighbours in time are alike (inflation ${formatNumber(inflation)})`,
  ];
}

function moreOf({ moreRequests }: ObjectiveResult): string[] {
  return typeof moreRequests === 'number'
    ? [`about ${plural(moreRequests, 'more request')} would decide it`]
    : [];
}

/** The bracket is a case where it is what was asked for; beside a launch answer it is evidence. */
function capacityCases(result: ResultDocument): Case[] {
  const { capacity, launch, verdict } = result;
  if (capacity === undefined || launch !== undefined) return [];
  const { findings, requests } = capacity;
  return [
    whole('capacity', 'capacity bracket', {
      status: verdict.status,
      message: headlineOf(result).sentence,
      details: [
        ...verdict.reasons.map(reasonSentence),
        ...findings.map(reasonSentence),
        `${plural(capacity.trials.length, 'trial')}, ${plural(requests, 'request')}`,
      ],
    }),
  ];
}

function launchCases(result: ResultDocument): Case[] {
  const { launch, verdict } = result;
  if (launch === undefined) return [];
  const { word, sentence, reasons } = headlineOf(result);
  const answer = { status: verdict.status, message: `${word}: ${sentence}`, details: reasons };
  const questions = launch.questions.map(({ id, label, text, ratePerSecond }) =>
    whole('launch', `rate ${id}`, {
      status: label === null ? 'skipped' : LABEL_STATUS[label],
      message: text,
      details: [`asked about ${formatRate(ratePerSecond)}`],
    }),
  );
  const endurance = (['surge', 'soak'] as const).flatMap((name) => {
    const report = launch[name];
    return report === null
      ? []
      : [whole('launch', name, { status: report.status, message: report.text, details: [] })];
  });
  return [whole('launch', 'the launch can be carried', answer), ...questions, ...endurance];
}

function comparisonCases({ comparison }: ResultDocument): Case[] {
  if (comparison === undefined) return [];
  const sides = (['baseline', 'candidate'] as const).map(
    (side) => `${side} ${sideText(comparison.sides[side])}`,
  );
  return comparison.findings.map((found) => {
    const { indicator, status, text } = found;
    const { baseline, candidate, effect, interval, least } = effectCells(found, comparison);
    const change = `${effect} ${interval}`.trim();
    return whole('comparison', `${indicator}: no worse than the baseline`, {
      status,
      message: text,
      details: [
        `baseline ${baseline}, candidate ${candidate}, effect ${change}; smallest that matters ${least}`,
        ...sides,
      ],
    });
  });
}

function canaryCases({ canary }: ResultDocument): Case[] {
  if (canary === undefined) return [];
  const details = [
    stateSentence(canary),
    ...canary.incidents.map(({ summary }) => summary),
    ...canary.remarks,
  ];
  const seen = { status: OUTCOME_STATUS[canary.outcome], message: outcomeSentence(canary), details };
  return [whole('canary', 'the service answers as it should', seen)];
}

/** Whether our own conduct lets the run be judged: one case, as a check matters for what it blocks only. */
function validityCase({ validity, verdict }: ResultDocument): Case {
  const failed = validity.checks.filter(({ status }) => status === 'fail');
  const isBlamed = validity.status !== 'pass';
  const lines = failed.map(({ id, text, code }) => `${id}: ${reasonSentence({ code: code ?? '', text })}`);
  return whole('validity', 'the generator lets the run be judged', {
    status: !isBlamed ? 'pass' : verdict.status === 'inconclusive' ? 'inconclusive' : 'skipped',
    message: isBlamed ? (lines[0] ?? 'not judged') : `${plural(validity.checks.length, 'check')} looked at`,
    details: lines.slice(1),
  });
}

function verdictCase(result: ResultDocument): Case {
  const { sentence, reasons } = headlineOf(result);
  return whole('verdict', 'verdict', {
    status: result.verdict.status,
    message: sentence,
    details: [...reasons, ...optional(result.stopped?.text)],
  });
}

function whole(suite: Suite, name: string, facts: Pick<Case, 'status' | 'message' | 'details'>): Case {
  // A case that says nothing would show as an empty line.
  const message = facts.message === '' ? name : facts.message;
  return { suite, classname: suite, name, ...facts, message, line: null, column: null };
}

function optional(text: string | undefined): string[] {
  return text === undefined || text === '' ? [] : [text];
}

/** Services keep the first of two cases of one name: the second becomes `name (2)`. */
function withUniqueNames(cases: readonly Case[]): Case[] {
  const seen = new Set<string>();
  return cases.map((each) => {
    let name = each.name;
    for (let number = 2; seen.has(keyOf(each.classname, name)); number += 1)
      name = `${each.name} (${number})`;
    seen.add(keyOf(each.classname, name));
    return { ...each, name };
  });
}

function keyOf(classname: string, name: string): string {
  return JSON.stringify([classname, name]);
}
