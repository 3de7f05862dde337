/** Exchanges, before anything has happened to them. */

import { blankAttempt } from '../core/attempt.ts';
import type { Job } from './job.ts';
import type { Exchange } from './transport/transport.ts';

/** An exchange that nobody has begun. @param index the arrival that it is for */
export function newExchange(job: Job, index = 0): Exchange {
  return {
    attempt: blankAttempt(),
    job,
    route: job.route,
    method: job.method,
    request: job.template.render(index),
    stage: 'idle',
    fresh: false,
    deadlineMs: Infinity,
    wheelNext: null,
    wheelPrevious: null,
    wheelSlot: -1,
    user: -1,
    stallBaseMs: 0,
    ride: null,
  };
}
