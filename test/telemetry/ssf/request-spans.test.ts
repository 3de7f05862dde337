import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PHASES, type Phase } from '../../../src/core/attempt.ts';
import type { RequestSpan } from '../../../src/core/trace/request-span.ts';
import { requestSpans } from '../../../src/telemetry/ssf/request-spans.ts';

const TARGET = {
  name: 'followers',
  method: 'GET',
  url: 'https://user:secret@api.example.com:8443/u?token=secret',
};
const SETTINGS = { service: 'api', tags: ['team:payments'], phases: true };

function phasesOf(known: Partial<Record<Phase, number>>): Record<Phase, number> {
  return Object.fromEntries(PHASES.map((phase) => [phase, known[phase] ?? NaN])) as Record<Phase, number>;
}

function spanOf(over: Partial<RequestSpan> = {}): RequestSpan {
  return {
    index: 0,
    target: 0,
    traceId: 77n,
    spanId: 78n,
    parentId: 77n,
    intendedAtMs: 1_700_000_000_000,
    readyAtMs: 1_700_000_000_001,
    endAtMs: 1_700_000_000_064,
    status: 200,
    cause: null,
    remote: '10.0.0.7:8443',
    reused: false,
    phases: phasesOf({ blocked: 1, dns: 2, connect: 4, tls: 8, send: 16, wait: 30, receive: 2 }),
    ...over,
  };
}

describe('a request', () => {
  test('is one indicator span that lasts from its intended start', () => {
    const spans = requestSpans(spanOf(), TARGET, { ...SETTINGS, phases: false });
    expect(spans).toEqual([
      {
        traceId: 77n,
        id: 78n,
        parentId: 77n,
        startNs: 1_700_000_000_000_000_000n,
        endNs: 1_700_000_000_064_000_000n,
        error: false,
        service: 'api',
        metrics: [],
        tags: new Map([
          ['team', 'payments'],
          ['method', 'GET'],
          ['host', 'api.example.com:8443'],
          ['status', '200'],
          ['synthetic', 'true'],
          ['ssf_objective', 'followers'],
        ]),
        indicator: true,
        name: 'followers',
      },
    ]);
  });

  test('that failed says so, with its cause', () => {
    const [broken] = requestSpans(spanOf({ status: 0, cause: 'reset' }), TARGET, SETTINGS);
    expect(broken?.error).toBe(true);
    expect([broken?.tags.get('status'), broken?.tags.get('cause')]).toEqual(['none', 'reset']);
    const [refused] = requestSpans(spanOf({ status: 503, cause: 'http-5xx' }), TARGET, SETTINGS);
    expect([refused?.error, refused?.tags.get('status')]).toEqual([true, '503']);
  });

  test('shows neither path, nor query, nor password, nor the peer', () => {
    const said = requestSpans(spanOf(), TARGET, SETTINGS).flatMap(({ tags, name }) => [
      name,
      ...tags.values(),
    ]);
    expect(said.join(' ')).not.toMatch(/secret|token|\/u|10\.0\.0\.7/);
  });

  test('has its phases as children, named as TraceRoundTripper names their beginnings', () => {
    const [root, ...children] = requestSpans(spanOf(), TARGET, SETTINGS);
    const lengths = children.map(({ name, startNs, endNs }) => [name, Number(endNs - startNs) / 1e6]);
    expect(lengths).toEqual([
      ['http.start', 1],
      ['http.resolvingDNS', 2],
      ['http.connecting', 12],
      ['http.gotConnection.new', 16],
      ['http.finishedWrite', 30],
      ['http.gotFirstByte', 2],
    ]);
    expect(
      children.every(({ parentId, traceId, indicator }) => parentId === 78n && traceId === 77n && !indicator),
    ).toBe(true);
    expect(children[3]?.tags).toEqual(new Map([['was_idle', 'false']]));
    expect(children[0]?.startNs).toBe(1_700_000_000_001_000_000n);
    expect(children.at(-1)?.endNs).toBe(root?.endNs);
  });

  test('on a kept connection has no phase of opening one', () => {
    const kept = spanOf({ reused: true, phases: phasesOf({ send: 1, wait: 2, receive: 3 }) });
    const names = requestSpans(kept, TARGET, SETTINGS).map(({ name }) => name);
    expect(names).toEqual([
      'followers',
      'http.gotConnection.reused',
      'http.finishedWrite',
      'http.gotFirstByte',
    ]);
    expect(requestSpans(kept, TARGET, SETTINGS)[1]?.tags.get('was_idle')).toBe('true');
  });

  test('gives ids of their own, positive and below 2^63, and times without a gap, to its children', () => {
    const anyPhase = fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: NaN });
    const anyPhases = fc.record(
      Object.fromEntries(PHASES.map((phase) => [phase, anyPhase])) as Record<Phase, typeof anyPhase>,
    );
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 63n - 1n }), anyPhases, (spanId, phases) => {
        const [root, ...children] = requestSpans(spanOf({ spanId, phases }), TARGET, SETTINGS);
        const ids = children.map(({ id }) => id);
        expect(new Set([...ids, root?.id]).size).toBe(children.length + 1);
        expect(ids.every((id) => id > 0n && id < 2n ** 63n)).toBe(true);
        children.slice(1).forEach((child, index) => expect(child.startNs).toBe(children[index]?.endNs));
      }),
    );
  });
});
