/**
 * Pictures of the HTML report for the documentation: runs the example system, asks it the launch question, and
 * photographs the pages in Chromium. `npm run screenshots -- [--from FOLDER]`; with --from, run.json and launch.json of
 * that folder are shown again instead of measuring.
 */

import { execFileSync } from 'node:child_process';
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
  { file: 'report-run.png', page: 'run', width: 1400, height: 1650, scheme: 'light' },
  { file: 'report-dark.png', page: 'run', width: 1400, height: 1100, scheme: 'dark' },
  { file: 'report-phone.png', page: 'run', width: 400, height: 1500, scheme: 'light' },
  { file: 'report-launch.png', page: 'launch', width: 1400, height: 1900, scheme: 'light' },
];

function headroom(...args) {
  try {
    execFileSync(process.execPath, [tool, ...args], { stdio: ['ignore', 'ignore', 'inherit'] });
  } catch (error) {
    // A verdict other than pass is no failure of this script.
    if (error.status === null || error.status > 3) throw error;
  }
}

const at = process.argv.indexOf('--from');
const folder = mkdtempSync(join(tmpdir(), 'headroom-screenshots-'));
const source = at > 0 ? process.argv[at + 1] : folder;
if (at < 0) {
  headroom('demo', 'run', '-r', '150/s', '-d', '40s', '-q', '-o', join(folder, 'run.json'));
  headroom('demo', 'launch', '--max-duration', '90s', '-q', '-o', join(folder, 'launch.json'));
}
for (const name of ['run', 'launch']) {
  headroom('report', join(source, `${name}.json`), '-q', '-o', join(folder, `${name}.html`));
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
