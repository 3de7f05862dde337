/**
 * The benchmark: one core for the generator, one for nginx, generators in turn, medians. Prints Markdown.
 * `node bench/run.mjs [rounds] [part...]`, parts: speed, rate, start, memory (all when none is named).
 */

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { measure, median, memoryAt } from './measure.mjs';
import { startNginx } from './nginx.mjs';
import { AT_2000, FULL_SPEED, SECONDS } from './peers.mjs';

const GENERATOR_CORE = 0;
const SERVER_CORE = 1;
const HEADROOM = fileURLToPath(new URL('../bin/headroom.js', import.meta.url));

const rounds = Number(process.argv[2] ?? 5);
const parts = new Set(process.argv.slice(3));
const wants = (part) => parts.size === 0 || parts.has(part);
const print = (line) => process.stdout.write(`${line}\n`);

const nginx = await startNginx(SERVER_CORE);
if (wants('speed')) await speed();
if (wants('rate')) await rate();
if (wants('start')) start();
if (wants('memory')) await memory();
nginx.stop();

async function inTurn(peers) {
  const results = Object.fromEntries(Object.keys(peers).map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, command] of Object.entries(peers)) {
      results[name].push(
        await measure(command(nginx.url), { core: GENERATOR_CORE, nginx, seconds: SECONDS }),
      );
    }
  }
  return results;
}

async function speed() {
  const results = await inTurn(FULL_SPEED);
  print('| generator | requests/s | CPU us/request | peak MiB | CPU / autocannon, round by round |');
  print('|---|---|---|---|---|');
  for (const [name, runs] of Object.entries(results)) {
    const ratios = runs.map((run, round) => run.cpuUs / results.autocannon[round].cpuUs);
    print(
      `| ${name} | ${median(runs.map((run) => run.perSecond)).toFixed(0)} | ${median(runs.map((run) => run.cpuUs)).toFixed(1)} ` +
        `| ${median(runs.map((run) => run.memoryMiB)).toFixed(0)} | ${median(ratios).toFixed(2)} ` +
        `(${ratios.map((ratio) => ratio.toFixed(2)).join(' ')}) |`,
    );
  }
  print('');
}

async function rate() {
  const results = await inTurn(AT_2000);
  print(
    '| generator at 2,000/s | requests/s | CPU us/request | peak MiB | response p50 | service p50 | lag p50 | lag p99 |',
  );
  print('|---|---|---|---|---|---|---|---|');
  for (const [name, runs] of Object.entries(results)) {
    const of = (pick) => median(runs.map((run) => pick(figures(name, run.output))));
    const ms = (pick) => (Number.isFinite(of(pick)) ? `${(of(pick) * 1000).toFixed(0)} us` : '-');
    print(
      `| ${name} | ${median(runs.map((run) => run.perSecond)).toFixed(0)} | ${median(runs.map((run) => run.cpuUs)).toFixed(1)} ` +
        `| ${median(runs.map((run) => run.memoryMiB)).toFixed(0)} | ${ms((f) => f.response)} | ${ms((f) => f.service)} ` +
        `| ${ms((f) => f.lag)} | ${ms((f) => f.lag99)} |`,
    );
  }
  print('');
}

/** Milliseconds from a generator's own report; NaN where it does not say. */
function figures(name, output) {
  if (name === 'headroom') {
    const { response, service, lag } = JSON.parse(output).totals;
    return {
      response: response.quantiles.p50.valueMs,
      service: service.quantiles.p50.valueMs,
      lag: lag.quantiles.p50.valueMs,
      lag99: lag.quantiles.p99.valueMs,
    };
  }
  if (name === 'hey') return { response: Number(/50% in ([\d.]+) secs/.exec(output)?.[1]) * 1000 };
  return { response: JSON.parse(output).latency.p50 };
}

function start() {
  const time = (args) => {
    const fromMs = performance.now();
    spawnSync(process.execPath, args, { stdio: 'ignore' });
    return performance.now() - fromMs;
  };
  const pairs = Array.from({ length: 21 }, () => [time([HEADROOM, '--version']), time(['-e', '0'])]);
  print(
    `headroom --version: ${median(pairs.map(([ours]) => ours)).toFixed(0)} ms, node -e 0: ` +
      `${median(pairs.map(([, bare]) => bare)).toFixed(0)} ms, ratio ${median(pairs.map(([a, b]) => a / b)).toFixed(2)}`,
  );
  print('');
}

async function memory() {
  const command = FULL_SPEED.headroom(nginx.url, 63);
  const [early, late] = await memoryAt(command, { core: GENERATOR_CORE, nginx, at: [20, 60] });
  print(
    `resident memory at full speed: ${early.toFixed(0)} MiB after 20 s, ${late.toFixed(0)} MiB after 60 s, ratio ${(late / early).toFixed(3)}`,
  );
}
