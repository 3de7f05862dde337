/**
 * Pictures of the HTML report for the documentation: measures the example system, and photographs the pages in
 * Chromium. `npm run screenshots -- [--from FOLDER]`; with --from, run.json and capacity.json of that folder are shown
 * again instead of measuring.
 */

import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const root = fileURLToPath(new URL('..', import.meta.url));
const docs = join(root, 'docs');
const tool = join(root, 'bin', 'headroom.js');
const MOST_BYTES = 300_000;

const SHOTS = [
  { file: 'report-run.png', page: 'run', width: 1400, height: 1700, scheme: 'light' },
  { file: 'report-dark.png', page: 'run', width: 1400, height: 1100, scheme: 'dark' },
  { file: 'report-phone.png', page: 'run', width: 400, height: 1500, scheme: 'light' },
  { file: 'report-capacity.png', page: 'capacity', width: 1400, height: 1500, scheme: 'light' },
];

/** Runs the tool; a verdict other than pass is no failure of this script. */
function headroom(...args) {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [tool, ...args, '-q'], { stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('exit', (code) =>
      code !== null && code <= 3 ? done() : fail(new Error(`headroom ended with ${code}`)),
    );
  });
}

/** The example system: its addresses, and how to end it. */
async function startDemo() {
  const child = spawn(process.execPath, [tool, 'demo'], { stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  await new Promise((done, fail) => {
    const read = (chunk) => {
      text += chunk;
      if (/^ {2}faults +http/m.test(text) && text.includes('saturates')) done();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.on('exit', () => fail(new Error(`the example system ended: ${text}`)));
  });
  const addressOf = (name) => new RegExp(`^ {2}${name} +(http\\S+)`, 'm').exec(text)?.[1];
  return { url: addressOf('balancer'), faults: addressOf('faults'), stop: () => child.kill('SIGTERM') };
}

/** A run in which one replica fails for a while and another stands still, then a search for the capacity. */
async function measure() {
  const demo = await startDemo();
  const objectives = ['--objective', 'p99 < 250ms', '--objective', 'errors < 1%'];
  const order = (fault) => fetch(demo.faults, { method: 'POST', body: JSON.stringify(fault) });
  const timers = [
    setTimeout(() => order({ replica: 2, kind: 'errors', ratio: 0.6, status: 503, for: '8s' }), 16_000),
    setTimeout(() => order({ replica: 1, kind: 'freeze', for: '4s' }), 30_000),
  ];
  try {
    const traffic = ['-r', '150/s', '-d', '45s', '-t', '2s', '--warmup', '2s', '--breaker', 'off'];
    await headroom('run', demo.url, ...traffic, ...objectives, '-o', join(folder, 'run.json'));
    await headroom(
      'capacity',
      demo.url,
      '--max-duration',
      '5m',
      ...objectives,
      '-o',
      join(folder, 'capacity.json'),
    );
  } finally {
    timers.forEach(clearTimeout);
    demo.stop();
  }
}

const at = process.argv.indexOf('--from');
const folder = mkdtempSync(join(tmpdir(), 'headroom-screenshots-'));
const source = at > 0 ? process.argv[at + 1] : folder;
if (at < 0) await measure();
for (const name of ['run', 'capacity']) {
  await headroom('report', join(source, `${name}.json`), '-o', join(folder, `${name}.html`));
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu', '--no-first-run'],
});
try {
  for (const { file, page, width, height, scheme } of SHOTS) {
    const tab = await browser.newPage({ viewport: { width, height }, colorScheme: scheme });
    await tab.goto(pathToFileURL(join(folder, `${page}.html`)).href);
    const path = join(docs, file);
    await tab.screenshot({ path });
    await tab.close();
    const { size } = statSync(path);
    process.stdout.write(`${file}  ${width} x ${height}  ${size} bytes\n`);
    if (size > MOST_BYTES) throw new Error(`${file} is larger than ${MOST_BYTES} bytes`);
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true });
}
