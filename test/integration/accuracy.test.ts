/** The clocks against servers whose truth is known. Real time: bounds hold on a machine that loses 20 ms now and then. */

import { afterEach, describe, expect, test } from 'vitest';
import { checkAccounts } from '../../src/record/accounts.ts';
import type { Tally } from '../../src/record/tally.ts';
import { startTimed, type TimedOptions, type TimedServer } from '../support/timed-server.ts';
import { drive, openLoad, planFor } from '../support/traffic.ts';

const servers: TimedServer[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(options: TimedOptions): Promise<TimedServer> {
  const server = await startTimed(options);
  servers.push(server);
  return server;
}

function quantile(tally: Tally | undefined, q: number): number {
  return tally?.atRank(Math.max(1, Math.ceil(q * tally.count))) ?? NaN;
}

/** The first of up to three runs that `holds`, else the last. A noisy machine gets another try, not a looser bound. */
async function bestOf<T>(run: () => Promise<T>, holds: (result: T) => boolean): Promise<T> {
  let result = await run();
  for (let again = 0; again < 2 && !holds(result); again += 1) result = await run();
  return result;
}

function within(value: number, truth: number, tolerance: number): boolean {
  return Math.abs(value - truth) <= tolerance;
}

describe('a server that stands still for 1.0 s of a 10 s run at 100/s', () => {
  const FREEZE = { delayMs: 1, freezeAtMs: 4000, freezeForMs: 1000 };

  test('shows in the response time as the schedule wants it', { timeout: 60_000, retry: 0 }, async () => {
    const measure = async (): Promise<number[]> => {
      const server = await serve(FREEZE);
      const { recording } = await drive(planFor(server.url, { load: openLoad(100, 10_000) }), {
        warmUp: 'short',
      });
      checkAccounts(recording);
      const response = recording.targets[0]?.response;
      return [0.9, 0.95, 0.99, 1].map((q) => quantile(response, q));
    };
    const truth = [1, 501, 901, 1001];
    const holds = (found: readonly number[]): boolean =>
      found.every((value, index) => within(value, truth[index] ?? 0, 40));
    const found = await bestOf(measure, holds);
    truth.forEach((value, index) => expect(Math.abs((found[index] ?? NaN) - value)).toBeLessThanOrEqual(40));
  });

  test('is hidden from the service time when one connection waits its turn', {
    timeout: 60_000,
  }, async () => {
    const measure = async (): Promise<{ service: number; response: number }> => {
      const server = await serve(FREEZE);
      const load = openLoad(100, 10_000, { connections: { max: 1, lifetimeMs: null, freshRatio: 0 } });
      const { recording } = await drive(planFor(server.url, { load }), { warmUp: 'short' });
      const target = recording.targets[0];
      return { service: quantile(target?.service, 0.99), response: quantile(target?.response, 0.99) };
    };
    const { service, response } = await bestOf(
      measure,
      (found) => found.service < 20 && found.response > 50 * found.service,
    );
    expect(service).toBeLessThan(20);
    expect(response).toBeGreaterThan(50 * service);
  });
});

describe('a server that takes 50 ms', () => {
  test("obeys Little's law at 200/s: L = X W", { timeout: 60_000 }, async () => {
    const server = await serve({ delayMs: 50 });
    const measure = async (): Promise<{ little: number; w: number }> => {
      const { recording, offeredMs } = await drive(planFor(server.url, { load: openLoad(200, 5000) }), {
        warmUp: 'short',
      });
      const tally = recording.targets[0]?.response;
      const w = (tally?.sumMs ?? 0) / (tally?.count ?? 1);
      const l = recording.counts.inFlightMs / offeredMs;
      const x = recording.counts.completed / (offeredMs / 1000);
      return { little: l / ((x * w) / 1000), w };
    };
    const { little, w } = await bestOf(
      measure,
      (found) => within(found.little, 1, 0.02) && found.w >= 50 && found.w <= 53,
    );
    expect(Math.abs(little - 1)).toBeLessThanOrEqual(0.02);
    expect(w).toBeGreaterThanOrEqual(50);
    expect(w).toBeLessThanOrEqual(53);
  });
});

describe('known distributions of delay', () => {
  const lognormal = Array.from(
    { length: 997 },
    (_, index) => 5 * Math.exp(0.6 * normalQuantile((index * 0.618034) % 1)),
  );
  const bimodal = Array.from({ length: 1000 }, (_, index) => (index % 10 === 7 ? 80 : 4));

  test.each([
    { name: 'lognormal', delayMs: lognormal },
    { name: 'bimodal', delayMs: bimodal },
  ])('are measured as the server measured them: $name', { timeout: 60_000 }, async ({ delayMs }) => {
    const measure = async (): Promise<number[]> => {
      const server = await serve({ delayMs });
      const { recording } = await drive(planFor(server.url, { load: openLoad(400, 4000) }), {
        warmUp: 'short',
      });
      const truth = [...(await server.stats()).delaysMs].sort((a, b) => a - b);
      expect(truth).toHaveLength(1600);
      const service = recording.targets[0]?.service;
      return [0.1, 0.5, 0.75, 0.95, 0.99].map((q) => {
        const exact = truth[Math.ceil(q * truth.length) - 1] ?? NaN;
        return quantile(service, q) - exact;
      });
    };
    const holds = (differences: readonly number[]): boolean => differences.every((ms) => ms > -0.2 && ms < 2);
    const differences = await bestOf(measure, holds);
    for (const ms of differences) {
      expect(ms).toBeGreaterThan(-0.2);
      expect(ms).toBeLessThan(2);
    }
  });
});

describe('arrivals as the server sees them', () => {
  test('are exactly as many as planned, evenly spaced', { timeout: 60_000 }, async () => {
    const server = await serve({});
    const mostIn10Ms = async (): Promise<number> => {
      server.forget();
      const { recording } = await drive(planFor(server.url, { load: openLoad(100, 3000) }), {
        warmUp: 'short',
      });
      const { arrivalsMs } = await server.stats();
      expect(recording.counts.sent).toBe(300);
      expect(arrivalsMs).toHaveLength(300);
      return Math.max(
        ...arrivalsMs.map((from) => arrivalsMs.filter((at) => at >= from && at < from + 10).length),
      );
    };
    expect(await bestOf(mostIn10Ms, (most) => most <= 5)).toBeLessThanOrEqual(5);
  });

  test('are the same schedule, targets and data for the same seed', { timeout: 60_000 }, async () => {
    const server = await serve({});
    const plan = planFor(server.url, {
      load: openLoad(200, 1000, { arrivals: 'poisson' }),
      targets: [{ weight: 3 }, { weight: 1, url: `${server.url}other` }],
      seed: 42,
    });
    const first = await drive(plan);
    const second = await drive(plan);
    const shares = [first, second].map(({ recording }) => recording.targets.map((target) => target.sent));
    expect(shares[0]).toEqual(shares[1]);
    expect(first.recording.counts.planned).toBe(second.recording.counts.planned);
    const split = await drive(plan, { workers: 3 });
    expect(split.recording.targets.map((target) => target.sent)).toEqual(shares[0]);
  });
});

/** Rough normal quantile, good enough to make a lognormal shape: logistic approximation. */
function normalQuantile(p: number): number {
  const bounded = Math.min(Math.max(p, 0.002), 0.998);
  return Math.log(bounded / (1 - bounded)) / 1.702;
}
