import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bareUrl, buildSinks, buildTrace } from '../../../src/result/trace/facts.ts';
import { SAMPLE_SINKS } from '../../support/sample-servers.ts';

const same = (text: string): string => text;

describe('an address without what may be secret', () => {
  test.each([
    ['udp://127.0.0.1:8126', 'udp://127.0.0.1:8126'],
    ['http://me:pass@h:9091/metrics/job/a?x=1', 'http://h:9091/metrics/job/a'],
    ['https://token@h/#fragment', 'https://h/'],
    ['unix:///run/veneur.sock', 'unix:///run/veneur.sock'],
    ['127.0.0.1:9464', '127.0.0.1:9464'],
    ['http://h/a@b', 'http://h/a@b'],
    ['http://a@b@h/c', 'http://h/c'],
  ])('%s', (url, bare) => {
    expect(bareUrl(url)).toBe(bare);
  });

  test('never has a query', () => {
    fc.assert(fc.property(fc.string(), (text) => !/[?#]/.test(bareUrl(text))));
  });
});

describe('where traces are looked at', () => {
  test.each([
    ['https://t.example/trace/{trace_id}', 'https://t.example/trace/{trace_id}'],
    ['https://t.example/?key={trace_id}&tab=1', 'https://t.example/?key={trace_id}&tab=1'],
    ['https://t.example/{trace_id}?token=abcd', 'https://t.example/{trace_id}?token=***'],
    ['https://me:pass@t.example/{trace_id}', 'https://***@t.example/{trace_id}'],
  ])('keeps the place of the id, and no secret: %s', (url, safe) => {
    expect(buildTrace({ url, headers: true }, same)).toEqual({ url: safe, headers: true });
  });

  test('keeps a long query whole', () => {
    const url = `https://t.example/?q=${'a'.repeat(2000)}{trace_id}`;
    expect(buildTrace({ url, headers: false }, same).url).toBe(url);
  });

  test('may be nowhere', () => {
    expect(buildTrace({ url: null, headers: true }, same)).toEqual({ url: null, headers: true });
  });
});

describe('sinks', () => {
  test('are told as they were, with safe texts', () => {
    expect(buildSinks(SAMPLE_SINKS, same)).toEqual(SAMPLE_SINKS);
    const [sink] = buildSinks(
      SAMPLE_SINKS.slice(1).map((each) => ({ ...each, address: 'http://u:p@h/x?y=1', lastError: 'bad' })),
      (text) => text.toUpperCase(),
    );
    expect(sink).toMatchObject({ kind: 'PUSHGATEWAY', address: 'HTTP://H/X', lastError: 'BAD', lost: 5 });
  });
});
