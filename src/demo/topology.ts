/**
 * Starts and stops the example system: three API replicas behind a balancer, a database, and a control
 * endpoint for faults, all on 127.0.0.1 and in processes of their own. Its capacity is known: see capacity.ts.
 */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { holdsPerSecond, type System, saturationPerSecond } from './capacity.ts';
import { Child } from './child-process.ts';
import type { BalancerSettings } from './child-protocol.ts';
import { DISTRIBUTIONS, type Distribution } from './service-time.ts';
import { makeCertificates } from './tls/certificates.ts';

export interface DemoOptions {
  /** 1 to 16, default 3. */
  readonly replicas?: number;
  /** Per replica, 1 to 64, default 4. */
  readonly workers?: number;
  /** Mean time a worker takes for a request, ms, 1 to 60,000, default 30. */
  readonly meanServiceMs?: number;
  /** Default exponential. */
  readonly distribution?: Distribution;
  /** Fixes service times, the balancer's picks and who a fault strikes: 0..2^32-1, default 1. */
  readonly seed?: number;
  /** Port of the balancer; 0, the default, for any. */
  readonly port?: number;
  /** Port of the control endpoint; 0, the default, for any. */
  readonly controlPort?: number;
  /** How often the balancer tries another replica when one does not take the connection; default 0. */
  readonly retries?: number;
  /** How long a replica may take to accept the balancer's connection, ms, default 1000. */
  readonly connectTimeoutMs?: number;
  /** Where the temporary folder with the database is made; default the system's own place. */
  readonly directory?: string;
}

export interface Demo {
  /** The balancer, without a slash at the end; try /followers?user=42. */
  readonly url: string;
  readonly replicaUrls: readonly string[];
  /** The replicas again over TLS; their certificate is for 127.0.0.1 and localhost. */
  readonly secureUrls: readonly string[];
  /** PEM file of the authority that signed the certificate. */
  readonly authorityPath: string;
  /** The control endpoint; see control.ts. */
  readonly controlUrl: string;
  /** The SQLite file that holds the copies. */
  readonly databasePath: string;
  readonly capacity: {
    /** Requests per second beyond which the queues grow without end. */
    readonly saturationPerSecond: number;
    /** The largest rate at which that quantile (0..1) of response times stays within the limit. */
    holdsPerSecond(quantile: number, limitMs: number): number;
  };
  /** Addresses and the true capacity in words, several lines. */
  describe(): string;
  /** Ends all processes and removes the temporary folder. */
  stop(): Promise<void>;
}

/** Beyond this, two cores could not carry the system and a load generator: its capacity would not be known. */
const LARGEST_SATURATION_PER_SECOND = 500;

/**
 * Starts the example system, and settles when all of it listens.
 *
 * @throws RangeError when an option is out of range  @throws Error when a port is taken or a process fails
 */
export async function startDemo(options: DemoOptions = {}): Promise<Demo> {
  const system = readSystem(options);
  const settings = readSettings(options);
  const directory = await mkdtemp(join(options.directory ?? tmpdir(), 'headroom-demo-'));
  const databasePath = join(directory, 'followers.db');
  const certificatesPath = join(directory, 'certificates.json');
  const ports = { port: 0, securePort: 0 };
  const replica = { role: 'replica', ...system, ...ports, seed: settings.seed, databasePath } as const;
  const replicas = Array.from({ length: system.replicas }, (_, index) => ({
    ...replica,
    certificatesPath,
    replica: index + 1,
  }));
  try {
    const certificates = makeCertificates(Date.now());
    await writeFile(certificatesPath, JSON.stringify(certificates), { mode: 0o600 });
    await writeFile(authorityPathIn(directory), certificates.authority);
    const child = await Child.start({ ...settings, directory, databasePath, replicas });
    return demo({ child, system, databasePath, directory });
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
}

interface Parts {
  readonly child: Child;
  readonly system: System;
  readonly databasePath: string;
  readonly directory: string;
}

function authorityPathIn(directory: string): string {
  return join(directory, 'authority.pem');
}

function demo({ child, system, databasePath, directory }: Parts): Demo {
  const url = loopback(child.ports.port);
  const replicaUrls = child.ports.replicaPorts.map(loopback);
  const secureUrls = child.ports.securePorts.map((port) => `https://127.0.0.1:${port}`);
  const authorityPath = authorityPathIn(directory);
  const controlUrl = loopback(child.ports.controlPort);
  const capacity = {
    saturationPerSecond: saturationPerSecond(system),
    holdsPerSecond: (quantile: number, limitMs: number) => holdsPerSecond(system, quantile, limitMs),
  };
  return {
    url,
    replicaUrls,
    secureUrls,
    authorityPath,
    controlUrl,
    databasePath,
    capacity,
    describe: () =>
      [
        `An example system of ${system.replicas} API replicas behind a balancer, on this machine only`,
        `  balancer   ${url}/followers?user=42`,
        ...replicaUrls.map(
          (replicaUrl, index) => `  replica ${index + 1}  ${replicaUrl}/metrics and /debug/vars`,
        ),
        `  over TLS   ${secureUrls.join(', ')}`,
        `  authority  ${authorityPath}`,
        `  faults     ${controlUrl}/control/faults`,
        `  database   ${databasePath}`,
        ...describeCapacity(system),
      ].join('\n'),
    stop: async () => {
      await child.stop();
      // The balancer has removed it, unless it was killed.
      await rm(directory, { recursive: true, force: true });
    },
  };
}

function describeCapacity(system: System): string[] {
  const { replicas, workers, meanServiceMs, distribution } = system;
  const saturation = saturationPerSecond(system);
  const holds = holdsPerSecond(system, 0.99, 250);
  const how = distribution === 'exponential' ? 'computed exactly' : 'by simulation, to about 1 %';
  return [
    `True capacity (${replicas} x ${workers} workers, ${distribution} service of mean ${meanServiceMs} ms):`,
    `  saturates at ${saturation.toFixed(1)} requests/s`,
    holds === 0
      ? '  p99 < 250ms holds at no rate: the service alone takes longer'
      : `  p99 < 250ms holds up to ${holds.toFixed(1)} requests/s (${how})`,
    '  (of the workers alone: two hops over loopback and a timer add 1 to 3 ms to each answer)',
  ];
}

function loopback(port: number): string {
  return `http://127.0.0.1:${port}`;
}

function readSystem(options: DemoOptions): System {
  const system = {
    replicas: whole('replicas', options.replicas ?? 3, [1, 16]),
    workers: whole('workers', options.workers ?? 4, [1, 64]),
    meanServiceMs: within('meanServiceMs', options.meanServiceMs ?? 30, [1, 60_000]),
    distribution: readDistribution(options.distribution ?? 'exponential'),
  };
  const saturation = saturationPerSecond(system);
  if (saturation <= LARGEST_SATURATION_PER_SECOND) return system;
  throw new RangeError(
    `the example system would saturate at ${saturation.toFixed(0)} requests/s, and must not beyond ` +
      `${LARGEST_SATURATION_PER_SECOND}: take fewer replicas or workers, or a longer meanServiceMs`,
  );
}

function readSettings(
  options: DemoOptions,
): Omit<BalancerSettings, 'directory' | 'databasePath' | 'replicas'> {
  return {
    role: 'balancer',
    seed: whole('seed', options.seed ?? 1, [0, 2 ** 32 - 1]),
    port: whole('port', options.port ?? 0, [0, 65_535]),
    controlPort: whole('controlPort', options.controlPort ?? 0, [0, 65_535]),
    retries: whole('retries', options.retries ?? 0, [0, 10]),
    connectTimeoutMs: whole('connectTimeoutMs', options.connectTimeoutMs ?? 1000, [1, 60_000]),
  };
}

function readDistribution(given: Distribution): Distribution {
  if (DISTRIBUTIONS.includes(given)) return given;
  throw new RangeError(`distribution must be one of ${DISTRIBUTIONS.join(', ')}, not ${String(given)}`);
}

type Range = readonly [min: number, max: number];

function within(name: string, value: number, [min, max]: Range): number {
  if (value >= min && value <= max) return value;
  throw new RangeError(`${name} must lie from ${min} to ${max}, not ${value}`);
}

function whole(name: string, value: number, range: Range): number {
  if (Number.isInteger(value)) return within(name, value, range);
  throw new RangeError(`${name} must be a whole number from ${range[0]} to ${range[1]}, not ${value}`);
}
