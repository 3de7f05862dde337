import { describe, expect, test } from 'vitest';
import { buildResult } from '../../../src/result/build.ts';
import { decodeResult } from '../../../src/result/decode.ts';
import { encodeResult } from '../../../src/result/encode.ts';
import { sampleInput } from '../../support/sample-result.ts';
import { observedInput, observedResult, sampleResource, sampleServer } from '../../support/sample-servers.ts';

const ESCAPE = '\u001b[2J';

function only(over: Parameters<typeof sampleServer>[0]): ReturnType<typeof sampleServer> {
  const [server] = buildResult(sampleInput({ servers: [sampleServer(over)] })).servers ?? [];
  if (server === undefined) throw new Error('no server');
  return server;
}

describe('servers in a document', () => {
  test('are absent when nobody was asked, and empty when nobody answered', () => {
    expect(buildResult(sampleInput())).not.toHaveProperty('servers');
    expect(buildResult(sampleInput({ servers: [] })).servers).toEqual([]);
  });

  test('stand after everything else, and are read back as they were', () => {
    const result = observedResult();
    expect(Object.keys(result).slice(-4)).toEqual(['slowest', 'servers', 'trace', 'sinks']);
    const text = encodeResult(result);
    expect(decodeResult(text, 'x.json')).toEqual(result);
    expect(encodeResult(decodeResult(text, 'x.json'))).toBe(text);
  });

  test('say nothing that a terminal obeys, and no secret', () => {
    const nasty = `${ESCAPE} hunter2-secret`;
    const server = sampleServer();
    const told = only({
      name: nasty,
      sources: [{ kind: nasty, url: nasty, looks: 1, failed: 1, lastError: nasty }],
      resources: [sampleResource('cpu', { evidence: nasty })],
      binding: { resource: 'cpu', utilization: 1, text: nasty },
      diagnoses: [{ code: nasty, text: nasty }],
      captures: server.captures.map((capture) => ({ ...capture, kind: nasty, file: nasty, because: nasty })),
    });
    const text = JSON.stringify(told);
    expect(text.match(/\\\\x1b\[2J \*\*\*/g)).toHaveLength(14);
    expect(text).not.toContain('hunter2-secret');
    expect(text).not.toContain('\\u001b');
  });

  test('show addresses without user, password and query', () => {
    const [source] = only({
      sources: [
        { kind: 'prometheus', url: 'http://me:pass@h:1/m?token=x#y', looks: 1, failed: 0, lastError: null },
      ],
    }).sources;
    expect(source?.url).toBe('http://h:1/m');
  });

  test('have fewer moments each the more of them there are, with the mean of those that are one now', () => {
    const series = Array.from({ length: 1200 }, (_, look) => ({
      fromMs: look * 1000,
      values: look % 4 === 0 ? { gc: 1 } : { cpu: look % 4 },
    }));
    const many = Array.from({ length: 20 }, () => sampleServer({ series }));
    const all = buildResult(sampleInput({ servers: many })).servers ?? [];
    expect(all.map((server) => server.series.length)).toEqual(many.map(() => 300));
    expect(all[0]?.series[1]).toEqual({ fromMs: 4000, values: { cpu: 2, gc: 1 } });
    expect(only({ series }).series).toHaveLength(1200);
  });

  test('leave out a number that is none, and round the others', () => {
    const told = only({
      resources: [sampleResource('cpu', { mean: NaN }), sampleResource('gc', { mean: 0.123_456_789 })],
      series: [{ fromMs: 1000.123_456, values: { cpu: NaN, gc: 0.123_456_789 } }],
    });
    expect(told.resources.map(({ resource, mean }) => [resource, mean])).toEqual([['gc', 0.123_457]]);
    expect(told.series).toEqual([{ fromMs: 1000.123, values: { gc: 0.123_457 } }]);
  });
});

describe('a document with a server of another shape', () => {
  test.each([
    ['resource', { ...sampleResource('cpu'), resource: 'luck' }],
    ['state', { ...sampleResource('cpu'), state: 'fine' }],
    ['mean', { ...sampleResource('cpu'), mean: null }],
  ])('is refused by the name of the key: %s', (key, resource) => {
    const server = { ...sampleServer(), resources: [resource] };
    const text = JSON.stringify({ ...buildResult(observedInput()), servers: [server] });
    expect(() => decodeResult(text, 'x.json')).toThrow(`servers.0.resources.0.${key}`);
  });
});
