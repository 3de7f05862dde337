/** Whether a whole response is what the target expects. */

import type { FailureCause } from '../../core/attempt.ts';
import type { IncomingResponse } from './response.ts';
import type { Exchange } from './transport.ts';

/** Judges a whole response: sets the attempt's cause and detail when it misses its expectation. */
export function judgeResponse(exchange: Exchange, response: IncomingResponse, maxBytes: number): void {
  const { attempt, job, route } = exchange;
  const { check } = job;
  if (!check.acceptsStatus(response.status)) {
    attempt.cause = causeOfStatus(response.status, route.proxy !== null);
    attempt.detail = check.mismatch(response) ?? `status ${response.status}`;
    return;
  }
  const problem = check.needsBody ? response.decode(maxBytes) : null;
  if (problem !== null) {
    attempt.cause = 'decode';
    attempt.detail = problem;
    return;
  }
  const mismatch = check.mismatch(response);
  if (mismatch === null) return;
  attempt.cause = 'mismatch';
  attempt.detail = mismatch;
}

/** 407 comes from a proxy and from nobody else: RFC 9110 section 15.5.8. */
function causeOfStatus(status: number, proxied: boolean): FailureCause {
  if (status === 407 && proxied) return 'proxy';
  if (status >= 500) return 'http-5xx';
  return status >= 400 ? 'http-4xx' : 'mismatch';
}
