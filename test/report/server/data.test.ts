import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { renderPrometheus } from '../../../src/report/monitoring/prometheus.ts';
import { serverColumns } from '../../../src/report/server/columns.ts';
import { serverFigure } from '../../../src/report/server/figure.ts';
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
    expect(serverFigure(result, silentServer(), 1)).toBeNull();
    expect(serverFigure(result, { ...server, series: series.slice(0, 1) }, 1)).toBeNull();
    const counts = [sampleResource('goroutines'), sampleResource('run-queue')];
    expect(serverFigure(result, { ...server, series, resources: counts }, 1)).toBeNull();
  });

  test('draws the limiting resource heaviest, and four at the most', () => {
    const shares = (['memory', 'gc', 'fds', 'conntrack', 'disk', 'cpu'] as const).map((resource) =>
      sampleResource(resource, { max: 0.9 }),
    );
    const series = [0, 1000].map((fromMs) => ({
      fromMs,
      values: { cpu: 0.1, memory: 0.9, gc: 0.9, fds: 0.9, conntrack: 0.9, disk: 0.9 },
    }));
    const svg = serverFigure(observedResult(), sampleServer({ resources: shares, series }), 1)?.svg ?? '';
    expect([...svg.matchAll(/data-mark="(cpu|memory|gc|fds|conntrack|disk)"/g)]).toHaveLength(4);
    expect(svg).toMatch(/data-mark="cpu"[^>]*stroke-width="2.5"/);
  });

  test('has a table even where the client has no series', () => {
    const figure = serverFigure(observedResult({ series: [] }), sampleServer(), 2);
    expect(figure?.id).toBe('server-2');
    expect(figure?.table.rows.length).toBeGreaterThan(10);
    expect(figure?.table.rows[0]?.at(-1)).toBe('–');
    expect(figure?.svg).not.toContain('offered');
  });

  test('accounts for every look in its table', () => {
    const { servers, ...result } = observedResult();
    const [server = sampleServer()] = servers ?? [];
    const rows = serverFigure(result, server, 1)?.table.rows ?? [];
    expect(rows.map((row) => row[1])).not.toContain('–');
    expect(rows.at(-1)?.[1]).toBe('97%');
  });
});
