import type { ViteUserConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** A real browser has its own pace, and needs a processor. */
const BROWSER = 'test/report/html/browser.test.ts';

/** Calculations that lie beside what needs real programs, sockets or time, and need none of it. */
const CALCULATED = [
  'test/cli/{overrides,progress,secrecy}.test.ts',
  'test/cli/compare/display.test.ts',
  'test/cli/search/{bracket-bar,display,flags,truth}.test.ts',
  'test/demo/{capacity,faults,service-time}.test.ts',
  'test/demo/replica/{follower-store,worker-schedule*}.test.ts',
  'test/demo/tls/der.test.ts',
  'test/load/job.test.ts',
  'test/load/dial/*.test.ts',
  'test/load/loop/{arrivals,deadline-wheel*,ledger,pulse-meter}.test.ts',
  'test/load/plain/{request-bytes,response-parser*,response-refusals}.test.ts',
  'test/load/trace/{request-trace,span-log}.test.ts',
  'test/load/transport/{classify,redirect,response}.test.ts',
];

/** What drives real servers and processes in `app`, and so needs their time, though it lies beside calculations. */
const TIMED_IN_APP = [
  'test/app/{measure,probe,run-length,send}.test.ts',
  'test/app/capture/capture.test.ts',
  'test/app/compare/library.test.ts',
  'test/app/courier/{datagrams,stream}.test.ts',
  'test/app/emit/{emission,emitting,page-sink,push-sink}.test.ts',
  'test/app/fleet/fleet.test.ts',
  'test/app/observe/{discover,observed-run,observer}.test.ts',
  'test/app/search/carry-out.test.ts',
  'test/app/server/supervise.test.ts',
  'test/app/world/{post,scrape}.test.ts',
];

/** Runs of the program that have a rhythm or a deadline to keep: the others are as right beside one another. */
const TIMED_IN_CLI = [
  'test/cli/{fleet,pager}/*.test.ts',
  'test/cli/{history,server-side,shards}.test.ts',
  'test/cli/compare/binary-compare.test.ts',
  'test/cli/search/binary-search.test.ts',
];

/** What takes long and is the same on every Node: `HEADROOM_TESTS=core` leaves it out. */
const LONG = [
  'test/{architecture*,documentation,documents}.test.ts',
  'test/app/run-length.test.ts',
  'test/app/{capture,fleet,observe}/*.test.ts',
  'test/app/compare/library.test.ts',
  'test/app/merge/merge.test.ts',
  'test/app/search/{carry-out,simulated}.test.ts',
  'test/cli/{canary-keeping,history,server,server-side,shards}.test.ts',
  'test/cli/canary/binary-canary.test.ts',
  'test/cli/compare/binary-compare.test.ts',
  'test/cli/fleet/*.test.ts',
  'test/cli/pager/*.test.ts',
  'test/cli/search/binary-search.test.ts',
  'test/demo/**/*.test.ts',
  BROWSER,
  'test/support/simulator/*.test.ts',
  'test/verdict/{decision*,queues,verdict.property}.test.ts',
  'test/verdict/capacity/{accuracy*,capacity-search,sick-servers}.test.ts',
  'test/verdict/compare/procedure.test.ts',
  'test/verdict/launch/{collapse,launch-search,launch-seeds,soak}.test.ts',
];
const left = process.env['HEADROOM_TESTS'] === 'core' ? LONG : [];

/** The longest of the projects whose files run two at a time, the longest first: begun last, one would end alone. */
const LONGEST = [
  'verdict/capacity/accuracy.test.ts',
  'verdict/capacity/accuracy-more.test.ts',
  'cli/canary/binary-canary.test.ts',
  'verdict/decision.test.ts',
  'cli/ci/binary-ci.test.ts',
  'verdict/capacity/sick-servers.test.ts',
  'report/html/browser.test.ts',
  'cli/binary-exit.test.ts',
  'cli/monitoring/monitoring.test.ts',
  'app/search/simulated.test.ts',
  'cli/server.test.ts',
  'cli/canary-keeping.test.ts',
];

/** Vitest's own order, which begins with the largest files, behind the longest. */
class LongestFirst extends BaseSequencer {
  public override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const at = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}`));
      return at === -1 ? LONGEST.length : at;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/**
 * Five projects, one after the other: `unit` needs no real time, `cli` starts programs and waits for what they say,
 * `timed` holds clocks, `load` drives the engine over real sockets, and `integration` measures; the last three have the
 * machine to themselves, a file at a time. All but the first try a failed test again: a shared machine may lose a
 * moment, and a bound that held would be too loose.
 *
 * `VITEST_JSON=<file>` also writes the machine-readable report that .ci/count.mjs sums.
 */
const jsonFile = process.env['VITEST_JSON'];

const REAL_TIME = { retry: 2, testTimeout: 30_000, hookTimeout: 30_000 };

const config: ViteUserConfig = {
  test: {
    reporters: jsonFile === undefined ? ['default'] : ['default', ['json', { outputFile: jsonFile }]],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers: 2,
          // Calculations leave nothing behind, and loading every module anew for each file costs a fifth of the time.
          isolate: false,
          testTimeout: 30_000,
          include: [
            'test/*.test.ts',
            'test/!(cli|demo|fixtures|integration|load)/**/*.test.ts',
            ...CALCULATED,
          ],
          exclude: [BROWSER, ...TIMED_IN_APP, ...left],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...REAL_TIME,
          name: 'cli',
          maxWorkers: 2,
          include: ['test/cli/**/*.test.ts', BROWSER],
          exclude: [...CALCULATED, ...TIMED_IN_CLI, ...left],
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...REAL_TIME,
          name: 'timed',
          include: ['test/demo/**/*.test.ts', ...TIMED_IN_APP, ...TIMED_IN_CLI],
          exclude: [...CALCULATED, ...left],
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...REAL_TIME,
          name: 'load',
          include: ['test/load/**/*.test.ts'],
          exclude: CALCULATED,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        test: {
          ...REAL_TIME,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 4 },
        },
      },
    ],
  },
};

export default config;
