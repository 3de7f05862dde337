/** What the processes of the example system say to each other over Node's channel between parent and child. */

import type { Server } from 'node:http';
import type { Server as PlainServer } from 'node:net';
import type { FaultEffect } from './faults.ts';
import type { ReplicaOptions } from './replica/replica.ts';

export interface ReplicaSettings extends ReplicaOptions {
  readonly role: 'replica';
  /** 0 for any, like `securePort`, on which it speaks TLS. */
  readonly port: number;
  readonly securePort: number;
  /** JSON file of the {@link Certificates}. */
  readonly certificatesPath: string;
}

export interface BalancerSettings {
  readonly role: 'balancer';
  /** 0 for any, like `controlPort`. */
  readonly port: number;
  readonly controlPort: number;
  readonly retries: number;
  readonly connectTimeoutMs: number;
  /** The temporary folder; the balancer removes it in the end. */
  readonly directory: string;
  readonly databasePath: string;
  readonly seed: number;
  /** In order of their numbers. */
  readonly replicas: readonly ReplicaSettings[];
}

/** What a child is to be, with all it needs to know: its one argument. */
export type Role = BalancerSettings | ReplicaSettings;

/** From a parent to a child. */
export type Order =
  | { readonly kind: 'stop' }
  | { readonly kind: 'faults'; readonly id: number; readonly effects: readonly FaultEffect[] };

/** Where a child listens. Replicas have no control port and no replicas of their own: 0 and none. */
export interface Ports {
  readonly port: number;
  /** Of a replica, 0 of the balancer. */
  readonly securePort: number;
  readonly controlPort: number;
  readonly replicaPorts: readonly number[];
  readonly securePorts: readonly number[];
}

/** From a child to its parent: once that it listens or could not start, then that an order is carried out or cannot be. */
export type Report =
  | { readonly kind: 'ready'; readonly ports: Ports }
  | { readonly kind: 'failed'; readonly message: string }
  | { readonly kind: 'done'; readonly id: number; readonly problem: string | null };

/** A child's own side of its life. */
export interface Running {
  readonly ports: Ports;
  /** Settles when the faults bite. */
  tell(order: Order): Promise<void>;
  stop(): Promise<void>;
}

/** Listens on loopback only. @returns the port @throws Error when the port is taken */
export function listen(server: PlainServer, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: '127.0.0.1', port }, () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : port);
    });
  });
}

/** Closes a server and all its connections. */
export function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
