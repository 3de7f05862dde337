/** Keeps the books of a simulated trial as the load engine's ledger does, and tells pulses. */

import { type Attempt, blankAttempt, responseMs } from '../../../src/core/attempt.ts';
import type { Pulse } from '../../../src/load/pulse.ts';
import type { Plan, Target } from '../../../src/plan/plan.ts';
import type { Recording } from '../../../src/record/recording.ts';
import { COARSE_LENGTH } from '../../../src/record/window.ts';
import { OpenAttempts } from './open-attempts.ts';

const REMOTE = '127.0.0.1:8080';
const RESPONSE_BYTES = 100;

/** Nobody looks at the latencies of a simulated pulse. */
const NO_LATENCIES = new Uint32Array(COARSE_LENGTH);

/** What a pulse counts. */
interface Since {
  due: number;
  sent: number;
  completed: number;
  broken: number;
  failed: number;
  dropped: number;
  slow: number;
}

/** Every attempt is entered here when it is taken up, and again when it ends. Times are ms of the schedule. */
export class Books {
  readonly open: OpenAttempts;
  readonly #recording: Recording;
  readonly #targets: readonly Target[];
  readonly #measuredFromMs: number;
  /** Reused for every attempt. */
  readonly #attempt: Attempt = { ...blankAttempt(), remote: REMOTE };
  readonly #made = { target: 0, fresh: false };
  readonly #details = new Map<number, string>();
  #since = nothing();
  #connections = 0;
  #inFlight = 0;
  #inFlightSinceMs = 0;

  readonly #onAttempt: (attempt: Attempt) => void;

  /** @param onAttempt is told of every attempt that ended or was dropped; its value is used again */
  constructor(
    plan: Plan,
    recording: Recording,
    {
      firstId,
      onAttempt,
    }: { readonly firstId: number; readonly onAttempt?: ((attempt: Attempt) => void) | undefined },
  ) {
    this.#onAttempt = onAttempt ?? (() => undefined);
    this.#recording = recording;
    this.#targets = plan.targets;
    this.#measuredFromMs = recording.layout.measuredFromMs;
    this.open = new OpenAttempts(
      firstId,
      plan.targets.map(({ timeoutMs }) => timeoutMs),
    );
  }

  /** Takes an arrival up. @returns its id, or -1 when it was dropped because we are later than its timeout */
  take(target: number, intendedMs: number, readyMs: number): number {
    const { counts, targets } = this.#recording;
    const warmup = intendedMs < this.#measuredFromMs;
    this.#since.due += 1;
    if (!warmup) counts.planned += 1;
    if (readyMs - intendedMs > (this.#targets[target]?.timeoutMs ?? Infinity)) {
      this.#drop(target, intendedMs, readyMs);
      return -1;
    }
    this.#since.sent += 1;
    this.#made.target = target;
    this.#made.fresh = this.open.count >= this.#connections;
    if (this.#made.fresh) this.#connections += 1;
    if (!warmup) {
      counts.sent += 1;
      const own = targets[target];
      if (own !== undefined) own.sent += 1;
      this.#moveInFlight(1, readyMs);
    }
    return this.open.add(intendedMs, readyMs, this.#made);
  }

  /** A whole answer came; one to an attempt that ended already is passed over. */
  answer(id: number, status: number, endMs: number): void {
    if (!this.open.isOpen(id)) return;
    const attempt = this.#attempt;
    const accepted = accepts(this.#targets[this.open.target(id)], status);
    attempt.outcome = 'completed';
    attempt.status = status;
    attempt.cause = accepted ? null : status >= 500 ? 'http-5xx' : status >= 400 ? 'http-4xx' : 'mismatch';
    attempt.detail = accepted ? null : this.#detailOf(status);
    attempt.phase = null;
    attempt.firstByteMs = endMs;
    attempt.bytesReceived = RESPONSE_BYTES;
    this.#end(id, endMs);
  }

  /** Gives up what is due by then. */
  expire(deadlineMs: number): void {
    const id = this.open.due(deadlineMs);
    if (!this.open.isOpen(id)) return;
    const attempt = this.#attempt;
    attempt.outcome = 'broken';
    attempt.status = 0;
    attempt.cause = 'headers-timeout';
    attempt.detail = 'no response within the timeout';
    attempt.phase = 'wait';
    attempt.firstByteMs = NaN;
    attempt.bytesReceived = 0;
    this.#end(id, deadlineMs);
  }

  /** The pulse since the last one. */
  pulse(atMs: number): Pulse {
    const { due, sent, completed, broken, failed, dropped, slow } = this.#since;
    this.#since = nothing();
    const inFlight = this.open.count;
    const now = { atMs, inFlight, pending: 0, coarse: NO_LATENCIES };
    return { due, sent, completed, broken, failed, dropped, slow, ...now };
  }

  /** Ends the books at the end of the drain. */
  close(nowMs: number, unsent: number): void {
    const { counts, targets } = this.#recording;
    this.#moveInFlight(0, nowMs);
    for (const id of this.open.ids()) {
      if (this.open.intendedMs(id) < this.#measuredFromMs) continue;
      counts.inFlight += 1;
      counts.residenceMs += nowMs - this.open.readyMs(id);
      const target = targets[this.open.target(id)];
      if (target !== undefined) target.inFlight += 1;
    }
    counts.planned += unsent;
    counts.unsent += unsent;
    counts.connectionsOpened += this.#connections;
  }

  #end(id: number, endMs: number): void {
    const { open } = this;
    const attempt = this.#attempt;
    const readyMs = open.readyMs(id);
    const fresh = open.fresh(id);
    attempt.target = open.target(id);
    attempt.intendedMs = open.intendedMs(id);
    attempt.warmup = attempt.intendedMs < this.#measuredFromMs;
    attempt.readyMs = readyMs;
    attempt.dialMs = fresh ? readyMs : NaN;
    attempt.connectMs = fresh ? 0 : NaN;
    attempt.reused = !fresh;
    attempt.sendMs = readyMs;
    attempt.sentMs = readyMs;
    attempt.endMs = endMs;
    open.end(id);
    if (!attempt.warmup) {
      this.#moveInFlight(-1, endMs);
      this.#recording.counts.residenceMs += endMs - readyMs;
    }
    this.#recording.add(attempt);
    this.#onAttempt(attempt);
    this.#count(attempt);
  }

  #drop(target: number, intendedMs: number, nowMs: number): void {
    const warmup = intendedMs < this.#measuredFromMs;
    const times = { intendedMs, readyMs: nowMs, endMs: nowMs };
    const dropped: Attempt = { ...blankAttempt(), ...times, target, warmup, outcome: 'dropped' };
    this.#recording.add(dropped);
    this.#onAttempt(dropped);
    this.#since.dropped += 1;
  }

  #count(attempt: Attempt): void {
    const since = this.#since;
    if (attempt.cause !== null) since.failed += 1;
    if (attempt.outcome === 'broken') {
      since.broken += 1;
      return;
    }
    since.completed += 1;
    if (responseMs(attempt) > this.#recording.layout.breakerMs) since.slow += 1;
  }

  #detailOf(status: number): string {
    const known = this.#details.get(status) ?? `status ${status}`;
    this.#details.set(status, known);
    return known;
  }

  #moveInFlight(by: number, nowMs: number): void {
    this.#recording.counts.inFlightMs += this.#inFlight * (nowMs - this.#inFlightSinceMs);
    this.#inFlightSinceMs = nowMs;
    this.#inFlight += by;
  }
}

function nothing(): Since {
  return { due: 0, sent: 0, completed: 0, broken: 0, failed: 0, dropped: 0, slow: 0 };
}

function accepts(target: Target | undefined, status: number): boolean {
  const statuses = target?.expect.statuses ?? null;
  return statuses === null ? status < 400 : statuses.some(({ from, to }) => status >= from && status <= to);
}
