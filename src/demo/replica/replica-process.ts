/** One replica as a process of its own. */

import { readFile } from 'node:fs/promises';
import type { ReplicaSettings, Running } from '../child-protocol.ts';
import type { Certificates } from '../tls/certificates.ts';
import { Listeners } from './listeners.ts';
import { Replica } from './replica.ts';

/** Starts a replica. @throws Error when its ports stay taken for 3 s, or its certificates cannot be read */
export async function runReplica(settings: ReplicaSettings): Promise<Running> {
  const replica = new Replica(settings);
  const listeners = new Listeners(
    replica.server,
    settings,
    await readCertificates(settings.certificatesPath),
  );
  await listeners.set(replica.doors);
  return {
    ports: { ...listeners.ports, controlPort: 0, replicaPorts: [], securePorts: [] },
    tell: async (order) => {
      if (order.kind !== 'faults') return;
      replica.replaceFaults(order.effects);
      await listeners.set(replica.doors);
    },
    stop: async () => {
      listeners.close();
      replica.close();
    },
  };
}

async function readCertificates(path: string): Promise<Certificates> {
  const certificates: Certificates = JSON.parse(await readFile(path, 'utf8'));
  return certificates;
}
