/** One replica as a process of its own. */

import { close, listen, type ReplicaSettings, type Running } from '../child-protocol.ts';
import { Replica } from './replica.ts';

/** How long a restarted replica tries to get its port back, ms. */
const PORT_LIMIT_MS = 3000;

/** Starts a replica. @throws Error when its port stays taken for 3 s */
export async function runReplica(settings: ReplicaSettings): Promise<Running> {
  const replica = new Replica(settings);
  const port = await listenPatiently(replica, settings.port);
  return {
    ports: { port, controlPort: 0, replicaPorts: [] },
    tell: (order) => {
      if (order.kind === 'faults') replica.replaceFaults(order.effects);
    },
    stop: async () => {
      await close(replica.server);
      replica.close();
    },
  };
}

async function listenPatiently({ server }: Replica, port: number): Promise<number> {
  const untilMs = performance.now() + PORT_LIMIT_MS;
  for (;;) {
    try {
      return await listen(server, port);
    } catch (error) {
      // A client's outgoing connection may have borrowed the port while nobody listened there.
      if (port === 0 || performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
