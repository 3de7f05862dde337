import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { joinLooks, LooksBook, MOST_SERVERS } from '../../../src/app/observe/looks.ts';
import type { ServerLook, Signal } from '../../../src/core/server/signal.ts';

const cpu = (value: number, parts: Partial<Signal> = {}): Signal => ({
  resource: 'cpu',
  tier: 'reported',
  value,
  utilization: value,
  state: 'ok',
  evidence: 'of a test',
  ...parts,
});

const look = (atMs: number, value: number, spanMs = 1000): ServerLook => ({
  atMs,
  spanMs,
  signals: [cpu(value)],
});

const looksIn = (book: LooksBook): readonly ServerLook[] => book.all()[0]?.looks ?? [];

describe('the book of looks', () => {
  test('keeps what it is given as long as that is little', () => {
    const book = new LooksBook();
    for (let second = 1; second <= 1200; second += 1) book.add('a', look(second * 1000, 0.5));
    expect(looksIn(book)).toHaveLength(1200);
    expect(looksIn(book)[7]).toEqual(look(8000, 0.5));
  });

  test('of two that reach back, put together, reaches back as far as the earlier one', () => {
    const reachMs = 60_000;
    const joined = joinLooks({ ...look(5000, 0.5, 5000), reachMs }, { ...look(10_000, 0.5, 5000), reachMs });
    expect(joined).toMatchObject({ atMs: 10_000, spanMs: 10_000, reachMs: 65_000 });
    expect(joinLooks(look(1000, 0.5), look(2000, 0.5))).not.toHaveProperty('reachMs');
  });

  test('never keeps more than 1200, loses no time, and keeps the mean, however long it lasts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1201, max: 20_000 }),
        fc.integer({ min: 900, max: 1100 }),
        (count, beatMs) => {
          const book = new LooksBook();
          let totalMs = 0;
          for (let n = 1; n <= count; n += 1) {
            // A beat that comes early is followed by one that comes late.
            const spanMs = beatMs + (n % 2 === 0 ? -15 : 15);
            totalMs += spanMs;
            book.add('a', look(totalMs, n % 2, spanMs));
          }
          const looks = looksIn(book);
          expect(looks.length).toBeLessThanOrEqual(1200);
          expect(looks.length).toBeGreaterThan(500);
          const kept = looks.reduce((sum, { spanMs }) => sum + spanMs, 0);
          expect(kept).toBeCloseTo(totalMs, 3);
          const weighted = looks.reduce(
            (sum, { spanMs, signals }) => sum + spanMs * (signals[0]?.value ?? 0),
            0,
          );
          expect(weighted / totalMs).toBeGreaterThan(0.49);
          expect(weighted / totalMs).toBeLessThan(0.53);
          expect(looks.at(-1)?.atMs).toBe(totalMs);
        },
      ),
      { numRuns: 10 },
    );
  });

  test('has room for so many servers and no more, and says so', () => {
    const book = new LooksBook();
    const taken = Array.from({ length: MOST_SERVERS + 5 }, (_, n) => book.add(`s${n}`, look(1000, 0.5)));
    expect(taken.filter(Boolean)).toHaveLength(MOST_SERVERS);
    expect(book.add('s0', look(2000, 0.5))).toBe(true);
    expect(book.all()).toHaveLength(MOST_SERVERS);
  });
});

describe('two looks as one', () => {
  test('have the mean by their lengths, and the state of the worse', () => {
    const worse = cpu(1, { state: 'saturated', evidence: 'worse' });
    const joined = joinLooks(look(1000, 0.2), { atMs: 4000, spanMs: 3000, signals: [worse] });
    expect(joined).toMatchObject({ atMs: 4000, spanMs: 4000 });
    expect(joined.signals).toMatchObject([{ state: 'saturated', evidence: 'worse' }]);
    expect(joined.signals[0]?.value).toBeCloseTo(0.8, 9);
    expect(joined.signals[0]?.utilization).toBeCloseTo(0.8, 9);
  });

  test('have the larger p99: two of them have no mean', () => {
    const queue = (value: number): Signal => cpu(value, { resource: 'run-queue', utilization: null });
    const joined = joinLooks(
      { atMs: 1000, spanMs: 1000, signals: [queue(14)] },
      { atMs: 2000, spanMs: 1000, signals: [queue(2)] },
    );
    expect(joined.signals).toMatchObject([{ value: 14, utilization: null }]);
  });

  test('have what only one of them told', () => {
    const fds = cpu(0.3, { resource: 'fds' });
    const joined = joinLooks(look(1000, 0.4), { atMs: 2000, spanMs: 1000, signals: [fds] });
    expect(joined.signals).toEqual([cpu(0.4), fds]);
  });

  test('of which one knows no limit have the share of the other', () => {
    const unknown = { atMs: 2000, spanMs: 1000, signals: [cpu(0.6, { utilization: null })] };
    expect(joinLooks(look(1000, 0.4), unknown).signals[0]?.utilization).toBe(0.4);
  });
});
