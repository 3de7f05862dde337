/** Why a share is not decided, and what would decide it. */

import { formatDurationMs } from '../../core/units.ts';
import { isWithin } from '../../stats/binomial.ts';
import type { Reason } from '../finding.ts';
import { formatCount, NOTHING_MEASURED, requests } from './because.ts';
import {
  ALPHA,
  attemptsToDecide,
  attemptsWhenClean,
  type CountClaim,
  type DecisionRule,
  isObservedOnly,
  weighClaim,
} from './evidence.ts';
import type { Inflation } from './inflation.ts';
import { type JudgedSpan, spanMs } from './judged-spans.ts';
import { badOf, type Question } from './question.ts';

/** A reason, and about how many more requests would settle it; null when not known or never. */
export interface Undecided extends Reason {
  readonly more: number | null;
}

/** What a claim was weighed by. */
export interface Scene {
  readonly rule: DecisionRule;
  readonly inflation: Inflation;
  /** Requests in scope per second, so far; 0: not known. */
  readonly countPerSecond: number;
  /** Length of the windows that an objective is about, ms; null: it is about whole stages. */
  readonly windowMs: number | null;
  /** Level at which it is a breach whatever else is judged; at most {@link ALPHA}. */
  readonly level: number;
  /** A sentence about the one spell in which it all came; null: there was none. */
  readonly spell: string | null;
}

/** Why a share is not decided, and what would decide it. */
export function undecidedShare(claim: CountClaim, scene: Scene): Undecided {
  const { bad, count, pending } = claim;
  const seen = count + pending;
  if (seen === 0) {
    return { code: 'NO_DATA', text: `${NOTHING_MEASURED}, so nothing can be said.`, more: null };
  }
  const { rule, inflation } = scene;
  if (!inflation.isKnown && wouldDecide(claim, rule)) return TOO_SHORT;
  const weight = { rule, inflation: inflation.isKnown ? inflation.value : 1 };
  const more = count === 0 || isObservedOnly(claim) ? 0 : attemptsToDecide(claim, weight, scene.level);
  if (more === 0) return nearlyDecided(claim);
  const told = remedy(more, seen, scene);
  const least = attemptsWhenClean(claim, rule) ?? Infinity;
  if (bad === 0 && seen < least) {
    const text = `${requests(seen)} ${Math.round(seen) === 1 ? 'is' : 'are'} too few: even with none against it, it takes ${formatCount(least)} to be sure. ${told.text}`;
    return { ...told, code: 'N_TOO_SMALL', text };
  }
  const spell = scene.spell === null ? '' : ` ${scene.spell}`;
  if (isWithin(weighClaim(claim, weight).breachProbability, ALPHA)) {
    const text = `There are signs of a breach, too weak to count where several things are judged at once.${spell} ${told.text}`;
    return { ...told, code: 'UNDECIDED', text };
  }
  if (wouldDecide(claim, rule)) {
    const text = `Neighbouring requests fare alike: ${formatCount(seen)} requests weigh as ${formatCount(Math.floor(seen / inflation.value))} independent ones, too few to be sure.${spell}${unanswered(claim)} ${told.text}`;
    return { ...told, code: 'AUTOCORRELATED', text };
  }
  const text = `What was seen is too close to the limit to tell on which side it lies.${spell}${unanswered(claim)} ${told.text}`;
  return { ...told, code: 'UNDECIDED', text };
}

const TOO_SHORT: Undecided = {
  code: 'RUN_TOO_SHORT',
  text: 'The run is too short to see how far neighbouring requests fare alike, so nothing can be inferred from their number: that takes half a second at least, and 5s to see it well.',
  more: null,
};

/** Whether independent attempts would have decided it. */
function wouldDecide(claim: CountClaim, rule: DecisionRule): boolean {
  const { isHeld, breachProbability } = weighClaim(claim, { rule, inflation: 1 });
  return isHeld || isWithin(breachProbability, ALPHA);
}

/** There is enough of it, but for answers that never came or for other objectives that are judged as well. */
function nearlyDecided({ q, bad, count, pending, dropped }: CountClaim): Undecided {
  if (pending > 0 && bad <= (1 - q) * (count + pending)) {
    const code = dropped > 0 ? 'DROPPED' : 'IN_FLIGHT';
    return { code, text: `${withoutAnswer(pending, dropped)}, and could decide it either way.`, more: null };
  }
  const text = 'There are signs of a breach, too weak to count where several things are judged at once.';
  return { code: 'UNDECIDED', text, more: null };
}

function unanswered({ pending, dropped }: CountClaim): string {
  return pending === 0 ? '' : ` ${withoutAnswer(pending, dropped)}.`;
}

function withoutAnswer(pending: number, dropped: number): string {
  if (dropped === 0) return `${requests(pending)} had no answer when the run ended`;
  const never = `${requests(dropped)} ${dropped === 1 ? 'was' : 'were'} never sent`;
  return dropped === pending ? never : `${never} and ${formatCount(pending - dropped)} had no answer`;
}

function remedy(more: number | null, seen: number, scene: Scene): Pick<Undecided, 'text' | 'more'> {
  const { windowMs, countPerSecond } = scene;
  if (more === null) {
    return { text: 'More of the same would not settle it: what was seen is the limit itself.', more };
  }
  if (windowMs !== null) {
    const needMs = windowMs * ((seen + more) / seen);
    return { text: `Windows of about ${formatDurationMs(needMs)} at this rate would settle it.`, more: null };
  }
  const time =
    countPerSecond > 0 ? ` (${formatDurationMs((more / countPerSecond) * 1000)} at this rate)` : '';
  return { text: `About ${formatCount(more)} more requests${time} would settle it.`, more };
}

/** Largest share of a span that is called a spell. */
const SPELL_RATIO = 0.25;

/** A sentence about the one spell in which all requests against a share came; null when they came at several times. */
export function spellSentence(question: Question, span: JudgedSpan): string | null {
  const { clock, windows, index, objective } = question;
  const hit = windows.filter((window) => {
    const own = window.exceedances[index];
    const isInside = window.index >= span.from && window.index < span.to;
    return isInside && own !== undefined && badOf(objective, own) > 0;
  });
  const bad = hit.reduce((sum, { exceedances }) => sum + badOf(objective, exceedances[index]), 0);
  const [first, last] = [hit[0]?.index, hit.at(-1)?.index];
  if (first === undefined || last === undefined || bad < 2) return null;
  const lengthMs = (last + 1 - first) * clock.windowMs;
  if (lengthMs > SPELL_RATIO * spanMs(span, clock)) return null;
  const since = first === 0 ? 'at the start' : `from ${formatDurationMs(first * clock.windowMs)} on`;
  return `All ${formatCount(bad)} that count against it came within ${formatDurationMs(lengthMs)} ${since}: one spell does not tell how often it comes.`;
}
