/** A port to which connections can neither be made nor are refused: its queue is full and nobody accepts. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Listens, tells its port, and never comes back to its event loop. */
const PROGRAM = `
  const server = require('node:net').createServer();
  server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
    require('node:fs').writeSync(1, String(server.address().port) + '\\n');
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
  });
`;

/** More than the queue holds. */
const FILLERS = 8;

export interface BlackHole {
  readonly port: number;
  close(): void;
}

/** Starts it, with its queue full. */
export async function startBlackHole(): Promise<BlackHole> {
  const child = spawn(process.execPath, ['-e', PROGRAM], { stdio: ['ignore', 'pipe', 'inherit'] });
  const port = Number(String(await once(child.stdout, 'data')));
  const fillers: Socket[] = [];
  for (let index = 0; index < FILLERS; index += 1) {
    fillers.push(connect(port, '127.0.0.1').on('error', () => undefined));
  }
  await new Promise((resolve) => {
    setTimeout(resolve, 100);
  });
  return {
    port,
    close: () => {
      for (const socket of fillers) socket.destroy();
      child.kill('SIGKILL');
    },
  };
}
