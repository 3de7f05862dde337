/** Thread entry of the null server: starts it, tells its port, and ends when told anything. */

import { parentPort, workerData } from 'node:worker_threads';
import { type NullProtocol, startNullServer } from './null-server.ts';

const protocol: NullProtocol = workerData === 'https' || workerData === 'h2' ? workerData : 'http';

const { port, close } = await startNullServer(protocol);
parentPort?.once('message', () => {
  close();
  parentPort?.close();
});
parentPort?.postMessage(port);
