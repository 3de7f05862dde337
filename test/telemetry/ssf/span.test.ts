import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  encodeSpan,
  frame,
  MAX_FRAME_BYTES,
  type SsfSample,
  type SsfSpan,
} from '../../../src/telemetry/ssf/span.ts';
import { requires } from '../../support/requires.ts';
import { decodeSpan, FrameReader, SSF_FIXTURES } from '../../support/ssf.ts';

/** 119 bytes that protoc decodes by Veneur's own definition. */
const GOLDEN_HEX =
  '109582a6efc79e849111189582a6efc79e849111288080a8b1e39fe7cb1730a0f8a2b7e39fe7cb174203617069522e0802120d70726f62652e72657175' +
  '6573741d000048413d0000803f420d0a06737461747573120332' +
  '30304a026d735a060a016112016260016a0e474554202f666f6c6c6f77657273';

const GOLDEN: SsfSpan = {
  traceId: 1234567890123456789n,
  id: 1234567890123456789n,
  parentId: 0n,
  startNs: 1700000000000000000n,
  endNs: 1700000000012500000n,
  error: false,
  service: 'api',
  metrics: [
    {
      kind: 'histogram',
      name: 'probe.request',
      value: 12.5,
      timestampNs: 0n,
      message: '',
      status: 0,
      sampleRate: 1,
      tags: new Map([['status', '200']]),
      unit: 'ms',
    },
  ],
  tags: new Map([['a', 'b']]),
  indicator: true,
  name: 'GET /followers',
};

const text = fc
  .oneof(fc.string({ maxLength: 20 }), fc.string({ unit: 'binary', maxLength: 8 }))
  .map((any) => Buffer.from(any).toString());
const id = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
  fc.constantFrom(0n, 1n, 127n, 128n, 2n ** 63n - 1n),
);
const tags = fc
  .dictionary(text, text, { maxKeys: 5, noNullPrototype: true })
  .map(
    (pairs) =>
      new Map(Object.entries(pairs).sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))),
  );
const float = fc.float({ noNaN: true, noDefaultInfinity: true });

const anySample: fc.Arbitrary<SsfSample> = fc.record({
  kind: fc.constantFrom('counter', 'gauge', 'histogram', 'set', 'status'),
  name: text,
  value: float,
  timestampNs: id,
  message: text,
  status: fc.constantFrom(0, 1, 2, 3),
  sampleRate: float,
  tags,
  unit: fc.constantFrom('', 'ns', 'µs', 'ms', 's'),
});

const anySpan: fc.Arbitrary<SsfSpan> = fc.record({
  traceId: id,
  id,
  parentId: id,
  startNs: id,
  endNs: id,
  error: fc.boolean(),
  service: text,
  metrics: fc.array(anySample, { maxLength: 3 }),
  tags,
  indicator: fc.boolean(),
  name: text,
});

function quoted(value: string): string {
  return `"${[...Buffer.from(value)].map((byte) => `\\${byte.toString(8).padStart(3, '0')}`).join('')}"`;
}

function tagsText(name: string, pairs: ReadonlyMap<string, string>): string {
  return [...pairs]
    .map(([key, value]) => `${name} { key: ${quoted(key)} value: ${quoted(value)} }`)
    .join('\n');
}

function floatText(value: number): string {
  return Object.is(value, -0) ? '-0.0' : String(value);
}

/** A span in protobuf's text format. */
function textOf(span: SsfSpan): string {
  const samples = span.metrics.map(
    (
      sample,
    ) => `metrics { metric: ${sample.kind.toUpperCase()} name: ${quoted(sample.name)} value: ${floatText(sample.value)}
      timestamp: ${sample.timestampNs} message: ${quoted(sample.message)} status: ${['OK', 'WARNING', 'CRITICAL', 'UNKNOWN'][sample.status]}
      sample_rate: ${floatText(sample.sampleRate)} ${tagsText('tags', sample.tags)} unit: ${quoted(sample.unit)} }`,
  );
  return `spans { trace_id: ${span.traceId} id: ${span.id} parent_id: ${span.parentId} start_timestamp: ${span.startNs}
    end_timestamp: ${span.endNs} error: ${span.error} service: ${quoted(span.service)} ${samples.join('\n')}
    ${tagsText('tags', span.tags)} indicator: ${span.indicator} name: ${quoted(span.name)} }`;
}

function protoc(args: readonly string[], input: string | Uint8Array): Buffer {
  const done = spawnSync('protoc', [`-I${SSF_FIXTURES}`, ...args, 'sample.proto'], { input, maxBuffer: 1e8 });
  if (done.status !== 0) throw new Error(done.stderr.toString());
  return done.stdout;
}

describe('a span', () => {
  test('is the golden one, byte for byte', () => {
    const bytes = encodeSpan(GOLDEN);
    expect(Buffer.from(bytes).toString('hex')).toBe(GOLDEN_HEX);
    expect(bytes).toHaveLength(119);
  });

  test('says nothing of what is zero', () => {
    const nothing: SsfSpan = {
      ...GOLDEN,
      traceId: 0n,
      id: 0n,
      startNs: 0n,
      endNs: 0n,
      service: '',
      metrics: [],
      tags: new Map(),
      indicator: false,
      name: '',
    };
    expect(encodeSpan(nothing)).toHaveLength(0);
  });

  test('is read again by another library', () => {
    fc.assert(
      fc.property(anySpan, (span) => {
        const read = decodeSpan(encodeSpan(span));
        expect(read.traceId).toBe(String(span.traceId));
        expect(read.endTimestamp).toBe(String(span.endNs));
        expect(read.metrics).toHaveLength(span.metrics.length);
        expect(new Map(Object.entries(read.tags))).toEqual(span.tags);
        expect([read.name, read.service, read.error, read.indicator]).toEqual([
          span.name,
          span.service,
          span.error,
          span.indicator,
        ]);
      }),
    );
  });
});

requires('protoc').describe('protoc', () => {
  test('decodes the golden span', () => {
    const said = protoc(['--decode=ssf.SSFSpan'], encodeSpan(GOLDEN)).toString();
    expect(said).toContain('trace_id: 1234567890123456789\n');
    expect(said).toContain('end_timestamp: 1700000000012500000\n');
    expect(said).toContain('value: 12.5\n');
    expect(said).toContain('indicator: true\nname: "GET /followers"\n');
  });

  test('writes the bytes that we write, of hundreds of spans', () => {
    fc.assert(
      fc.property(fc.array(anySpan, { minLength: 100, maxLength: 200 }), (spans) => {
        const theirs = protoc(['--encode=ssf.Spans', '--deterministic_output'], spans.map(textOf).join('\n'));
        expect(theirs.equals(together(spans))).toBe(true);
      }),
      { numRuns: 4, endOnFailure: true },
    );
  });

  test('decodes them without a field that it does not know', () => {
    const spans = fc.sample(anySpan, 300);
    const said = protoc(['--decode=ssf.Spans'], together(spans)).toString();
    expect(said.match(/^spans \{/gm)).toHaveLength(300);
    expect(said).not.toMatch(/^\s*\d+:/m);
  });
});

/** `Spans` of the definition: field 1, a length, the span. */
function together(spans: readonly SsfSpan[]): Buffer {
  return Buffer.concat(
    spans.flatMap((span) => {
      const bytes = encodeSpan(span);
      const head = [0x0a];
      let rest = bytes.length;
      for (; rest >= 0x80; rest >>>= 7) head.push((rest & 0x7f) | 0x80);
      return [Uint8Array.from([...head, rest]), bytes];
    }),
  );
}

describe('a frame', () => {
  test('is version 0, the length and the message', () => {
    expect([...frame(Uint8Array.of(7, 8, 9))]).toEqual([0, 0, 0, 0, 3, 7, 8, 9]);
    expect(
      Buffer.from(frame(encodeSpan(GOLDEN)))
        .subarray(0, 5)
        .toString('hex'),
    ).toBe('0000000077');
  });

  test('comes out of a stream whole, wherever that is cut', () => {
    const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 10 });
    fc.assert(
      fc.property(messages, fc.array(fc.nat({ max: 3100 }), { maxLength: 20 }), (sent, cuts) => {
        const stream = Buffer.concat(sent.map(frame));
        const at = [0, ...cuts.filter((cut) => cut < stream.length).sort((a, b) => a - b), stream.length];
        const reader = new FrameReader();
        const got = at.slice(1).flatMap((end, index) => reader.push(stream.subarray(at[index], end)));
        expect(got.map((message) => [...message])).toEqual(sent.map((message) => [...message]));
        expect(reader.pending).toBe(0);
      }),
    );
  });

  test('may be split at each byte of itself', () => {
    const bytes = frame(encodeSpan(GOLDEN));
    for (let cut = 0; cut <= bytes.length; cut += 1) {
      const reader = new FrameReader();
      const got = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(got.map((message) => Buffer.from(message).toString('hex'))).toEqual([GOLDEN_HEX]);
    }
  });

  test('of 16 MiB is made, a longer one is not', () => {
    expect(frame(new Uint8Array(MAX_FRAME_BYTES))).toHaveLength(MAX_FRAME_BYTES + 5);
    expect(() => frame(new Uint8Array(MAX_FRAME_BYTES + 1))).toThrow(RangeError);
  });

  test('of another version or of too great a length ends its stream for good', () => {
    for (const bytes of [
      Uint8Array.of(1),
      Uint8Array.of(0, 1, 0, 0, 1),
      Uint8Array.of(0, 255, 255, 255, 255),
    ]) {
      const reader = new FrameReader();
      expect(() => reader.push(bytes)).toThrow(/version 1|a frame of/);
      expect(() => reader.push(frame(encodeSpan(GOLDEN)))).toThrow(/version 1|a frame of/);
    }
  });
});
