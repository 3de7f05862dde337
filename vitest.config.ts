import type { ViteUserConfig } from 'vitest/config';

/** A real browser has its own pace, and needs a processor. */
const BROWSER = 'test/**/browser.test.ts';

/** What drives real servers and processes, and so needs their time, though it lies beside calculations. */
const REAL = [
  BROWSER,
  'test/demo/**/*.test.ts',
  'test/app/{measure,probe,run-length,send}.test.ts',
  'test/app/compare/library.test.ts',
  'test/app/{capture,courier,emit,fleet,observe}/**/*.test.ts',
  'test/app/world/{post,scrape}.test.ts',
  'test/app/search/carry-out.test.ts',
  'test/app/server/supervise.test.ts',
];

/** What takes long and is the same on every Node: `HEADROOM_TESTS=core` leaves it out. */
const LONG = [
  BROWSER,
  'test/demo/**/*.test.ts',
  'test/app/run-length.test.ts',
  'test/app/{capture,fleet,observe}/**/*.test.ts',
  'test/app/search/simulated.test.ts',
  'test/verdict/decision.test.ts',
  'test/verdict/capacity/{accuracy*,sick-servers}.test.ts',
  'test/verdict/compare/procedure.test.ts',
  'test/cli/server.test.ts',
  'test/cli/canary-keeping.test.ts',
  'test/cli/canary/binary-canary.test.ts',
  'test/cli/fleet/*.test.ts',
  'test/cli/history.test.ts',
  'test/cli/pager/binary-drill.test.ts',
  'test/cli/search/binary-search.test.ts',
  'test/cli/compare/binary-compare.test.ts',
  'test/cli/shards.test.ts',
];
const left = process.env['HEADROOM_TESTS'] === 'core' ? LONG : [];

/**
 * Four projects, one after the other: `unit` needs no real time, `cli` spawns programs, `load` drives the
 * engine over real sockets, and `integration` measures; the last two have the machine to themselves, a file at a time.
 * Those three try a failed test again: a shared machine may lose a moment, and a bound that held would be too loose.
 *
 * `VITEST_JSON=<file>` also writes the machine-readable report that .ci/count.mjs sums.
 */
const jsonFile = process.env['VITEST_JSON'];

const config: ViteUserConfig = {
  test: {
    reporters: jsonFile === undefined ? ['default'] : ['default', ['json', { outputFile: jsonFile }]],
    projects: [
      {
        test: {
          name: 'unit',
          maxWorkers: 2,
          // Calculations leave nothing behind, and loading every module anew for each file costs a fifth of the time.
          isolate: false,
          testTimeout: 30_000,
          include: ['test/**/*.test.ts'],
          exclude: [
            'test/cli/**',
            'test/load/**',
            'test/integration/**',
            'test/fixtures/**',
            ...REAL,
            ...left,
          ],
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          name: 'cli',
          retry: 2,
          include: ['test/cli/**/*.test.ts', ...REAL],
          exclude: left,
          testTimeout: 30_000,
          hookTimeout: 30_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'load',
          retry: 2,
          include: ['test/load/**/*.test.ts'],
          testTimeout: 30_000,
          hookTimeout: 30_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          name: 'integration',
          retry: 2,
          include: ['test/integration/**/*.test.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
};

export default config;
