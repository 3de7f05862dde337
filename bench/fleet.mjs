/**
 * How long a look at a large fleet takes, and how much memory: `node bench/fleet.mjs [SERVERS] [SILENT]`, after
 * `npm run build`. SERVERS (1,000) listeners in four processes on loopback have a page of metrics and a page of the
 * service; SILENT (20) more take connections and never answer. Prints one line of JSON: wall time, the program's peak
 * resident memory (VmHWM) and processor time, and how many servers were in which state.
 */

import { fork, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createSilent } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PROCESSES = 4;
const FILLER = Array.from(
  { length: 60 },
  (_, i) => `example_metric_${i}{part="a"} ${i}\nexample_metric_${i}{part="b"} ${i}`,
);

/** One listener of number i: it says that it used i % 100 per cent of two cores. */
function metered(index) {
  const share = (index % 100) / 100;
  return createServer((request, response) => {
    if (request.url === '/') return response.end('hello');
    if (request.url !== '/metrics') {
      response.statusCode = 404;
      return response.end();
    }
    const seconds = performance.now() / 1000;
    response.end(
      [
        ...FILLER,
        '# TYPE process_cpu_seconds_total counter',
        `process_cpu_seconds_total ${share * 2 * seconds}`,
        'go_sched_gomaxprocs_threads 2',
        '# TYPE http_requests_total counter',
        `http_requests_total{code="200"} ${Math.floor(100 * share * seconds)}`,
        '',
      ].join('\n'),
    );
  });
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server.address().port;
}

async function serve(from, count, silent) {
  const servers = [
    ...Array.from({ length: count }, (_, index) => metered(from + index)),
    ...Array.from({ length: silent }, () => createSilent(() => undefined)),
  ];
  process.send(await Promise.all(servers.map(listen)));
}

async function main(servers, silent) {
  const each = Math.ceil(servers / PROCESSES);
  const children = Array.from({ length: PROCESSES }, (_, number) => {
    const count = Math.max(0, Math.min(each, servers - number * each));
    const args = ['serve', number * each, count, number === 0 ? silent : 0].map(String);
    return fork(fileURLToPath(import.meta.url), args);
  });
  const ports = await Promise.all(
    children.map((child) => new Promise((resolve) => child.once('message', resolve))),
  );
  const folder = mkdtempSync(join(tmpdir(), 'headroom-bench-'));
  const file = join(folder, 'fleet.txt');
  writeFileSync(
    file,
    ports
      .flat()
      .map((port) => `http://127.0.0.1:${port}/\n`)
      .join(''),
  );
  const program = fileURLToPath(new URL('../bin/headroom.js', import.meta.url));
  const startMs = performance.now();
  const args = [program, 'fleet', '--file', file, '--json', '--state-dir', join(folder, 'state')];
  const look = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let peakKiB = 0;
  let ticks = 0;
  const watch = setInterval(() => {
    try {
      peakKiB = Number(
        /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${look.pid}/status`, 'utf8'))?.[1] ?? peakKiB,
      );
      const stat = readFileSync(`/proc/${look.pid}/stat`, 'utf8').split(') ')[1].split(' ');
      ticks = Number(stat[11]) + Number(stat[12]);
    } catch {
      // It has ended: the last figures stand.
    }
  }, 50);
  let text = '';
  look.stdout.setEncoding('utf8').on('data', (part) => {
    text += part;
  });
  const exitCode = await new Promise((resolve) => look.on('close', resolve));
  clearInterval(watch);
  const wallMs = performance.now() - startMs;
  children.forEach((child) => child.kill());
  rmSync(folder, { recursive: true });
  const { counts, durationMs } = JSON.parse(text);
  const rounded = {
    wallMs: Math.round(wallMs),
    lookMs: Math.round(durationMs),
    peakMiB: Math.round(peakKiB / 1024),
  };
  console.log(
    JSON.stringify({ servers: ports.flat().length, ...rounded, cpuMs: ticks * 10, exitCode, counts }),
  );
}

const [mode = '1000', ...rest] = process.argv.slice(2);
if (mode === 'serve') await serve(...rest.map(Number));
else await main(Number(mode), Number(rest[0] ?? 20));
