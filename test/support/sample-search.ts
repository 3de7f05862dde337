/** A search for the capacity of a server that breaks at about 330/s, for tests of what carries and shows one. */

import type {
  CapacityReport,
  Estimate,
  RateLabel,
  RateReport,
  TrialReport,
} from '../../src/verdict/capacity/report.ts';
import type { LaunchReport } from '../../src/verdict/launch/report.ts';
import type { TrialPurpose } from '../../src/verdict/trial.ts';

const OBJECTIVE = 'p99 < 250ms';

function around(value: number, spread: number): Estimate {
  return { value, low: thousandths(value * (1 - spread)), high: thousandths(value * (1 + spread)) };
}

function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** A trial in which all went well, with the given keys replaced. */
export function sampleTrial(over: Partial<TrialReport> = {}): TrialReport {
  const ratePerSecond = over.ratePerSecond ?? 100;
  const durationMs = over.durationMs ?? 10_000;
  const planned = Math.round((ratePerSecond * durationMs) / 1000);
  return {
    number: 1,
    purpose: 'climb',
    ratePerSecond,
    startedMs: 0,
    durationMs,
    planned,
    sent: planned,
    completed: planned,
    sentPerSecond: ratePerSecond,
    completedPerSecond: thousandths(ratePerSecond * 0.998),
    objective: OBJECTIVE,
    count: planned,
    exceeded: 0,
    inflation: 1,
    errorRatio: { value: 0, low: 0, high: 3 / planned },
    p50Ms: around(8.2, 0.03),
    p99Ms: around(41, 0.15),
    lagP99Ms: 0.081,
    meanInFlight: thousandths(ratePerSecond * 0.012),
    shows: 'held',
    label: 'held',
    codes: [],
    ...over,
  };
}

type Row = readonly [
  TrialPurpose,
  rate: number,
  p50: number,
  p99: number,
  exceeded: number,
  RateLabel,
  RateLabel,
];

/** Purpose, rate, p50, p99, exceedances, what it shows by itself, and what all at its rate show. */
const ROWS: readonly Row[] = [
  ['climb', 20, 8.1, 31, 0, 'undecided', 'undecided'],
  ['climb', 40, 8.1, 33, 0, 'held', 'held'],
  ['climb', 80, 8.2, 36, 0, 'held', 'held'],
  ['climb', 160, 8.4, 48, 0, 'held', 'held'],
  ['climb', 320, 13.1, 214, 19, 'undecided', 'undecided'],
  ['climb', 640, 4012, 9480, 6391, 'broken', 'broken'],
  ['recovery', 160, 8.6, 52, 1, 'held', 'held'],
  ['narrow', 400, 1180, 2960, 3622, 'broken', 'broken'],
  ['narrow', 345, 19.6, 322, 236, 'broken', 'broken'],
  ['narrow', 317, 12.2, 187, 41, 'undecided', 'undecided'],
  ['confirm', 317, 12.4, 196, 38, 'undecided', 'held'],
];

/** The trials of the sample, in their order. */
export function sampleTrials(): TrialReport[] {
  return ROWS.map(([purpose, ratePerSecond, p50, p99, exceeded, shows, label], index) => {
    const durationMs = ratePerSecond === 317 ? 30_000 : 10_000;
    const broken = label === 'broken';
    const inflation = broken ? 9.13 : ratePerSecond > 300 ? 1.42 : 1;
    return sampleTrial({
      number: index + 1,
      purpose,
      ratePerSecond,
      durationMs,
      startedMs: index * 14_000,
      exceeded,
      inflation,
      ...(broken ? { completedPerSecond: Math.min(328.4, ratePerSecond) } : {}),
      ...(ratePerSecond === 640 ? { errorRatio: { value: 0.1184, low: 0.1107, high: 0.1266 } } : {}),
      p50Ms: around(p50, 0.04),
      p99Ms: ratePerSecond === 20 ? { value: null, low: null, high: null } : around(p99, 0.11),
      shows,
      label,
      codes: ratePerSecond === 640 ? ['BREAKER', 'BACKLOG'] : [],
    });
  });
}

function rate(over: Partial<RateReport>): RateReport {
  return {
    ratePerSecond: 100,
    label: 'held',
    trials: 1,
    measuredMs: 10_000,
    objective: OBJECTIVE,
    count: 1000,
    exceeded: 0,
    inflation: 1,
    reason: null,
    ...over,
  };
}

/** Held at 317/s, broke at 345/s. */
export function sampleCapacity(over: Partial<CapacityReport> = {}): CapacityReport {
  return {
    heldPerSecond: 317,
    brokePerSecond: 345,
    widthRatio: 28 / 345,
    precisionRatio: 0.1,
    brokeBy: OBJECTIVE,
    brokeTarget: 'followers',
    limitedBy: 'server',
    findings: [
      {
        code: 'HYSTERESIS',
        text: 'After overload the same rate took 1.4 times as long for 12 s: the system came back, but not at once.',
      },
    ],
    rates: [
      rate({
        ratePerSecond: 20,
        label: 'undecided',
        count: 200,
        reason: { code: 'N_TOO_SMALL', text: '200 requests cannot show p99 < 250ms; 299 could.' },
      }),
      rate({ ratePerSecond: 40, count: 400 }),
      rate({ ratePerSecond: 80, count: 800 }),
      rate({ ratePerSecond: 160, trials: 2, measuredMs: 20_000, count: 3200, exceeded: 1 }),
      rate({
        ratePerSecond: 317,
        trials: 2,
        measuredMs: 60_000,
        count: 19_020,
        exceeded: 79,
        inflation: 1.42,
      }),
      rate({
        ratePerSecond: 320,
        label: 'undecided',
        count: 3200,
        exceeded: 19,
        inflation: 1.42,
        reason: { code: 'UNDECIDED', text: 'Not decided either way; 9,600 more requests would settle it.' },
      }),
      rate({ ratePerSecond: 345, label: 'broken', count: 3450, exceeded: 236, inflation: 9.13 }),
      rate({ ratePerSecond: 400, label: 'broken', count: 4000, exceeded: 3622, inflation: 9.13 }),
      rate({ ratePerSecond: 640, label: 'broken', count: 6400, exceeded: 6391, inflation: 9.13 }),
    ],
    trials: sampleTrials(),
    atLimits: [
      { factor: 0.5, heldPerSecond: 160, brokePerSecond: 317 },
      { factor: 1, heldPerSecond: 317, brokePerSecond: 345 },
      { factor: 2, heldPerSecond: 320, brokePerSecond: null },
    ],
    model: {
      usl: {
        sigma: { value: 0.0211, low: 0.0064, high: 0.0358 },
        kappa: { value: 0.000_412, low: 0, high: 0.000_93 },
        lambda: { value: 118.6, low: 109.2, high: 128 },
        peakPerSecond: 402.7,
        peakInFlight: 48.7,
        measuredInFlight: 6.2,
        points: 6,
      },
      kneePerSecond: 311.4,
      remarks: [
        {
          code: 'EXTRAPOLATED',
          text: 'The peak lies at 7.9 times the largest concurrency that was measured, which is no evidence.',
        },
      ],
    },
    estimateMs: 252_000,
    elapsedMs: 231_400,
    budgetMs: 600_000,
    requests: 41_870,
    ...over,
  };
}

/** A launch expected at 12/s, with a margin of 25 % and one of two zones lost: yes. */
export function sampleLaunch(over: Partial<LaunchReport> = {}): LaunchReport {
  return {
    answer: 'yes',
    askedPerSecond: 12,
    marginRatio: 0.25,
    zones: 2,
    lose: 1,
    users: null,
    questions: [
      {
        id: 'with-margin',
        ratePerSecond: 30,
        label: 'held',
        text: '30/s, the peak with a margin of 25% and 1 of 2 zones lost: held.',
      },
      {
        id: 'without-margin',
        ratePerSecond: 24,
        label: null,
        text: '24/s, the peak with 1 of 2 zones lost: holds, since 30/s held.',
      },
      {
        id: 'peak',
        ratePerSecond: 12,
        label: null,
        text: '12/s, the expected peak with all zones: holds, since 30/s held.',
      },
    ],
    headroom: { low: 1.5, high: 2.1 },
    growth: { low: 2.5, high: 3.1 },
    surge: {
      allowedMs: 60_000,
      breachedMs: 48_000,
      measuredMs: 120_000,
      status: 'pass',
      text: 'From 1.2/s to 12/s at once: breached 48s, then held; 1m are allowed.',
    },
    soak: {
      durationMs: 1_800_000,
      status: 'inconclusive',
      driftRatio: 0.064,
      driftProbability: 0.031,
      text: '12/s for 30m held. The median response time rose by 6.4%. A longer soak shows where it ends.',
    },
    exercised: [
      { id: 'addresses', exercised: true, text: '2 addresses answered, 33 % and 67 % of the requests.' },
      { id: 'connections', exercised: true, text: '10 % of the requests came on fresh connections.' },
      {
        id: 'cache',
        exercised: false,
        text: 'No answer came from a cache, so that hits were not exercised.',
      },
      {
        id: 'keys',
        exercised: false,
        text: 'Every request asked for the same key: a cold cache was not met.',
      },
      { id: 'writes', exercised: true, text: '10 % of the requests were writes.' },
      { id: 'arrivals', exercised: true, text: 'Arrivals were random, as those of independent users are.' },
      { id: 'duration', exercised: false, text: 'Effects rarer than one in 20 s were not seen.' },
    ],
    accepted: false,
    reasons: [],
    ...over,
  };
}
