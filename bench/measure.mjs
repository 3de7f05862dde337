/** Runs one generator pinned to a core and measures it from outside: CPU and memory by /proc, requests by nginx. */

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Clock ticks per second of /proc/PID/stat on Linux. */
const TICKS = 100;

/** The first seconds of traffic count for nobody: connections, compilation, calibration. */
const SKIP_SECONDS = 3;

/** @returns throughput, CPU us per request over the counted seconds, peak memory MiB, and standard output */
export async function measure(command, { core, nginx, seconds }) {
  const child = spawn('taskset', ['-c', `${core}`, ...command], { stdio: ['ignore', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (output += chunk));
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await firstTraffic(nginx);
  await sleep(SKIP_SECONDS * 1000);
  const from = await sample(child.pid, nginx);
  await sleep((seconds - SKIP_SECONDS - 1) * 1000);
  const to = await sample(child.pid, nginx);
  await exited;
  const requests = to.requests - from.requests;
  return {
    perSecond: requests / ((to.atMs - from.atMs) / 1000),
    cpuUs: ((to.cpuSeconds - from.cpuSeconds) * 1e6) / requests,
    memoryMiB: to.peakMiB,
    output,
  };
}

/** Resident memory, MiB, at each of the given seconds of traffic. */
export async function memoryAt(command, { core, nginx, at }) {
  const child = spawn('taskset', ['-c', `${core}`, ...command], { stdio: 'ignore' });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await firstTraffic(nginx);
  const startMs = performance.now();
  const found = [];
  for (const seconds of at) {
    await sleep(seconds * 1000 - (performance.now() - startMs));
    found.push(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024);
  }
  await exited;
  return found;
}

async function firstTraffic(nginx) {
  const before = await nginx.requests();
  for (;;) {
    await sleep(50);
    if ((await nginx.requests()) - before > 500) return;
  }
}

async function sample(pid, nginx) {
  const requests = await nginx.requests();
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return {
    atMs: performance.now(),
    requests,
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS,
    peakMiB: Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024,
  };
}

/** Waits. */
export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, Math.max(0, ms)));
}

/** Median of numbers. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}
