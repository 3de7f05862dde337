/**
 * Breaks the example system in every way that a canary must name, and prints what it was called and when, as Markdown.
 * `node bench/drill.mjs [seeds] [at once]`, default 20 and 3: half an hour on an idle machine of two processors.
 */

import { drillAll, NAMES } from '../test/fixtures/drill/matrix.mjs';
import { median } from './measure.mjs';

const seeds = Number(process.argv[2] ?? 20);
const atOnce = Number(process.argv[3] ?? 3);
const print = (line) => process.stdout.write(`${line}\n`);

/** Runs of one second in three, three bad ones of five fire, two good ones end it; nobody is told of a good service. */
const EVERY_MS = 3000;
const CALLED = [...new Set(Object.values(NAMES))];

const seedsOf = Array.from({ length: seeds }, (_, index) => index + 1);
const wishes = Object.keys(NAMES).flatMap((fault) =>
  seedsOf.map((seed) => ({
    fault,
    seed,
    everyMs: EVERY_MS,
    ...(fault === 'healthy' ? { withinMs: 60_000 } : {}),
  })),
);
const reports = await drillAll(wishes, atOnce, ({ fault, seed, called }) => {
  process.stderr.write(`${fault} ${seed}: ${called}\n`);
});

print(
  `${seeds} drills of each fault, a run every ${EVERY_MS / 1000} s, ${atOnce} at once. Rows: what was broken; columns: `,
);
print('what the pager was told.\n');
print(`| fault | ${CALLED.join(' | ')} |`);
print(`|---|${CALLED.map(() => '---:').join('|')}|`);
for (const fault of Object.keys(NAMES)) print(confusionRow(fault));
print('\nTimes from the fault to the acknowledgement, and from its end to the resolve, in seconds.\n');
print('| fault | computed | median | longest | allowed | resolve, median | runs to the sound, median |');
print('|---|---:|---:|---:|---:|---:|---:|');
for (const fault of Object.keys(NAMES).filter((each) => each !== 'healthy')) print(timesRow(fault));
const wrong = reports.filter(({ fault, called }) => called !== NAMES[fault]);
const late = reports.filter(({ fault, acknowledgedMs, withinMs }) => {
  return fault !== 'healthy' && !(acknowledgedMs !== null && acknowledgedMs <= withinMs);
});
print(`\n${reports.length} drills: ${wrong.length} by another name, ${late.length} too late or never.`);
process.exitCode = wrong.length + late.length > 0 ? 1 : 0;

function of(fault) {
  return reports.filter((report) => report.fault === fault);
}

function confusionRow(fault) {
  const counts = CALLED.map((name) => of(fault).filter(({ called }) => called === name).length);
  return `| ${fault} | ${counts.map((count) => (count === 0 ? '.' : count)).join(' | ')} |`;
}

function timesRow(fault) {
  const own = of(fault);
  const seconds = (ms) => (ms === null || !Number.isFinite(ms) ? '–' : (ms / 1000).toFixed(1));
  const acknowledged = own.map(({ acknowledgedMs }) => acknowledgedMs ?? Infinity);
  const [first] = own;
  const cells = [
    seconds(first.expected.detectionMs),
    seconds(median(acknowledged)),
    seconds(Math.max(...acknowledged)),
    seconds(first.withinMs),
    seconds(median(own.map(({ resolvedMs }) => resolvedMs ?? Infinity))),
    median(own.map(({ runsBroken }) => runsBroken)),
  ];
  return `| ${fault} | ${cells.join(' | ')} |`;
}
