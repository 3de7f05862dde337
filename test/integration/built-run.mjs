/**
 * Runs a plan with the built engine, in a process whose limits and network a test has prepared. The order comes
 * as JSON on the command line: `plan`; `serve`, where it listens itself and never answers, or null; and `muteDns`,
 * true when it is to be a name server that never answers.
 */

import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { startLoad } from '../../dist/load/worker-pool.js';

const { plan, serve, muteDns } = JSON.parse(process.argv[2] ?? '');

const sockets = new Set();
const server = createServer((socket) => {
  sockets.add(socket);
  socket.on('error', () => undefined);
});
const dns = createSocket('udp4');
if (muteDns) dns.bind(53, '127.0.0.1');
if (serve !== null) await new Promise((resolve) => server.listen(serve, resolve));

const { recording } = await startLoad({
  plan,
  secrets: {},
  layout: { targetCount: 1, objectives: [], measuredFromMs: 0, windowMs: 250, breakerMs: Infinity },
  runId: 'test',
  userAgent: 'headroom-test',
  guard: { allowPublic: false },
  limits: { maxConnections: 2000, maxPending: 100_000 },
  workers: 1,
  warmUp: 'none',
  isolation: 'inline',
}).finished;

for (const socket of sockets) socket.destroy();
server.close();
dns.close();
const { counts, causes, examples, addresses } = recording;
const details = [...examples].map(([cause, kept]) => [cause, kept.map(({ detail }) => detail)]);
const outcome = { counts, causes: [...causes], details, addresses: [...addresses] };
process.stdout.write(JSON.stringify(outcome));
