/**
 * What looks at servers prove about an objective: a t interval of batch means over a stage, as for means of requests.
 * A look tells of the time since the look before; those that lie within a stage count, each by its length.
 */

import type { Resource, ServerLook, ServerLooks } from '../../core/server/signal.ts';
import { serverNameOf } from '../../plan/observe/server-name.ts';
import type { Objective } from '../../plan/plan.ts';
import type { ServerIndicator } from '../../plan/question/server-indicator.ts';
import { type Batch, type BatchMean, batchEdges, batchMean } from '../../stats/batches/batch-means.ts';
import type { Evidence } from '../objective/evidence.ts';
import { type JudgedSpan, spanMs as lengthOf, type SpanClock } from '../objective/judged-spans.ts';
import { weighMean } from '../objective/mean-evidence.ts';
import { type Question, ruleOf } from '../objective/question.ts';

/** Fewest looks at a server from which it is judged. */
export const LOOKS_MIN = 5;

/** About this many batches: looks that follow each other are alike, and of few batches each holds several. */
const BATCHES = 10;

/** A look may lie so much of its own length outside of a stage. */
const OVERLAP = 0.1;

/** Neighbouring batches are taken to be no more alike than this. */
const ALIKE_MAX = 0.9;

/** So much of a stage, or so many looks if that is more, may be dark, and what was seen still stands for all of it. */
const DARK = { part: 0.1, looks: 2.5 };

/** One server in one stage. */
export interface ServerSight {
  readonly server: string;
  readonly span: JudgedSpan;
  /** Looks that told of the resource. */
  readonly looks: number;
  /** Time of the stage that no look tells of, ms, where it is too much for a pass; else 0. */
  readonly darkMs: number;
  /** Null without a look. */
  readonly mean: BatchMean | null;
  /** The highest of the looks; null without one. */
  readonly most: number | null;
  /** The mean as a share of the limit, or the other way round with `>`: beyond 1 it is on the wrong side. */
  readonly strain: number;
  readonly evidence: Evidence;
}

/**
 * What is seen of each server that an objective is about, in each judged stage. Of all servers those count that ever
 * told of the resource, and those of which nothing at all is known: what is missing must not make a pass.
 */
export function sightsOf(question: Question, indicator: ServerIndicator): ServerSight[] {
  return askedServers(question, indicator).flatMap((looks) =>
    question.spans.map((span) => sightOf(question, indicator.resource, { looks, span })),
  );
}

function askedServers({ measured }: Question, { server, resource }: ServerIndicator): ServerLooks[] {
  const { servers = [], plan } = measured;
  if (servers.length === 0) return [];
  const seen = new Set(servers.map(({ server: name }) => name));
  const promised = new Set((plan.observe ?? []).map((source) => serverNameOf(source, {})));
  const silent = [...promised].flatMap((name) =>
    name === null || seen.has(name) ? [] : [{ server: name, looks: [] }],
  );
  return [...servers, ...silent].filter((each) => {
    if (server !== null) return each.server === server;
    return each.looks.length === 0 || tells(each, resource);
  });
}

/** True when any look at a server told of a resource. */
export function tells({ looks }: ServerLooks, resource: Resource): boolean {
  return looks.some((look) => valueIn(look, resource) !== null);
}

function valueIn({ signals }: ServerLook, resource: Resource): number | null {
  return signals.find((signal) => signal.resource === resource)?.value ?? null;
}

function sightOf(
  question: Question,
  resource: Resource,
  { looks: { server, looks }, span }: { readonly looks: ServerLooks; readonly span: JudgedSpan },
): ServerSight {
  const { objective, clock } = question;
  const telling = looks.filter(
    (look) => isInside(reaching(look, resource), span, clock) && valueIn(look, resource) !== null,
  );
  const values = telling.map((look): Batch => {
    return { sum: (valueIn(look, resource) ?? 0) * look.spanMs, weight: look.spanMs };
  });
  const mean = batchedMean(values);
  const darkMs = darkOf(telling, resource, lengthOf(span, clock));
  const weight = { rule: ruleOf(question), pending: 0, count: values.length, timeoutMs: 0 };
  return {
    server,
    span,
    looks: values.length,
    darkMs,
    mean,
    most: values.length === 0 ? null : Math.max(...values.map(({ sum, weight: ms }) => sum / ms)),
    strain: mean === null ? 0 : strainOf(mean.mean, objective),
    evidence: values.length < LOOKS_MIN ? UNSEEN : seenBy(darkMs, weighMean(mean, objective, weight)),
  };
}

/** A source that fell silent tells of no pass, and what it told before may well be a breach. */
function seenBy(darkMs: number, evidence: Evidence): Evidence {
  return darkMs > 0 ? { ...evidence, isHeld: false } : evidence;
}

/**
 * Stages begin and end between two looks, so that some time at their edges is always dark. A look stands for the usual
 * time between two that tell of the resource, too: pages that are renewed every ten seconds tell of it every ten seconds.
 */
function darkOf(looks: readonly ServerLook[], resource: Resource, stageMs: number): number {
  const apart = looks.slice(1).map(({ atMs }, index) => atMs - (looks[index]?.atMs ?? atMs));
  const usualMs = apart.toSorted((a, b) => a - b)[Math.floor(apart.length / 2)] ?? 0;
  const seenMs = looks.reduce((sum, { spanMs }) => sum + Math.max(spanMs, usualMs), 0);
  const lookMs = looks.length === 0 ? 0 : seenMs / looks.length;
  const [first] = looks;
  const beforeMs = first === undefined ? 0 : reaching(first, resource).spanMs - first.spanMs;
  const darkMs = stageMs - seenMs - beforeMs;
  return darkMs > Math.max(DARK.part * stageMs, DARK.looks * lookMs) ? darkMs : 0;
}

const UNSEEN: Evidence = { isHeld: false, breachProbability: 1 };

function isInside({ atMs, spanMs }: ServerLook, { from, to }: JudgedSpan, clock: SpanClock): boolean {
  const endMs = Math.min(clock.offeredMs, to * clock.windowMs);
  const slackMs = OVERLAP * spanMs;
  return spanMs > 0 && atMs - spanMs >= from * clock.windowMs - slackMs && atMs <= endMs + slackMs;
}

/** What a moment shows does not reach back. */
const MOMENTARY: ReadonlySet<Resource> = new Set(['memory', 'fds', 'goroutines', 'threads', 'conntrack']);

/** The look as long as what it tells of the resource. */
function reaching(look: ServerLook, resource: Resource): ServerLook {
  const { spanMs, reachMs = 0 } = look;
  return MOMENTARY.has(resource) ? look : { ...look, spanMs: Math.max(spanMs, reachMs) };
}

function strainOf(value: number, { op, limit }: Objective): number {
  const strain = op.startsWith('<') ? value / limit : limit / value;
  return Number.isNaN(strain) ? 0 : strain;
}

/** The mean by time, with the error that batches of looks show. */
function batchedMean(values: readonly Batch[]): BatchMean | null {
  const batches = batchEdges(values.length, { width: 1, target: BATCHES }).map(([from, to]) =>
    values.slice(from, to).reduce(together),
  );
  const found = batchMean(batches);
  if (found === null || found.error === null) return found;
  return { ...found, error: found.error * Math.sqrt(likeness(batches, found.mean)) };
}

function together(a: Batch, b: Batch): Batch {
  return { sum: a.sum + b.sum, weight: a.weight + b.weight };
}

/**
 * By how much the variance of the mean is larger than the scatter of its batches says, where neighbours are alike:
 * (1 + r) / (1 - r) of a first-order autoregressive series (Law and Kelton, Simulation Modeling and Analysis, 4.4), and
 * never less than 1. Of n batches the estimate of r is too low by about (1 + 4 r) / n (Marriott and Pope, Biometrika
 * 41, 1954), which is added to it.
 */
function likeness(batches: readonly Batch[], mean: number): number {
  const apart = batches.map(({ sum, weight }) => sum / weight - mean);
  const squares = apart.reduce((total, each) => total + each ** 2, 0);
  if (squares === 0) return 1;
  const products = apart.slice(1).reduce((total, each, index) => total + each * (apart[index] ?? 0), 0);
  const seen = products / squares;
  const r = Math.min(ALIKE_MAX, seen + (1 + 4 * Math.max(0, seen)) / batches.length);
  return r <= 0 ? 1 : (1 + r) / (1 - r);
}
