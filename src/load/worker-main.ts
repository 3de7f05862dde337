/** Thread entry of a worker: orders in, messages out. */

import { parentPort, workerData } from 'node:worker_threads';
import { warmUp } from './calibration/warm-up.ts';
import type { ToWorker, WorkerOrder } from './protocol.ts';
import { createWorker } from './worker.ts';

const order: WorkerOrder = workerData;
const port = parentPort;
if (port !== null) {
  const worker = createWorker(order, (message) => port.postMessage(message), warmUp);
  port.on('message', (message: ToWorker) => worker.command(message));
}
