/**
 * Asks servers of known capacity the launch question at 0.5, 0.8, 1.2 and 2 times that capacity, and prints what was
 * answered as Markdown. `node bench/truth.mjs [seeds] [budget]`, default 5 and 60s: about an hour.
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { askTruth } from '../test/fixtures/servers/ask-truth.mjs';
import { ALLOWED_RATIO, capacityOf, LIMIT_MS, MODELS } from '../test/fixtures/servers/truth-models.mjs';
import { median } from './measure.mjs';

const FACTORS = [0.5, 0.8, 1.2, 2];
const HEADROOM = fileURLToPath(new URL('../bin/headroom.js', import.meta.url));

const seeds = Number(process.argv[2] ?? 5);
const maxDuration = process.argv[3] ?? '60s';
const print = (line) => process.stdout.write(`${line}\n`);

const RIGHT = { yes: (factor) => factor < 1, no: (factor) => factor > 1, inconclusive: () => null };
const totals = { right: 0, wrong: 0, open: 0, clearOpen: 0, clear: 0 };

print(
  `Objectives: p99 < ${LIMIT_MS}ms, errors < ${ALLOWED_RATIO * 100}%. Budget of a question: ${maxDuration}.\n`,
);
print('| server | capacity | asked | yes | no | inconclusive | wrong | seconds, median | requests, median |');
print('|---|---|---|---|---|---|---|---|---|');
for (const name of Object.keys(MODELS)) {
  const capacity = capacityOf(name, 1_000_000);
  for (const factor of FACTORS) await ask(name, capacity, factor);
}
const asked = totals.right + totals.wrong + totals.open;
print(`\n${asked} questions: ${totals.right} right, ${totals.wrong} wrong, ${totals.open} inconclusive`);
print(`(${totals.clearOpen} of the ${totals.clear} at half and at twice the capacity).\n`);
demo();

async function ask(name, capacity, factor) {
  const results = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    results.push(await askTruth({ name, perSecond: factor * capacity, seed, maxDuration }));
  }
  const answers = results.map(({ launch }) => launch.answer);
  const count = (answer) => answers.filter((found) => found === answer).length;
  const wrong = answers.filter((answer) => RIGHT[answer]?.(factor) === false).length;
  const open = count('inconclusive');
  totals.right += answers.length - wrong - open;
  totals.wrong += wrong;
  totals.open += open;
  if (factor === 0.5 || factor === 2) {
    totals.clear += answers.length;
    totals.clearOpen += open;
  }
  const seconds = median(results.map(({ capacity: { elapsedMs } }) => elapsedMs / 1000));
  const requests = median(results.map(({ capacity: { requests: sent } }) => sent));
  print(
    `| ${name} | ${capacity.toFixed(0)}/s | ${factor} x = ${(factor * capacity).toFixed(0)}/s | ${count('yes')} ` +
      `| ${count('no')} | ${open} | ${wrong} | ${seconds.toFixed(0)} | ${requests.toFixed(0)} |`,
  );
}

/** What an answer about the example system costs, beside a fixed ramp of 20 steps of 30 s up to the same rates. */
function demo() {
  const run = spawnSync(process.execPath, [HEADROOM, 'demo', 'launch', '--json', '--quiet'], {
    encoding: 'utf8',
  });
  const { capacity, launch } = JSON.parse(run.stdout);
  const highest = Math.max(...capacity.trials.map(({ ratePerSecond }) => ratePerSecond));
  const question = capacity.trials.filter(({ purpose }) => purpose === 'question');
  const after = capacity.trials[capacity.trials.indexOf(question.at(-1)) + 1];
  const ramp = Array.from({ length: 20 }, (_, step) => ((step + 1) / 20) * highest * 30);
  const rampRequests = ramp.reduce((sum, requests) => sum + requests, 0);
  print('| the example system | seconds | requests, of the answer without the way up |');
  print('|---|---|---|');
  print(
    `| to the answer (${launch.answer}) | ${((after?.startedMs ?? capacity.elapsedMs) / 1000).toFixed(0)} | ` +
      `${question.reduce((sum, { sent }) => sum + sent, 0)} |`,
  );
  print(`| with the bracket | ${(capacity.elapsedMs / 1000).toFixed(0)} | ${capacity.requests} |`);
  print(`| a ramp of 20 steps of 30 s to ${highest.toFixed(0)}/s | 600 | ${rampRequests.toFixed(0)} |`);
}
