import { describe, expect, test } from 'vitest';
import { routeTo } from '../../../src/load/dial/route.ts';
import { jobsOf } from '../../../src/load/job.ts';
import { Ledger } from '../../../src/load/loop/ledger.ts';
import { LoopWatch } from '../../../src/load/loop/loop-watch.ts';
import { PulseMeter } from '../../../src/load/loop/pulse-meter.ts';
import type { Exchange, Transport } from '../../../src/load/transport/transport.ts';
import { checkAccounts } from '../../../src/record/accounts.ts';
import { Recording } from '../../../src/record/recording.ts';
import { planFor } from '../../support/traffic.ts';

/** A transport whose answers come when the test says so: `room` exchanges begin, the rest waits. */
class HeldTransport implements Transport {
  readonly begun: Exchange[] = [];
  readonly waiting: Exchange[] = [];
  readonly openConnections = 1;
  readonly openedCount = 1;
  readonly #ledger: Ledger;
  readonly #room: number;

  constructor(ledger: Ledger, room: number) {
    this.#ledger = ledger;
    this.#room = room;
  }

  get pending(): number {
    return this.waiting.length;
  }

  submit(exchange: Exchange): void {
    exchange.stage = 'waiting';
    if (this.begun.length < this.#room) {
      exchange.stage = 'wait';
      exchange.attempt.sendMs = exchange.attempt.readyMs;
      this.begun.push(exchange);
      this.#ledger.began(exchange);
    } else {
      this.waiting.push(exchange);
    }
  }

  oldest(): Exchange | null {
    return this.waiting[0] ?? null;
  }

  withdrawOldest(): Exchange | null {
    return this.waiting.shift() ?? null;
  }

  expire(exchange: Exchange, nowMs: number): void {
    exchange.stage = 'ended';
    this.end(exchange, nowMs, { outcome: 'broken', cause: 'headers-timeout' });
  }

  /** Ends an exchange under way. */
  end(exchange: Exchange, nowMs: number, how: Partial<Exchange['attempt']> = {}): void {
    this.begun.splice(this.begun.indexOf(exchange), 1);
    Object.assign(exchange.attempt, { outcome: 'completed', status: 200, endMs: nowMs }, how);
    this.#ledger.ended(exchange, null);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

interface Made {
  readonly room?: number;
  readonly maxPending?: number;
  readonly timeoutMs?: number;
  readonly measuredFromMs?: number;
  readonly freshRatio?: number;
  readonly body?: string;
}

/** A ledger with its own clock, set by the test. */
function ledgerOf({
  room = 100,
  maxPending = 100,
  timeoutMs = 1000,
  measuredFromMs = 0,
  freshRatio = 0,
  body,
}: Made) {
  const clock = { nowMs: 0 };
  const nowMs = (): number => clock.nowMs;
  const target = { timeoutMs, ...(body === undefined ? {} : { method: 'POST', body }) };
  const plan = planFor('http://127.0.0.1:1/', { target });
  const routeFor = (origin: string) => routeTo(origin, plan.http, null);
  const jobs = jobsOf({ plan, secrets: {}, runId: 'test', userAgent: 'tester', routeFor });
  const layout = { targetCount: 1, objectives: [], measuredFromMs, windowMs: 250, breakerMs: Infinity };
  const recording = new Recording(layout);
  const watch = new LoopWatch(0);
  const meter = new PulseMeter(Infinity);
  const unasked = { spans: null, reports: null };
  const bounds = { seed: 1, freshRatio, maxPending };
  const ledger = new Ledger({ recording, watch, meter, jobs, nowMs, ...unasked, ...bounds });
  const transport = new HeldTransport(ledger, room);
  ledger.use(transport);
  let index = 0;
  const take = (intendedMs: number, atMs = intendedMs): void => {
    clock.nowMs = atMs;
    ledger.take({ index, target: 0, intendedMs, user: index });
    index += 1;
  };
  return { clock, recording, meter, ledger, transport, take };
}

/** Closes the books and checks them. */
function closed({ ledger, recording }: ReturnType<typeof ledgerOf>, atMs: number): Recording {
  ledger.close(atMs);
  checkAccounts(recording);
  return recording;
}

const at = <T>(items: readonly T[], index: number): T => {
  const item = items[index];
  if (item === undefined) throw new Error(`nothing at ${index}`);
  return item;
};

describe('an arrival', () => {
  test('is planned when taken up, sent when begun, and recorded when ended', () => {
    const made = ledgerOf({});
    made.take(10, 12);
    expect(made.recording.counts).toMatchObject({ planned: 1, sent: 1, completed: 0 });
    expect(made.ledger.underWay).toBe(1);
    made.transport.end(at(made.transport.begun, 0), 30);
    expect(made.ledger.underWay).toBe(0);
    const { counts, lag, targets } = closed(made, 30);
    expect(counts).toMatchObject({ completed: 1, failed: 0, residenceMs: 18, inFlightMs: 18 });
    expect(lag.maxMs).toBe(2);
    expect(targets[0]?.response.maxMs).toBe(20);
    expect(targets[0]?.service.maxMs).toBe(18);
  });

  test('that comes more than its timeout late is dropped, by our own fault', () => {
    const made = ledgerOf({ timeoutMs: 100 });
    made.take(0, 100);
    made.take(0, 100.5);
    made.transport.end(at(made.transport.begun, 0), 101);
    expect(closed(made, 101).counts).toMatchObject({ planned: 2, sent: 1, dropped: 1, droppedLate: 1 });
  });

  test('that finds too many waiting is dropped, by no fault of ours', () => {
    const made = ledgerOf({ room: 1, maxPending: 2 });
    for (let index = 0; index < 5; index += 1) made.take(index);
    expect(made.ledger.pendingMax).toBe(2);
    expect(made.recording.counts).toMatchObject({ planned: 5, sent: 1, dropped: 2, droppedLate: 0 });
    expect(closed(made, 10).counts).toMatchObject({ sent: 1, dropped: 4, droppedLate: 0, inFlight: 1 });
  });

  test('that waits for a connection longer than its timeout is dropped, and not before', () => {
    const made = ledgerOf({ room: 0, timeoutMs: 100 });
    made.take(0);
    made.take(50);
    made.ledger.expire(100, 0);
    expect(made.recording.counts.dropped).toBe(0);
    made.ledger.expire(101, 0);
    expect(made.recording.counts.dropped).toBe(1);
    made.ledger.expire(151, 0);
    expect(closed(made, 151).counts).toMatchObject({ planned: 2, sent: 0, dropped: 2, droppedLate: 0 });
  });

  test('that is under way is given up at its deadline, which counts from the send', () => {
    const made = ledgerOf({ timeoutMs: 100 });
    made.take(0, 40);
    made.ledger.expire(138, 0);
    expect(made.recording.counts.broken).toBe(0);
    made.ledger.expire(142, 0);
    const { counts, causes } = closed(made, 142);
    expect(counts).toMatchObject({ broken: 1, failed: 1, inFlight: 0 });
    expect([...causes]).toEqual([['headers-timeout', 1]]);
  });

  test('of the warm-up is counted apart, and stands in no other account', () => {
    const made = ledgerOf({ measuredFromMs: 100 });
    made.take(99);
    made.take(100);
    made.take(98);
    made.transport.end(at(made.transport.begun, 0), 120);
    made.transport.end(at(made.transport.begun, 0), 130);
    made.transport.end(at(made.transport.begun, 0), 140, { cause: 'http-5xx', status: 503 });
    const { counts, targets } = closed(made, 140);
    expect(counts).toMatchObject({
      planned: 1,
      sent: 1,
      completed: 1,
      failed: 0,
      warmup: 2,
      warmupFailed: 1,
    });
    expect(counts.residenceMs).toBe(30);
    expect(targets[0]?.response.count).toBe(1);
  });

  test('says how many bytes it sent, not how many letters', () => {
    const made = ledgerOf({ body: 'h\u00e9' });
    made.take(0);
    made.transport.end(at(made.transport.begun, 0), 1);
    expect(closed(made, 1).counts.bytesSent).toBe(3);
  });
});

describe('fresh connections', () => {
  test.each([0, 0.1, 1])('are asked for at the ratio of the plan: %d', (freshRatio) => {
    const made = ledgerOf({ freshRatio, room: 2000 });
    for (let index = 0; index < 2000; index += 1) made.take(index);
    const fresh = made.transport.begun.filter((exchange) => exchange.fresh).length / 2000;
    expect(fresh).toBeGreaterThanOrEqual(freshRatio * 0.8);
    expect(fresh).toBeLessThanOrEqual(freshRatio * 1.2);
  });
});

describe('an exchange that ended', () => {
  test('is used again for the next arrival, with nothing left in it', () => {
    const made = ledgerOf({});
    made.take(0);
    const first = at(made.transport.begun, 0);
    made.transport.end(first, 5, { cause: 'http-5xx', status: 500, detail: 'x', reused: true, retries: 1 });
    made.take(10);
    const second = at(made.transport.begun, 0);
    expect(second).toBe(first);
    expect(second.attempt).toMatchObject({
      cause: null,
      status: 0,
      detail: null,
      reused: false,
      retries: 0,
      index: 1,
    });
    expect(second.attempt.endMs).toBeNaN();
  });

  test('by its deadline is not: its socket may still speak', () => {
    const made = ledgerOf({ timeoutMs: 10 });
    made.take(0);
    const first = at(made.transport.begun, 0);
    made.ledger.expire(20, 0);
    made.take(30);
    expect(at(made.transport.begun, 0)).not.toBe(first);
  });

  test('is told to the closed loop after it was recorded, with its user', () => {
    const made = ledgerOf({});
    const told: number[][] = [];
    made.ledger.onEnded = (user) => told.push([user, made.recording.counts.completed]);
    made.take(0);
    made.take(1);
    made.transport.end(at(made.transport.begun, 1), 5);
    made.transport.end(at(made.transport.begun, 0), 6);
    expect(told).toEqual([
      [1, 1],
      [0, 2],
    ]);
  });
});

describe('at the end of the drain', () => {
  test('what waits is dropped, what is under way stays in flight, at its age', () => {
    const made = ledgerOf({ room: 2 });
    made.take(0);
    made.take(10);
    made.take(20);
    const { counts, targets } = closed(made, 100);
    expect(counts).toMatchObject({ planned: 3, sent: 2, dropped: 1, inFlight: 2, completed: 0 });
    expect(counts.residenceMs).toBe(100 + 90 + 80);
    expect(targets[0]).toMatchObject({ sent: 2, inFlight: 2, dropped: 1 });
  });

  test('the part taken last holds what the parts before did not', () => {
    const made = ledgerOf({});
    made.take(0);
    made.take(1);
    made.transport.end(at(made.transport.begun, 0), 5);
    const whole = new Recording(made.recording.layout);
    whole.absorb(made.recording.take());
    expect(whole.counts).toMatchObject({ planned: 2, sent: 2, completed: 1 });
    made.ledger.close(50);
    whole.absorb(made.recording.take());
    expect(whole.counts).toMatchObject({ planned: 2, sent: 2, completed: 1, inFlight: 1 });
    checkAccounts(whole);
  });

  test('the pulse has counted the warm-up too', () => {
    const made = ledgerOf({ measuredFromMs: 100 });
    made.take(50);
    made.take(150);
    made.transport.end(at(made.transport.begun, 0), 160);
    const pulse = made.meter.take({ atMs: 200, inFlight: 1, pending: 0 });
    expect(pulse).toMatchObject({ due: 2, sent: 2, completed: 1 });
  });
});
