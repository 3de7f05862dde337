import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { dogstatsdLines, packets } from '../../../src/telemetry/dogstatsd/metrics.ts';
import { timerLine } from '../../../src/telemetry/dogstatsd/timer.ts';
import { readDatagram, readLine, type StatsdMetric } from '../../support/dogstatsd-grammar.ts';
import { anyInterval, hostileText, sampleInterval, tallyOf } from '../../support/intervals.ts';

const NAMING = { prefix: 'headroom', tags: ['env:staging'] };

function metricsOf(lines: readonly string[]): StatsdMetric[] {
  return lines.map(readLine).flatMap((item) => (item.kind === 'metric' ? [item] : []));
}

function sumOf(metrics: readonly StatsdMetric[], name: string): number {
  return metrics
    .filter((metric) => metric.name === name)
    .reduce((sum, { values }) => sum + Number(values[0]), 0);
}

describe('a stretch in DogStatsD', () => {
  const lines = dogstatsdLines(sampleInterval(), NAMING);

  test('has counts by status and by cause, and percentiles under names of their own', () => {
    const shown = lines.filter((line) => !line.includes('|ms'));
    expect(shown).toEqual([
      'headroom.sent:1002|c|#env:staging,target:followers',
      'headroom.dropped:3|c|#env:staging,target:followers',
      'headroom.requests:1000|c|#env:staging,target:followers,status:200',
      'headroom.requests:1|c|#env:staging,target:followers,status:none',
      'headroom.failures:1|c|#env:staging,target:followers,cause:reset',
      'headroom.response.p50:500.223|g|#env:staging,target:followers',
      'headroom.response.p95:950.271|g|#env:staging,target:followers',
      'headroom.response.p99:990.207|g|#env:staging,target:followers',
      'headroom.response.p99.9:999.423|g|#env:staging,target:followers',
      'headroom.response.max:1000|g|#env:staging,target:followers',
      'headroom.sent:2|c|#env:staging,target:record',
      'headroom.requests:1|c|#env:staging,target:record,status:201',
      'headroom.requests:1|c|#env:staging,target:record,status:503',
      'headroom.failures:1|c|#env:staging,target:record,cause:http-5xx',
      'headroom.response.p50:12.5|g|#env:staging,target:record',
      'headroom.response.p95:12.5|g|#env:staging,target:record',
      'headroom.response.p99:12.5|g|#env:staging,target:record',
      'headroom.response.p99.9:12.5|g|#env:staging,target:record',
      'headroom.response.max:12.5|g|#env:staging,target:record',
      'headroom.send_lag.p50:0.2|g|#env:staging',
      'headroom.send_lag.p95:4|g|#env:staging',
      'headroom.send_lag.p99:4|g|#env:staging',
      'headroom.send_lag.p99.9:4|g|#env:staging',
      'headroom.send_lag.max:4|g|#env:staging',
      'headroom.in_flight:1|g|#env:staging',
    ]);
  });

  test('has response times that weigh as many as there were, and are spread as they were', () => {
    const timers = metricsOf(lines).filter(
      ({ tags }) => tags.includes('target:followers') && tags.includes('result:success'),
    );
    const timed = timers.filter(({ type }) => type === 'ms');
    const values = timed.flatMap((timer) => timer.values.map(Number));
    expect(values).toHaveLength(200);
    expect(values.length / (timed[0]?.rate ?? NaN)).toBeCloseTo(1000, 6);
    expect(values.every((value, part) => Math.abs(value - (part + 0.5) * 5) <= 3)).toBe(true);
    const failed = metricsOf(lines).filter(({ tags }) => tags.includes('result:failed'));
    expect(failed.map(({ values: those, rate }) => [those, rate])).toEqual([[['3'], 1]]);
  });

  test('keeps every single value of few, one a line', () => {
    const [target] = sampleInterval().targets;
    if (target === undefined) throw new Error('the sample has a target');
    const ms = Array.from({ length: 200 }, (_, index) => index / 8);
    const few = { ...sampleInterval(), targets: [{ ...target, response: tallyOf(ms) }] };
    const timers = metricsOf(dogstatsdLines(few, NAMING)).filter(({ type }) => type === 'ms');
    expect(timers.flatMap(({ values }) => values.map(Number))).toEqual(
      ms.map((value) => expect.closeTo(value, 1) as number),
    );
    expect(timers.every(({ rate, values }) => rate === 1 && values.length === 1)).toBe(true);
  });

  test('of any numbers, names and tags is what Veneur takes, and the counts are all there', () => {
    const anyNaming = fc.record({ prefix: hostileText, tags: fc.array(hostileText, { maxLength: 3 }) });
    fc.assert(
      fc.property(anyInterval, anyNaming, (interval, naming) => {
        const made = dogstatsdLines(interval, naming);
        const metrics = metricsOf(made);
        expect(metrics).toHaveLength(made.length);
        const asked = interval.targets.reduce((sum, { sent }) => sum + sent, 0);
        const sent = metrics.filter(({ name }) => name.endsWith('sent')).map(({ name }) => name)[0] ?? 'sent';
        expect(sumOf(metrics, sent)).toBe(asked);
        const own = metrics.flatMap(({ tags }) => tags.filter((tag) => tag.startsWith('target')));
        expect(own.every((tag) => /^[\p{L}\p{N}_\-./:]+$/u.test(tag))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test('never lets two targets share a series, however alike their names look when made harmless', () => {
    const [target] = sampleInterval().targets;
    if (target === undefined) throw new Error('the sample has a target');
    const targets = ['a b', 'a_b', 'a|b', 'a_b_2'].map((name) => ({ ...target, name }));
    const gauges = metricsOf(dogstatsdLines({ ...sampleInterval(), targets }, NAMING)).filter(({ name }) =>
      name.endsWith('.p99'),
    );
    expect(new Set(gauges.map(({ tags }) => tags.join())).size).toBe(gauges.length);
  });

  test.each([
    ['_sc', '_script', 'sc._script'],
    ['', '[', 'unnamed'],
    ['9.lives', 'a b', 'lives.a_b'],
  ])('has names that begin with a letter: %s and %s make %s', (prefix, name, whole) => {
    const line = timerLine(name, 1.5, { naming: { prefix, tags: [] }, tags: [] });
    expect(readLine(line)).toMatchObject({ kind: 'metric', name: whole, values: ['1.5'] });
  });

  test("gives no tag of its own one of Veneur's magic prefixes", () => {
    const [target] = sampleInterval().targets;
    if (target === undefined) throw new Error('the sample has a target');
    const targets = [{ ...target, name: 'veneurglobalonly' }];
    const tags = metricsOf(dogstatsdLines({ ...sampleInterval(), targets }, NAMING)).flatMap(
      (metric) => metric.tags,
    );
    expect(tags.filter((tag) => tag.startsWith('veneur'))).toEqual([]);
  });
});

describe('datagrams', () => {
  test('hold every line once, in its order, within the bound; what fits into none is counted', () => {
    const lines = fc.array(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 60 }).map((line) => line.replaceAll('\n', ' ')),
    );
    fc.assert(
      fc.property(lines, fc.integer({ min: 1, max: 120 }), (given, maxBytes) => {
        const made = packets(given, maxBytes);
        const fitting = given.filter((line) => Buffer.byteLength(line) <= maxBytes);
        expect(made.packets.flatMap((packet) => packet.split('\n'))).toEqual(fitting);
        expect(made.packets.every((packet) => Buffer.byteLength(packet) <= maxBytes)).toBe(true);
        expect(made.lost).toBe(given.length - fitting.length);
      }),
    );
  });

  test('are no more than need be', () => {
    expect(packets(['aa', 'bb', 'cc', 'dd'], 5).packets).toEqual(['aa\nbb', 'cc\ndd']);
    expect(packets(['aa', 'bb', 'cc'], 4).packets).toEqual(['aa', 'bb', 'cc']);
    expect(packets([], 100)).toEqual({ packets: [], lost: 0 });
  });

  test('of a stretch fit into one frame of Ethernet and lose no line', () => {
    const made = packets(dogstatsdLines(sampleInterval(), NAMING), 1432);
    expect(made.lost).toBe(0);
    expect(made.packets.flatMap(readDatagram)).toHaveLength(dogstatsdLines(sampleInterval(), NAMING).length);
  });
});
