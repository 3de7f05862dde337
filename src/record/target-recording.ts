/** What is recorded of one target. */

import type { Attempt, FailureCause } from '../core/attempt.ts';
import { Tally, type TallyPart } from './tally.ts';

/** What changed since the last take. */
export interface TargetPart {
  readonly completed: number;
  readonly broken: number;
  readonly failed: number;
  readonly dropped: number;
  readonly sent: number;
  readonly inFlight: number;
  readonly statuses: readonly (readonly [status: number, count: number])[];
  readonly causes: readonly (readonly [FailureCause, number])[];
  readonly response: TallyPart;
  readonly responseFailed: TallyPart;
  readonly service: TallyPart;
  readonly connection: TallyPart;
}

/** Counts and distributions of one target; the measured part only. */
export class TargetRecording {
  completed = 0;
  broken = 0;
  failed = 0;
  dropped = 0;
  /** Counted by the engine when the attempt is handed to a connection. */
  sent = 0;
  /** Still unanswered after the drain; set by the engine at the end. */
  inFlight = 0;
  /** Completed attempts by status. */
  readonly statuses: Map<number, number> = new Map();
  readonly causes: Map<FailureCause, number> = new Map();
  /** Response time of successes. */
  readonly response: Tally = new Tally();
  /** Response time of attempts that completed and failed, and of timeouts at their full age. */
  readonly responseFailed: Tally = new Tally();
  /** Service time of completed attempts, and of timeouts. */
  readonly service: Tally = new Tally();
  readonly connection: Tally = new Tally();

  /** Books an attempt that was sent and ended. */
  add(attempt: Attempt, failed: boolean): void {
    if (attempt.outcome === 'completed') {
      this.completed += 1;
      this.statuses.set(attempt.status, (this.statuses.get(attempt.status) ?? 0) + 1);
    } else {
      this.broken += 1;
    }
    if (failed) this.failed += 1;
    if (attempt.cause !== null) this.causes.set(attempt.cause, (this.causes.get(attempt.cause) ?? 0) + 1);
  }

  /** Everything since the last take; this is empty afterwards. */
  take(): TargetPart {
    const part: TargetPart = {
      completed: this.completed,
      broken: this.broken,
      failed: this.failed,
      dropped: this.dropped,
      sent: this.sent,
      inFlight: this.inFlight,
      statuses: [...this.statuses],
      causes: [...this.causes],
      response: this.response.take(),
      responseFailed: this.responseFailed.take(),
      service: this.service.take(),
      connection: this.connection.take(),
    };
    this.completed = 0;
    this.broken = 0;
    this.failed = 0;
    this.dropped = 0;
    this.sent = 0;
    this.inFlight = 0;
    this.statuses.clear();
    this.causes.clear();
    return part;
  }

  /** Adds a part. */
  absorb(part: TargetPart): void {
    this.completed += part.completed;
    this.broken += part.broken;
    this.failed += part.failed;
    this.dropped += part.dropped;
    this.sent += part.sent;
    this.inFlight += part.inFlight;
    for (const [status, count] of part.statuses) {
      this.statuses.set(status, (this.statuses.get(status) ?? 0) + count);
    }
    for (const [cause, count] of part.causes) this.causes.set(cause, (this.causes.get(cause) ?? 0) + count);
    this.response.absorb(part.response);
    this.responseFailed.absorb(part.responseFailed);
    this.service.absorb(part.service);
    this.connection.absorb(part.connection);
  }
}
