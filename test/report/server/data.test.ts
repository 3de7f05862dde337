import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { renderPrometheus } from '../../../src/report/monitoring/prometheus.ts';
import { serverColumns } from '../../../src/report/server/columns.ts';
import { serverFigures } from '../../../src/report/server/figure.ts';
import { parsePrometheus } from '../../support/prometheus-text.ts';
import { requires } from '../../support/requires.ts';
import { observedResult, sampleResource, sampleServer, silentServer } from '../../support/sample-servers.ts';

describe('columns beside the series', () => {
  const column = (name: string): (number | null)[] => {
    const { servers = [], series } = observedResult();
    const found = serverColumns({ servers, windowMs: 1000 }).find((each) => each.name === name);
    return series.map(({ fromMs }) => found?.at(fromMs) ?? null);
  };

  test('hold what each look told, and nothing where it did not', () => {
    expect(column('server_127.0.0.1:8080_cpu_ratio').slice(0, 2)).toEqual([0.55, 0.58]);
    expect(column('server_127.0.0.1:8080_memory_ratio').slice(6, 9)).toEqual([0.31, null, 0.31]);
    expect(column('server_127.0.0.1:8080_run-queue_p99_ms')[0]).toBe(0.4);
    expect(column('server_127.0.0.1:8080_goroutines_count')[19]).toBe(97);
  });

  test('hold the mean of the looks in a longer window', () => {
    const server = sampleServer({
      series: [0, 500, 1000, 1999.9, 2000].map((fromMs, index) => ({ fromMs, values: { cpu: index / 10 } })),
    });
    const [cpu] = serverColumns({ servers: [server], windowMs: 1000 });
    expect([0, 1000, 2000, 3000].map((fromMs) => cpu?.at(fromMs))).toEqual([0.05, 0.25, 0.4, null]);
  });

  test('are none without servers', () => {
    expect(serverColumns({ windowMs: 1000 })).toEqual([]);
  });
});

describe("Prometheus' text", () => {
  const twins = observedResult({
    servers: [sampleServer(), sampleServer(), { ...sampleServer(), name: `${'x'.repeat(200)}1` }],
  });

  test('has each share of each server once, and none where no limit is known', () => {
    const { samples, value } = parsePrometheus(renderPrometheus(twins));
    const labels = { server: '127.0.0.1:8080', resource: 'cpu' };
    expect(value('headroom_server_utilization_ratio', labels)).toBe(0.97);
    const told = samples.filter(({ name }) => name === 'headroom_server_utilization_ratio');
    expect(told).toHaveLength(4);
    expect(new Set(told.map((each) => JSON.stringify(each.labels))).size).toBe(4);
  });

  requires('promtool').test('is accepted by promtool', () => {
    for (const result of [twins, observedResult()]) {
      const input = renderPrometheus(result);
      expect(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })).toBe('');
    }
  });
});

describe('the picture of a server', () => {
  test('is none without shares, or with a single look', () => {
    const result = observedResult();
    const { series, ...server } = sampleServer();
    expect(serverFigures(result, silentServer(), 1)).toEqual([]);
    expect(serverFigures(result, { ...server, series: series.slice(0, 1) }, 1)).toEqual([]);
    const counts = [sampleResource('goroutines'), sampleResource('run-queue')];
    expect(serverFigures(result, { ...server, series, resources: counts }, 1)).toEqual([]);
  });

  test('draws the limiting resource heaviest, and four at the most', () => {
    const shares = (['memory', 'gc', 'fds', 'conntrack', 'disk', 'cpu'] as const).map((resource) =>
      sampleResource(resource, { max: 0.9 }),
    );
    const series = [0, 1000].map((fromMs) => ({
      fromMs,
      values: { cpu: 0.1, memory: 0.9, gc: 0.9, fds: 0.9, conntrack: 0.9, disk: 0.9 },
    }));
    const [figure] = serverFigures(observedResult(), sampleServer({ resources: shares, series }), 1);
    const svg = figure?.svg ?? '';
    expect([...svg.matchAll(/data-mark="(cpu|memory|gc|fds|conntrack|disk)"/g)]).toHaveLength(4);
    expect(svg).toMatch(/data-mark="cpu"[^>]*stroke-width="2.5"/);
  });

  test('leaves out shares of which hardly anything was used, and draws what limits it in its own unit', () => {
    const resources = [
      sampleResource('cpu', { max: 0.3 }),
      sampleResource('gc', { max: 0.01 }),
      sampleResource('run-queue', { max: 933, mean: 551, state: 'saturated', utilization: null }),
    ];
    const server = sampleServer({
      resources,
      binding: { resource: 'run-queue', utilization: null, text: 'its run-queue p99 was 88ms' },
    });
    const found = serverFigures(observedResult(), server, 1);
    expect(found.map(({ id }) => id)).toEqual(['server-1-limit', 'server-1']);
    expect(found[0]?.finding).toContain('run-queue was 933ms at most (551ms on average)');
    expect(found[0]?.svg).toMatch(/data-mark="run-queue"[^>]*stroke-width="2.5"/);
    expect(found[0]?.table.head).toEqual(['from', 'run-queue', 'offered', 'answered']);
    expect(found[1]?.svg).toContain('data-mark="cpu"');
    expect(found[1]?.svg).not.toContain('data-mark="gc"');
    expect(found[1]?.table.head).toContain('gc');
  });

  test('makes a dot of what one look alone told', () => {
    const values = [0.1, null, 0.2, 0.3, null, 0.4];
    const series = values.map((cpu, index) => ({
      fromMs: index * 1000,
      values: cpu === null ? {} : { cpu },
    }));
    const resources = [sampleResource('cpu')];
    const [figure] = serverFigures(observedResult(), sampleServer({ resources, series }), 1);
    const dots = /data-mark="lonely" d="([^"]*)"/.exec(figure?.svg ?? '')?.[1] ?? '';
    expect(dots.match(/M/g)).toHaveLength(2);
    expect(serverFigures(observedResult(), sampleServer(), 1)[0]?.svg).not.toContain('lonely');
  });

  test('has a table even where the client has no series', () => {
    const [figure] = serverFigures(observedResult({ series: [] }), sampleServer(), 2);
    expect(figure?.id).toBe('server-2');
    expect(figure?.table.rows.length).toBeGreaterThan(10);
    expect(figure?.table.rows[0]?.at(-1)).toBe('–');
    expect(figure?.svg).not.toContain('offered');
  });

  test('accounts for every look in its table', () => {
    const { servers, ...result } = observedResult();
    const [server = sampleServer()] = servers ?? [];
    const rows = serverFigures(result, server, 1)[0]?.table.rows ?? [];
    expect(rows.map((row) => row[1])).not.toContain('–');
    expect(rows.at(-1)?.[1]).toBe('97%');
  });
});
