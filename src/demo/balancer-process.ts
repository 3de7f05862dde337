/** The balancer as a process of its own, with the control endpoint and the replicas it starts. */

import { rm } from 'node:fs/promises';
import { Balancer } from './balancer.ts';
import { type BalancerSettings, close, listen, type Running } from './child-protocol.ts';
import { controlServer } from './control.ts';
import { FollowerStore } from './replica/follower-store.ts';
import { ReplicaProcesses } from './replica-processes.ts';

/** Starts replicas, balancer and control endpoint. @throws Error when one cannot listen; all are ended then */
export async function runBalancer(settings: BalancerSettings): Promise<Running> {
  // Made before the replicas open it, and held: SQLite cannot wait for another's change to write-ahead mode.
  const database = new FollowerStore(settings.databasePath, 0);
  const replicas = await ReplicaProcesses.start(settings.replicas);
  const balancer = new Balancer({ ...settings, replicaPorts: replicas.ports });
  const control = controlServer(replicas, () => balancer.arrivals);
  const stop = async (): Promise<void> => {
    await Promise.all([close(balancer.server), close(control), replicas.stop()]);
    balancer.close();
    database.close();
    await rm(settings.directory, { recursive: true, force: true });
  };
  try {
    const port = await listen(balancer.server, settings.port);
    const controlPort = await listen(control, settings.controlPort);
    const { ports: replicaPorts, securePorts } = replicas;
    const ports = { port, securePort: 0, controlPort, replicaPorts, securePorts };
    return { ports, tell: async () => undefined, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
