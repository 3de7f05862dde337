import { describe, expect, test } from 'vitest';
import { sinkLines } from '../../../src/report/server/sinks.ts';
import { mostlyText, slowestLines } from '../../../src/report/server/slowest.ts';
import { serverLines } from '../../../src/report/server/terminal.ts';
import { textWidth } from '../../../src/report/terminal/layout.ts';
import { renderResult } from '../../../src/report/terminal.ts';
import { createInk, type Ink } from '../../../src/report/terminal-ink.ts';
import {
  observedResult,
  SAMPLE_SINKS,
  sampleResource,
  sampleServer,
  silentServer,
} from '../../support/sample-servers.ts';
import { capacityResult } from '../searches.ts';

const PLAIN = { color: false, width: 80, unicode: true };

function inkOf(over: Partial<Ink> = {}): Ink {
  return { ...createInk(PLAIN), ...over };
}

describe('the section of a server', () => {
  test.each([40, 60, 80, 100, 160])('keeps within %i columns, all of it too', (width) => {
    for (const verbose of [false, true]) {
      const lines = serverLines(observedResult(), inkOf({ width, verbose }));
      expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
    }
  });

  test('shows all evidence when everything is asked for', () => {
    const long = `first ${'and more '.repeat(20)}last`;
    const server = sampleServer({ resources: [sampleResource('cpu', { evidence: long })] });
    const shown = (verbose: boolean): string =>
      serverLines(observedResult({ servers: [server] }), inkOf({ verbose })).join(' ');
    expect(shown(true).replaceAll(/\s+/g, ' ')).toContain(long);
    expect(shown(false)).not.toContain('last');
    expect(shown(false)).toContain('first and');
  });

  test('names failed sources always, and the others when everything is asked for', () => {
    const shown = (verbose: boolean): string =>
      serverLines(observedResult(), inkOf({ width: 120, verbose })).join('\n');
    expect(shown(false)).toContain('vars: answered 404 (3 of 20 looks failed)');
    expect(shown(false)).not.toContain('20 looks\n');
    expect(shown(true)).toContain('prometheus http://127.0.0.1:8080/metrics: 20 looks\n');
  });

  test('has a bar as long as the share, and never longer than its place', () => {
    const resources = [0, 0.44, 1, 3.5].map((utilization) => sampleResource('cpu', { utilization }));
    const lines = serverLines(observedResult({ servers: [sampleServer({ resources })] }), inkOf());
    const bars = lines.flatMap((line) => /% ([█░]{10})/.exec(line)?.[1] ?? []);
    expect(bars).toEqual(['░'.repeat(10), `████${'░'.repeat(6)}`, '█'.repeat(10), '█'.repeat(10)]);
  });

  test('is that of the eight closest to a limit, and says how many there are beside', () => {
    const servers = Array.from({ length: 11 }, (_, index) => ({ ...silentServer(), name: `s${index}` }));
    const result = observedResult({ servers: [...servers, sampleServer()] });
    const lines = serverLines(result, inkOf());
    expect(lines.filter((line) => line.startsWith('Server  '))).toHaveLength(8);
    expect(lines[1]).toBe('Server  127.0.0.1:8080');
    expect(lines.at(-1)).toBe('and 4 more servers, none closer to a limit');
    const all = serverLines(result, inkOf({ verbose: true }));
    expect(all.filter((line) => line.startsWith('Server  '))).toHaveLength(12);
  });

  test('is missing when nobody was asked', () => {
    const { servers: _, ...result } = observedResult();
    expect(serverLines(result, inkOf())).toEqual([]);
  });
});

describe('the head of the report', () => {
  test('says what a server was short of beside a breach, and not beside a pass', () => {
    expect(renderResult(observedResult(), PLAIN)).toMatch(/^FAIL .*\n {6}127\.0\.0\.1:8080's cpu was 97%\n/);
    const passed = observedResult({ verdict: { status: 'pass', reasons: [] } });
    expect(renderResult(passed, PLAIN)).not.toContain("'s cpu was");
  });

  test('of a search has it where it says what broke first', () => {
    const text = renderResult({ ...capacityResult(), servers: [sampleServer()] }, PLAIN);
    expect(text).toMatch(/broke first {2}.*\n.*limited by.*\n {2}servers {6}the server's cpu was 97%\n/);
  });
});

describe('the slowest requests', () => {
  test('are three, ten when everything is asked for, each with its trace', () => {
    const result = observedResult();
    const shown = (over: Partial<Ink>): string => slowestLines(result, inkOf(over)).join('\n');
    expect(shown({})).toContain('trace 00000000000000004bf92f3577b34da6');
    expect(shown({})).not.toContain('132ms');
    expect(shown({ verbose: true })).toContain('132ms');
    expect(shown({ width: 120 })).toContain(
      'trace https://traces.example/trace/00000000000000004bf92f3577b34da6?from=headroom&tab=spans',
    );
  });

  test.each([40, 50, 80, 120])('keep within %i columns', (width) => {
    for (const line of slowestLines(observedResult(), inkOf({ width }))) {
      expect(textWidth(line)).toBeLessThanOrEqual(width);
    }
  });

  test.each([
    [{ responseMs: 100, phases: { connect: 70, wait: 20, tls: null } }, 'connect 70ms'],
    [{ responseMs: 100, phases: { connect: 10, wait: 20 } }, 'other 70ms'],
    [{ responseMs: null, phases: { wait: 20 } }, 'wait 20ms'],
    [{ responseMs: 100, phases: {} }, '–'],
    [{ responseMs: 100, phases: { wait: null } }, '–'],
  ])('say where most of the time went: %j', (exemplar, text) => {
    expect(mostlyText(exemplar)).toBe(text);
  });
});

describe('the sinks', () => {
  test('are told when something was lost, one line each, and all when everything is asked for', () => {
    const told = sinkLines(observedResult(), inkOf()).join(' ').replaceAll(/\s+/g, ' ');
    expect(told).toContain(
      '! pushgateway http://127.0.0.1:9091/metrics/job/headroom: 15 sent, 5 lost, 5 failures: connection refused',
    );
    expect(told).not.toContain('dogstatsd');
    expect(sinkLines(observedResult(), inkOf({ verbose: true })).join('\n')).toContain(
      'dogstatsd udp://127.0.0.1:8126: 420 sent\n',
    );
    expect(sinkLines(observedResult({ sinks: SAMPLE_SINKS.slice(0, 1) }), inkOf())).toEqual([]);
  });
});
