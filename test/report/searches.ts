/** Documents of `headroom capacity` and `headroom launch` for the tests of the reports: one for each kind of answer. */

import type { ResultDocument } from '../../src/result/document.ts';
import { sampleCapacity, sampleLaunch, sampleTrial } from '../support/sample-search.ts';
import { passResult } from './results.ts';

/** What a search adds to a run whose objectives hold. */
function search(over: Partial<ResultDocument>): ResultDocument {
  return {
    ...passResult(),
    agreement: [],
    repeat: 'headroom capacity --plan headroom.yaml --seed 42 --max-duration 10m',
    ...over,
  };
}

/** A bracket between 317/s and 345/s. */
export function capacityResult(): ResultDocument {
  const { totals } = passResult();
  const ratePerSecond = { asked: 317, sent: 316.8, completed: 316.4, good: 316.4 };
  return search({ command: 'capacity', totals: { ...totals, ratePerSecond }, capacity: sampleCapacity() });
}

/** Yes: 12/s with a margin and a lost zone, tested at 30/s. */
export function yesResult(): ResultDocument {
  return search({
    command: 'launch',
    repeat:
      'headroom launch --plan headroom.yaml --peak 12/s --margin 25% --zones 2 --lose 1 --surge 10s --soak 30m --seed 42',
    capacity: sampleCapacity({
      heldPerSecond: 30,
      brokePerSecond: 37.2,
      widthRatio: 0.194,
      precisionRatio: 0.2,
      limitedBy: null,
      findings: [],
      rates: [3, 6, 12, 15, 30, 37.2].map((ratePerSecond) => ({
        ratePerSecond,
        label: ratePerSecond > 30 ? 'broken' : ratePerSecond < 12 ? 'undecided' : 'held',
        trials: ratePerSecond === 30 ? 3 : 1,
        measuredMs: ratePerSecond === 30 ? 60_000 : 20_000,
        objective: 'p95 < 250ms',
        count: Math.round(ratePerSecond * 20),
        exceeded: ratePerSecond > 30 ? 96 : 2,
        inflation: 1,
        reason: null,
      })),
      trials: [3, 6, 15, 30, 30, 37.2].map((ratePerSecond, index) =>
        sampleTrial({
          number: index + 1,
          purpose: ratePerSecond === 30 ? 'question' : 'climb',
          ratePerSecond,
          durationMs: 20_000,
          startedMs: index * 24_000,
          shows: ratePerSecond > 30 ? 'broken' : ratePerSecond < 12 ? 'undecided' : 'held',
          label: ratePerSecond > 30 ? 'broken' : ratePerSecond < 12 ? 'undecided' : 'held',
        }),
      ),
      model: {
        usl: null,
        kneePerSecond: null,
        remarks: [{ code: 'TOO_FEW', text: '5 rates held; a model takes 6.' }],
      },
      atLimits: [
        { factor: 0.5, heldPerSecond: 15, brokePerSecond: 30 },
        { factor: 1, heldPerSecond: 30, brokePerSecond: 37.2 },
        { factor: 2, heldPerSecond: 37.2, brokePerSecond: null },
      ],
      estimateMs: 152_000,
      elapsedMs: 148_000,
      budgetMs: null,
      requests: 2904,
    }),
    launch: sampleLaunch(),
  });
}

/** No: 5,333/s were expected of a server that breaks at 345/s. */
export function noResult(): ResultDocument {
  const { totals } = passResult();
  const ratePerSecond = { asked: 345, sent: 344.7, completed: 328.4, good: 327.9 };
  const reasons = [
    {
      code: 'BREACH',
      text: 'followers: p99 < 250ms is breached at 345/s, below the expected peak: 236 of 3,450 took longer, and 17 would be allowed.',
    },
    { code: 'METASTABLE', text: 'After overload the system did not come back at 160/s within 30 s.' },
  ];
  return search({
    command: 'launch',
    totals: { ...totals, ratePerSecond },
    repeat:
      'headroom launch https://staging.example.com/followers --users 20000 --think 30s --requests-per-visit 8 --seed 42',
    objectives: passResult().objectives.map((objective) => ({
      ...objective,
      text: 'p99 < 250ms',
      status: 'fail',
      value: 322,
      low: 296,
      high: 371,
      count: 3450,
      exceeded: 236,
      inflation: 9.13,
    })),
    capacity: sampleCapacity(),
    launch: sampleLaunch({
      answer: 'no',
      askedPerSecond: 16_000 / 3,
      marginRatio: 0.3,
      zones: 3,
      lose: 1,
      users: { count: 20_000, thinkMs: 30_000, requestsPerVisit: 8 },
      questions: [
        {
          id: 'with-margin',
          ratePerSecond: 10_400,
          label: null,
          text: '10,400/s, the peak with a margin of 30% and 1 of 3 zones lost: not asked, since 345/s broke.',
        },
        {
          id: 'without-margin',
          ratePerSecond: 8000,
          label: null,
          text: '8,000/s, the peak with 1 of 3 zones lost: not asked, since 345/s broke.',
        },
        {
          id: 'peak',
          ratePerSecond: 16_000 / 3,
          label: null,
          text: '5,333/s, the expected peak with all zones: not asked, since 345/s broke.',
        },
      ],
      headroom: { low: -0.9406, high: -0.9353 },
      growth: { low: 0.0594, high: 0.0647 },
      surge: null,
      soak: null,
      reasons,
    }),
    verdict: { status: 'fail', reasons },
    exitCode: 1,
  });
}

/** Inconclusive: the generator was at its limit first. */
export function openResult(): ResultDocument {
  const reasons = [
    {
      code: 'GENERATOR_LIMIT',
      text: 'This generator reached its own limit at 320/s, below the 845/s that were asked about: use --workers 2, or a larger machine.',
    },
  ];
  return search({
    command: 'launch',
    stopped: { by: 'signal', text: 'SIGINT was received' },
    repeat: 'headroom launch https://staging.example.com/followers --peak 650/s --margin 30% --seed 42',
    capacity: sampleCapacity({
      brokePerSecond: null,
      widthRatio: null,
      brokeBy: null,
      brokeTarget: null,
      limitedBy: 'generator',
      findings: [],
      rates: sampleCapacity().rates.filter(({ label }) => label !== 'broken'),
      trials: sampleCapacity().trials.filter(({ label }) => label !== 'broken'),
      atLimits: [],
      model: { usl: null, kneePerSecond: null, remarks: [] },
    }),
    launch: sampleLaunch({
      answer: 'inconclusive',
      askedPerSecond: 650,
      marginRatio: 0.3,
      zones: 1,
      lose: 0,
      questions: [
        {
          id: 'with-margin',
          ratePerSecond: 845,
          label: 'undecided',
          text: '845/s, the peak with a margin of 30%: not decided.',
        },
        { id: 'peak', ratePerSecond: 650, label: null, text: '650/s, the expected peak: not tested.' },
      ],
      headroom: { low: -0.5123, high: null },
      growth: { low: 0.4877, high: null },
      surge: null,
      soak: null,
      reasons,
    }),
    verdict: { status: 'inconclusive', reasons },
    exitCode: 3,
  });
}
