/** A few short trials on this event loop, against a server beside it. */

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { planReads } from '../../../src/app/plan-source.ts';
import { type BookedSearch, carryOut, prepareSearch } from '../../../src/app/search/carry-out.ts';
import type { SearchMoment } from '../../../src/app/search/moment.ts';
import { guestWorld } from '../../../src/app/world.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import { RateBook } from '../../../src/verdict/capacity/rate-book.ts';
import type { Trial, TrialOrder } from '../../../src/verdict/trial.ts';

let server: Server;
let url: string;
const seen = new Set<string>();

beforeAll(async () => {
  server = createServer((request, response) => {
    seen.add(String(request.headers['x-headroom-run']));
    response.end('hello');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
});

afterAll(() => {
  server.closeAllConnections();
  server.close();
});

function order(ratePerSecond: number, durationMs: number): TrialOrder {
  const approach = [{ ratePerSecond: ratePerSecond / 2, durationMs: 100 }];
  return { purpose: 'climb', ratePerSecond, durationMs, approach };
}

/** Orders these, and keeps what came of them. */
class Listed implements BookedSearch {
  readonly trials: Trial[] = [];
  readonly book: RateBook;
  readonly options = { budgetMs: null };
  readonly #orders: readonly TrialOrder[];
  constructor(book: RateBook, orders: readonly TrialOrder[]) {
    this.book = book;
    this.#orders = orders;
  }
  next(): TrialOrder | null {
    return this.#orders[this.trials.length] ?? null;
  }
  add(trial: Trial): void {
    this.trials.push(trial);
    this.book.add(trial);
  }
  state(nowMs: number): SearchMoment['state'] {
    const bounds = { heldPerSecond: null, brokePerSecond: null, recent: [] };
    return { doing: 'trying', trials: this.trials.length, elapsedMs: nowMs, leftMs: null, ...bounds };
  }
}

function place(stop?: AbortSignal, onMoment: (moment: SearchMoment) => void = () => undefined) {
  const world = guestWorld(stop);
  const { plan, secrets } = parsePlan(null, { url, seed: '5' }, planReads(world));
  const options = {
    owned: false,
    breaker: true,
    stateFolder: join(tmpdir(), 'headroom-search-test'),
    repeat: 'headroom capacity',
    say: () => undefined,
    onMoment,
  };
  return { subject: { plan, secrets }, world, options };
}

test('trials are sent one after another under one run, with a pause between them', async () => {
  const moments: SearchMoment[] = [];
  const where = place(undefined, (moment) => moments.push(moment));
  const search = new Listed(new RateBook(where.subject.plan), [order(100, 400), order(200, 400)]);
  const ground = await prepareSearch(where, 200);
  const carried = await carryOut(search, ground, where);
  const [first, second] = search.trials;
  expect(search.book.trials.map(({ ratePerSecond, sent }) => [ratePerSecond, sent > 20])).toEqual([
    [100, true],
    [200, true],
  ]);
  expect(first?.measured.plan.load.warmupMs).toBe(100);
  expect(first?.measured.plan.seed).not.toBe(second?.measured.plan.seed);
  expect((second?.startedMs ?? 0) - (first?.endedMs ?? 0)).toBeGreaterThanOrEqual(1000);
  expect(carried.elapsedMs).toBeGreaterThanOrEqual(second?.endedMs ?? Infinity);
  expect(carried).toMatchObject({ signal: null, conduct: { workers: 1, calibration: { kind: 'warm-up' } } });
  expect([...seen]).toHaveLength(1);
  expect(moments.some(({ trial }) => trial?.number === 2 && trial.live !== null)).toBe(true);
  expect(moments.at(-1)).toMatchObject({ state: { trials: 2 }, trial: null });
});

test('a stop ends the trial under way, which is kept, and orders no other', async () => {
  const stop = new AbortController();
  const where = place(stop.signal, ({ trial }) => {
    if ((trial?.live?.elapsedMs ?? 0) > 400) stop.abort();
  });
  const search = new Listed(new RateBook(where.subject.plan), [order(100, 60_000), order(200, 400)]);
  const carried = await carryOut(search, await prepareSearch(where, 200), where);
  expect(carried.signal).toBe('SIGINT');
  expect(search.trials).toHaveLength(1);
  expect(search.trials[0]?.stopped?.by).toBe('signal');
  expect(search.trials[0]?.measured.offeredMs).toBeLessThan(5000);
});
