/**
 * Prometheus, its node exporter and Alertmanager on loopback, with the rules and routes of examples/prometheus: only
 * addresses and times are others.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';
import { ROUTING_KEY } from './pagerduty.ts';

const EXAMPLES = join(import.meta.dirname, '../../examples/prometheus');

const READY_MS = 20_000;

/** What a chain needs on PATH. */
export const CHAIN_PROGRAMS = ['prometheus', 'prometheus-alertmanager', 'prometheus-node-exporter'] as const;

export interface Chain {
  /** Base of Alertmanager. */
  readonly alertmanager: string;
  /** Where the exporter looks for files. */
  readonly textfiles: string;
  /** Ends every process that was started, and removes their data. */
  readonly stop: () => Promise<void>;
}

/** Which of the three. */
type Link = 'exporter' | 'alertmanager' | 'prometheus';

type Ports = Readonly<Record<Link, number>>;

/** Free ports of loopback: all are held until the last one is known. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}

/** Starts the three or some of them, and waits until each says that it is ready. @param pager where PagerDuty listens */
export async function startChain(
  pager: string,
  links: readonly Link[] = ['exporter', 'alertmanager', 'prometheus'],
): Promise<Chain> {
  const folder = mkdtempSync(join(tmpdir(), 'headroom-chain-'));
  const textfiles = join(folder, 'textfiles');
  mkdirSync(textfiles);
  const [exporter = 0, prometheus = 0, alertmanager = 0] = await freePorts(3);
  const ports = { exporter, prometheus, alertmanager };
  writeConfigs(folder, ports, pager);
  const commands = commandsOf(folder, ports);
  const children = links.map((link) => {
    const [program, ...args] = commands[link];
    return spawn(program, args, { cwd: folder, stdio: 'ignore' });
  });
  const stop = async (): Promise<void> => {
    await Promise.all(children.map(end));
    rmSync(folder, { recursive: true, force: true });
  };
  const base = `http://127.0.0.1:${alertmanager}`;
  try {
    const ready = { exporter: 'metrics', alertmanager: '-/ready', prometheus: '-/ready' };
    for (const link of links) await answers(`http://127.0.0.1:${ports[link]}/${ready[link]}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { alertmanager: base, textfiles, stop };
}

function commandsOf(folder: string, ports: Ports): Record<Link, readonly [string, ...string[]]> {
  const listen = (port: number): string => `--web.listen-address=127.0.0.1:${port}`;
  return {
    exporter: [
      'prometheus-node-exporter',
      '--collector.disable-defaults',
      '--collector.textfile',
      `--collector.textfile.directory=${join(folder, 'textfiles')}`,
      listen(ports.exporter),
    ],
    alertmanager: [
      'prometheus-alertmanager',
      `--config.file=${join(folder, 'alertmanager.yml')}`,
      `--storage.path=${join(folder, 'alertmanager')}`,
      // Alone: without this it waits for peers.
      '--cluster.listen-address=',
      listen(ports.alertmanager),
    ],
    prometheus: [
      'prometheus',
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'prometheus')}`,
      listen(ports.prometheus),
    ],
  };
}

function writeConfigs(folder: string, ports: Ports, pager: string): void {
  copyFileSync(join(EXAMPLES, 'headroom.rules.yml'), join(folder, 'headroom.rules.yml'));
  writeFileSync(join(folder, 'pagerduty.key'), `${ROUTING_KEY}\n`);
  const prometheus = example('prometheus.yml') as {
    scrape_configs: { job_name: string }[];
  };
  const node = prometheus.scrape_configs.filter(({ job_name }) => job_name === 'node');
  const targets = (port: number): unknown => [{ targets: [`127.0.0.1:${port}`] }];
  write(join(folder, 'prometheus.yml'), {
    ...prometheus,
    global: { scrape_interval: '1s', evaluation_interval: '1s' },
    alerting: { alertmanagers: [{ static_configs: targets(ports.alertmanager) }] },
    scrape_configs: node.map((job) => ({ ...job, static_configs: targets(ports.exporter) })),
  });
  const alertmanager = example('alertmanager.yml') as {
    route: object;
    receivers: { name: string; pagerduty_configs?: object[] }[];
  };
  write(join(folder, 'alertmanager.yml'), {
    ...alertmanager,
    route: { ...alertmanager.route, group_wait: '0s', group_interval: '1s' },
    receivers: alertmanager.receivers.map(({ name, pagerduty_configs: pagers }) => ({
      name,
      ...(pagers === undefined
        ? {}
        : {
            pagerduty_configs: pagers.map((settings) => ({
              ...settings,
              url: pager,
              routing_key_file: join(folder, 'pagerduty.key'),
            })),
          }),
    })),
  });
}

function example(name: string): unknown {
  return parse(readFileSync(join(EXAMPLES, name), 'utf8'));
}

/** JSON is YAML. */
function write(path: string, config: unknown): void {
  writeFileSync(path, JSON.stringify(config, null, 2));
}

/** Waits until an address answers. */
export async function answers(url: string): Promise<void> {
  const deadline = performance.now() + READY_MS;
  for (;;) {
    const isReady = await fetch(url, { signal: AbortSignal.timeout(2000) }).then(
      async (response) => {
        await response.text();
        return response.ok;
      },
      () => false,
    );
    if (isReady) return;
    if (performance.now() > deadline) throw new Error(`${url} does not become ready`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** Ends a process that was started, and waits for it. */
export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once('close', () => resolve());
    child.kill('SIGKILL');
  });
}
