/** Answers of a Prometheus server to instant queries. */

import { ObserveError } from '../observe-error.ts';
import { parseNumber } from '../prometheus/number.ts';

/** One instance of an answer. */
export interface ApiSample {
  readonly instance: string;
  readonly value: number;
}

/**
 * Reads the answer to an instant query whose result is grouped by `instance`. Values that are NaN, such as a share of
 * nothing, were not told and are left out.
 *
 * @throws ObserveError for an error of the server, with its words, and for what is no such answer
 */
export function readApiAnswer(text: string): readonly ApiSample[] {
  const answer = parsed(text);
  if (text.length > 0 && member(answer, 'status') === 'error') {
    const words = member(answer, 'error');
    throw new ObserveError(
      `Prometheus says: ${typeof words === 'string' ? words.slice(0, 300) : 'an error'}`,
    );
  }
  const data = member(answer, 'data');
  const result = member(data, 'result');
  if (
    member(answer, 'status') !== 'success' ||
    member(data, 'resultType') !== 'vector' ||
    !Array.isArray(result)
  ) {
    throw new ObserveError('the answer is no vector of a Prometheus query');
  }
  return result.flatMap((entry: unknown) => {
    const instance = member(member(entry, 'metric'), 'instance');
    const pair = member(entry, 'value');
    const number: unknown = Array.isArray(pair) ? pair[1] : undefined;
    const value = typeof number === 'string' ? parseNumber(number) : undefined;
    if (value === undefined) throw new ObserveError('a value of the answer is no number');
    return typeof instance === 'string' && !Number.isNaN(value) ? [{ instance, value }] : [];
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new ObserveError('the answer is no JSON');
  }
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? Reflect.get(value, key)
    : undefined;
}
