/** Servers judged one by one, and all together. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RESOURCES } from '../../../src/core/server/signal.ts';
import { middleIn, type ServerFacts } from '../../../src/verdict/fleet/facts.ts';
import { judgeFleet } from '../../../src/verdict/fleet/judge-fleet.ts';
import { whenLost } from '../../../src/verdict/fleet/lost.ts';
import { estimatedCapacity } from '../../../src/verdict/fleet/room.ts';
import { FLEET_STATES, type FleetRow } from '../../../src/verdict/fleet/row.ts';
import { answered, busy, calmOf, same, server, signal } from './sample-facts.ts';

const RULES = { near: 0.8, workers: 64 };

function judged(facts: ServerFacts, rules = RULES): FleetRow {
  const [row] = judgeFleet([facts], rules).rows;
  if (row === undefined) throw new Error('no row');
  return row;
}

describe('by what a server tells', () => {
  test.each([
    [0.5, 'ok'],
    [0.79, 'ok'],
    [0.8, 'near'],
    [0.97, 'near'],
    [1, 'saturated'],
    [1.3, 'saturated'],
  ] as const)('a cpu at %d is %s', (cpu, state) => {
    const row = judged(busy('a', cpu));
    expect(row).toMatchObject({ state, binding: 'cpu', tier: 'reported', confidence: 'high' });
    expect(row.utilization).toEqual({ value: cpu, low: cpu, high: cpu });
  });

  test('the hottest resource binds, and is named', () => {
    const row = judged(server('a', { signals: [signal('cpu', 0.4), signal('fds', 0.93)], ageMs: 0 }));
    expect(row).toMatchObject({ state: 'near', binding: 'fds' });
    expect(row.evidence).toContain('fds 93%');
  });

  test('a resource without a share binds by its state', () => {
    const queue = signal('run-queue', null, { value: 41, state: 'saturated' });
    const row = judged(server('a', { signals: [signal('cpu', 0.7), queue], ageMs: 0 }));
    expect(row).toMatchObject({ state: 'saturated', binding: 'run-queue', utilization: null });
    expect(row.evidence).toContain('41ms');
  });

  test('pressure that the kernel sees counts, with less confidence', () => {
    const pressed = signal('cpu', 0.9, { tier: 'pressure' });
    expect(judged(server('a', { signals: [pressed], ageMs: 0 }))).toMatchObject({
      state: 'near',
      tier: 'pressure',
      confidence: 'medium',
    });
  });

  test('a processor of which tasks wait, or that a quota holds back, is near whatever its share', () => {
    const throttled = signal('cpu', 0.34, { state: 'near', signs: ['throttled'] });
    const facts = server('a', { signals: [throttled], ageMs: 0, ratePerSecond: 100 });
    const row = judged(facts);
    expect(row).toMatchObject({ state: 'near', binding: 'cpu', confidence: 'medium', room: null });
    expect(row.utilization?.value).toBe(0.34);
    // A share that is near by itself is held against what was asked for.
    const share = signal('cpu', 0.9, { state: 'near' });
    expect(judged(server('a', { signals: [share], ageMs: 0 }), { near: 0.95, workers: 64 }).state).toBe('ok');
  });

  test('memory alone is no proof that all is well', () => {
    const row = judged(server('a', { signals: [signal('memory', 0.3)], ageMs: 0 }));
    expect(row.state).toBe('low-observability');
    expect(row.evidence).toContain('not of its processor');
  });

  test('figures of more than three minutes ago are not judged', () => {
    expect(judged(busy('a', 0.2, { ageMs: 181_000 })).state).toBe('low-observability');
    expect(judged(busy('a', 0.2, { ageMs: 60_000 }))).toMatchObject({ state: 'ok', confidence: 'medium' });
  });
});

describe('by how it answers', () => {
  test('AT-7.2: sixteen workers at 80 % answer 1.095 times slower: that tells nothing, and is not fine', () => {
    const calm = calmOf(same(10, 300));
    const row = judged(server('a', { latency: answered(same(10.95, 300), { calm }) }), {
      near: 0.8,
      workers: 16,
    });
    expect(row).toMatchObject({ state: 'low-observability', tier: 'latency', binding: 'latency' });
    expect(row.utilization?.low).toBeCloseTo(1 - 1 / 1.095, 3);
    expect(row.utilization?.high).toBeGreaterThanOrEqual(0.8);
    expect(row.room).toBeNull();
  });

  test('six times slower than calm is near the limit with any number of workers', () => {
    const calm = calmOf(same(10, 300));
    expect(judged(server('a', { latency: answered(same(60, 300), { calm }) }))).toMatchObject({
      state: 'near',
      confidence: 'low',
    });
  });

  test('as fast as calm is fine only where few workers are known and the calm was an idle moment', () => {
    const calm = calmOf(same(10, 300));
    const latency = answered(same(10, 300), { calm });
    expect(judged(server('a', { latency }), { near: 0.8, workers: 2 }).state).toBe('ok');
    expect(judged(server('a', { latency })).state).toBe('low-observability');
    const once = { ...latency, calm: { ...calm, looks: 1, coveredMs: 0 } };
    expect(judged(server('a', { latency: once }), { near: 0.8, workers: 2 }).state).toBe('low-observability');
  });

  test('the way there hides how busy a server is: without it, as fast as calm may be many times slower', () => {
    const latency = answered(same(52, 300), { calm: calmOf(same(51, 300)) });
    const rules = { near: 0.8, workers: 2 };
    expect(judged(server('a', { latency }), rules).state).toBe('ok');
    const near = judged(server('a', { latency: { ...latency, connectMs: 50.9 } }), rules);
    expect(near.state).toBe('low-observability');
    expect(near.utilization?.high).toBeGreaterThan(0.8);
    const beyond = { ...latency, connectMs: 60 };
    expect(judged(server('a', { latency: beyond }), rules).utilization?.high).toBe(1);
  });

  test('what makes it slow is not seen by its own signals: an outlier', () => {
    const calm = calmOf(same(10, 300));
    const row = judged(busy('a', 0.2, { latency: answered(same(90, 300), { calm }) }));
    expect(row.state).toBe('outlier');
    expect(row.evidence).toContain('cpu 20%');
  });

  test('our own lateness spoils it', () => {
    const calm = calmOf(same(1, 300));
    const row = judged(server('a', { latency: answered(same(9, 300), { calm, lagMs: 3 }) }));
    expect(row.state).toBe('low-observability');
    expect(row.evidence).toContain('this machine was too busy');
  });

  test('among too few peers, or with too few answers, nobody is an outlier', () => {
    const fleet = (count: number, answers: number) =>
      Array.from({ length: count }, (_, index) =>
        server(String(index), { latency: answered(same(index === 0 ? 500 : 10, answers)) }),
      );
    expect(judgeFleet(fleet(4, 30), RULES).counts.outlier).toBe(1);
    expect(judgeFleet(fleet(3, 30), RULES).counts.outlier).toBe(0);
    expect(judgeFleet(fleet(4, 29), RULES).counts.outlier).toBe(0);
  });

  test('two per cent slower than a fleet of clones is no news', () => {
    const fleet = [10, 10, 10, 10, 10.2].map((ms, index) =>
      server(String(index), { latency: answered(same(ms, 300)) }),
    );
    expect(judgeFleet(fleet, RULES).counts.outlier).toBe(0);
  });
});

describe('failing', () => {
  test('AT-7.4: a dead server is down, whatever is remembered of it', () => {
    const reach = { isAlive: false, failure: 'connection refused' };
    const row = judged(busy('a', 0.1, { reach, ratePerSecond: 0, capacityPerSecond: 500 }));
    expect(row).toMatchObject({
      state: 'down',
      room: null,
      utilization: null,
      evidence: 'connection refused',
    });
  });

  test('a page of metrics does not save a service of which no request succeeds', () => {
    const latency = answered([], { sent: 6, broken: 2, refused: 4 });
    const row = judged(busy('a', 0.1, { latency }));
    expect(row.state).toBe('down');
    expect(row.evidence).toContain('2 without an answer, 4 with 503');
  });

  test('a share of refused requests is load that is shed', () => {
    expect(judged(busy('a', 0.5, { latency: answered(same(5, 10), { sent: 20, refused: 10 }) })).state).toBe(
      'saturated',
    );
    expect(judged(busy('a', 0.5, { latency: answered(same(5, 19), { sent: 20, refused: 1 }) })).state).toBe(
      'ok',
    );
  });

  test('a service that fails a share of its requests is not fine, however idle it says it is', () => {
    const failing = answered(same(5, 3), { sent: 6, errors: 3 });
    const row = judged(busy('a', 0.1, { latency: failing }));
    expect(row).toMatchObject({ state: 'outlier', binding: null, room: null });
    expect(row.evidence).toContain('some of 6 requests to its service failed: 3 with a server error');
    expect(judged(busy('a', 0.1, { latency: answered(same(5, 19), { sent: 20, errors: 1 }) })).state).toBe(
      'ok',
    );
  });

  test('what a server that is down tells of itself may be why', () => {
    const latency = answered([], { sent: 6, broken: 6 });
    expect(judged(busy('a', 0.99, { latency })).evidence).toContain('6 without an answer; cpu 99%');
    const reach = { isAlive: false, failure: 'refused' };
    expect(judged(busy('a', 0.99, { reach })).evidence).toBe('refused');
  });

  test('a limiter says nothing of the load', () => {
    const row = judged(server('a', { latency: answered([], { sent: 6, limited: 6 }) }));
    expect(row.state).toBe('low-observability');
    expect(row.evidence).toContain('429');
    const missing = judged(server('a', { latency: answered([], { sent: 6 }) }));
    expect(missing.evidence).toContain('none of 6 answers was a good one');
  });
});

describe('requests per second that are left', () => {
  test('gRFC A58: 80/s at 80 %, 4 errors/s, penalty 1: 94.1176/s', () => {
    const load = { ratePerSecond: 80, errorsPerSecond: 4, utilization: 0.8 };
    expect(estimatedCapacity(load)).toBeCloseTo(94.1176, 4);
  });

  test('a capacity that was shown wins over an estimate', () => {
    expect(judged(busy('a', 0.4, { ratePerSecond: 100, capacityPerSecond: 180 })).room).toEqual({
      perSecond: 80,
      capacityPerSecond: 180,
      source: 'history',
    });
    expect(judged(busy('a', 0.4, { ratePerSecond: 100 })).room).toEqual({
      perSecond: 150,
      capacityPerSecond: 250,
      source: 'estimate',
    });
    expect(judged(busy('a', 0.05, { ratePerSecond: 100 })).room).toBeNull();
    expect(judged(busy('a', 0.4)).room).toBeNull();
  });

  test('what is at its limit takes no more, and what is short of something else is not scaled up', () => {
    const full = { signals: [signal('cpu', 0.4), signal('fds', 1)], ageMs: 0, ratePerSecond: 100 };
    expect(judged(server('a', { ...full, capacityPerSecond: 300 })).room?.perSecond).toBe(0);
    expect(judged(server('a', full)).room?.perSecond).toBe(0);
    const short = { ...full, signals: [signal('cpu', 0.4), signal('fds', 0.9)] };
    expect(judged(server('a', short)).room).toBeNull();
    expect(judged(server('a', { ...short, capacityPerSecond: 300 })).room?.perSecond).toBe(200);
  });
});

describe('when one is lost', () => {
  test('three at 60 % leave two at 90 %', () => {
    const carriers = ['a', 'b', 'c'].map((name) => ({ server: name, utilization: 0.6, ratePerSecond: null }));
    const answer = whenLost(carriers, 0.8);
    expect(answer?.after.map(({ utilization }) => Math.round(utilization * 100))).toEqual([90, 90]);
    expect(answer?.text).toBe('if a were lost, b and c would be at 90% and 90%');
    expect(answer?.breaks).toEqual([]);
  });

  test('those who break are named', () => {
    const carriers = [
      { server: 'api-1', utilization: 0.83, ratePerSecond: null },
      { server: 'api-3', utilization: 0.9, ratePerSecond: null },
      { server: 'api-7', utilization: 0.78, ratePerSecond: null },
    ];
    const answer = whenLost(carriers, 0.8);
    expect(answer).toMatchObject({ lost: 'api-3', breaks: ['api-1', 'api-7'], nears: [] });
    expect(answer?.text).toBe('if api-3 were lost, api-1 and api-7 would be at 129% and 122%');
  });

  test('load is neither lost nor made, and goes by the rates where all are known', () => {
    const carrier = fc.record({
      utilization: fc.double({ min: 0.01, max: 1, noNaN: true }),
      rate: fc.double({ min: 1, max: 1000, noNaN: true }),
    });
    fc.assert(
      fc.property(fc.array(carrier, { minLength: 2, maxLength: 20 }), (drawn) => {
        const carriers = drawn.map(({ utilization, rate }, index) => ({
          server: String(index),
          utilization,
          ratePerSecond: rate,
        }));
        const answer = whenLost(carriers, 0.8);
        const total = drawn.reduce((sum, { rate }) => sum + rate, 0);
        const most = Math.max(...drawn.map(({ rate }) => rate));
        for (const { server: name, utilization } of answer?.after ?? []) {
          const before = carriers[Number(name)]?.utilization ?? 0;
          expect(utilization).toBeCloseTo((before * total) / (total - most), 6);
        }
        expect(answer?.after.length).toBe(drawn.length - 1);
      }),
    );
  });

  test('those whose load is not known are said not to be counted', () => {
    const reach = { isAlive: false, failure: 'refused' };
    const fleet = [busy('a', 0.3), busy('b', 0.3), server('c'), server('d'), busy('e', 0.9, { reach })];
    expect(judgeFleet(fleet, RULES).lost?.text).toMatch(/; not counted: 2 servers that tell no load$/);
    expect(judgeFleet(fleet.slice(0, 2), RULES).lost?.text).not.toContain('not counted');
  });

  test('a server that is down, or tells no load, carries nothing', () => {
    const reach = { isAlive: false, failure: 'refused' };
    expect(judgeFleet([busy('a', 0.5), busy('b', 0.5, { reach }), server('c')], RULES).lost).toBeNull();
  });
});

describe('all together', () => {
  test('order, counts and status', () => {
    const fleet = [
      busy('fine', 0.1),
      server('silent'),
      busy('hot', 0.9),
      busy('hotter', 0.95),
      busy('full', 1.1),
      server('dead', { reach: { isAlive: false, failure: 'refused' } }),
      busy('half', 0.5),
    ];
    const verdict = judgeFleet(fleet, RULES);
    expect(verdict.rows.map(({ server: name }) => name)).toEqual([
      'dead',
      'full',
      'hotter',
      'hot',
      'silent',
      'half',
      'fine',
    ]);
    expect(verdict.status).toBe('fail');
    expect(verdict.text).toBe('3 of 7 servers at or beyond 80% of capacity, 1 down, 1 that cannot be told');
  });

  test.each([
    [[busy('a', 0.1), busy('b', 0.2)], 'pass'],
    [[busy('a', 0.1), server('b')], 'inconclusive'],
    [[server('a')], 'inconclusive'],
    [[], 'inconclusive'],
    [[busy('a', 0.9), server('b')], 'fail'],
  ] as const)('%# is told as it is', (fleet, status) => {
    expect(judgeFleet(fleet, RULES).status).toBe(status);
  });

  test('whatever comes in, every server is in one place, in order, and nothing dead has room', () => {
    const facts = fc.record({
      alive: fc.boolean(),
      shares: fc.array(
        fc.tuple(fc.constantFrom(...RESOURCES), fc.option(fc.double({ min: 0, max: 2, noNaN: true }))),
      ),
      values: fc.array(fc.double({ min: 0.1, max: 1e4, noNaN: true }), { maxLength: 40 }),
      rate: fc.option(fc.double({ min: 0, max: 1e5, noNaN: true })),
    });
    fc.assert(
      fc.property(fc.array(facts, { maxLength: 12 }), (drawn) => {
        const fleet = drawn.map(({ alive, shares, values, rate }, index) =>
          server(String(index), {
            reach: { isAlive: alive, failure: alive ? null : 'refused' },
            signals: shares.map(([resource, share]) => signal(resource, share)),
            ageMs: 0,
            latency: answered(values),
            ratePerSecond: rate,
          }),
        );
        const { rows, counts } = judgeFleet(fleet, RULES);
        expect(rows.map(({ server: name }) => name).toSorted()).toEqual(
          fleet.map(({ name }) => name).toSorted(),
        );
        const places = rows.map(({ state }) => FLEET_STATES.indexOf(state));
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(rows.length);
        expect(rows.filter(({ state, room }) => state === 'down' && room !== null)).toEqual([]);
        expect(rows.filter(({ evidence }) => evidence === '')).toEqual([]);
      }),
    );
  });
});

test('a middle has no upper bound with five values, and one with six', () => {
  expect(middleIn([])).toBeNull();
  expect(middleIn([5, 1, 4, 2, 3])).toEqual({ medianMs: 3, lowMs: 0, highMs: null, count: 5 });
  expect(middleIn([6, 5, 1, 4, 2, 3])).toEqual({ medianMs: 3.5, lowMs: 1, highMs: 6, count: 6 });
});
