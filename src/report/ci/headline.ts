/** The verdict or the answer in one line, for the reports of CI services. Not escaped: each format does that itself. */

import type { ResultDocument, Status } from '../../result/document.ts';
import { OUTCOME_STATUS } from '../../verdict/canary/run.ts';
import { OUTCOMES, outcomeSentence, stateSentence } from '../canary/headline.ts';
import { ANSWERS, answerText, reasonsOf } from '../search/answer.ts';
import { bracketText } from '../search/bracket.ts';
import { fallbackReason, WORDS } from '../terminal/verdict.ts';

/** A line and what stands under it. */
export interface Headline {
  /** Of a canary how this run went: a run that shows no breach is no warning, though it proves no objective. */
  readonly status: Status;
  /** In capitals: PASS, FAIL, INCONCLUSIVE, or the answer to the launch question. */
  readonly word: string;
  readonly sentence: string;
  /** Further reasons, the worst first, each with its code. */
  readonly reasons: readonly string[];
}

/** Of a launch the answer, of a search for the capacity the bracket, of a canary how its run went, of others the verdict. */
export function headlineOf(result: ResultDocument): Headline {
  const { launch, capacity, canary, verdict } = result;
  const { status } = verdict;
  const reasons = (launch === undefined ? verdict.reasons : reasonsOf(result, launch)).map(reasonSentence);
  if (launch !== undefined) {
    return { status, word: ANSWERS[launch.answer], sentence: answerText(launch, result), reasons };
  }
  if (capacity !== undefined) {
    const sentence = `capacity ${bracketText(capacity, capacity.brokeBy)}`;
    return { status, word: WORDS[status], sentence, reasons };
  }
  if (canary !== undefined) {
    const sentence = outcomeSentence(canary);
    return {
      status: OUTCOME_STATUS[canary.outcome],
      word: OUTCOMES[canary.outcome],
      sentence,
      reasons: [stateSentence(canary), ...reasons],
    };
  }
  const [first = fallbackReason(result), ...rest] = reasons;
  return { status, word: WORDS[status], sentence: first, reasons: rest };
}

/** `sentence (CODE)`. */
export function reasonSentence({ code, text }: { readonly code: string; readonly text: string }): string {
  return code === '' ? text : `${text} (${code})`;
}
