/** The entry of every process of the example system but the caller's: its one argument says what to be. */

import { runBalancer } from './balancer-process.ts';
import type { Order, Report, Role, Running } from './child-protocol.ts';
import { runReplica } from './replica/replica-process.ts';

/** The one decoder of what the parent says: it is this very program at the other end. */
function decode<Message extends Role | Order>(message: unknown): Message {
  // oxlint-disable-next-line typescript/consistent-type-assertions -- the decoder of this wire format
  return message as Message;
}

function report(message: Report): Promise<void> {
  return new Promise((resolve) => {
    if (process.send) process.send(message, () => resolve());
    else resolve();
  });
}

/** Ends for certain: answers that a fault still holds back must not keep the process alive. */
function exit(code: number): void {
  // oxlint-disable-next-line unicorn/no-process-exit -- a child that lingers would outlive its caller
  process.exit(code);
}

async function obey(running: Running, order: Order & { kind: 'faults' }): Promise<void> {
  const problem = await running.tell(order).then(
    () => null,
    (error: unknown) => messageOf(error),
  );
  await report({ kind: 'done', id: order.id, problem });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Obeys the parent until told to end. An orphan ends by itself: its caller is gone, however it went. */
async function live(running: Running): Promise<void> {
  let ending = false;
  const end = (): void => {
    if (ending) return;
    ending = true;
    running.stop().then(
      () => exit(0),
      () => exit(1),
    );
  };
  process.on('disconnect', end);
  process.on('SIGTERM', end);
  process.on('message', (message) => {
    const order = decode<Order>(message);
    if (order.kind === 'stop') end();
    else void obey(running, order);
  });
  await report({ kind: 'ready', ports: running.ports });
  if (!process.connected) end();
}

// Ctrl-C reaches the whole process group; when to end is for the parent to say.
process.on('SIGINT', () => undefined);
try {
  const role = decode<Role>(JSON.parse(process.argv[2] ?? ''));
  await live(role.role === 'replica' ? await runReplica(role) : await runBalancer(role));
} catch (error) {
  await report({ kind: 'failed', message: messageOf(error) });
  exit(1);
}
