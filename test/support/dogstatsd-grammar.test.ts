import { describe, expect, test } from 'vitest';
import { MAX_DATAGRAM, readDatagram, readLine } from './dogstatsd-grammar.ts';

/** What Veneur refuses: its own tests of invalid packets, events and service checks, and what section 2.4 adds. */
const REFUSED = [
  'foo',
  'foo:1',
  'foo:1||',
  'foo:1|c|',
  'foo:1|c||',
  'foo:1|c||@0.1',
  'foo:1|foo|',
  'foo:1|x',
  'foo:|c',
  ':1|c',
  'foo:1|c|@',
  'foo:1|c|@0',
  'foo:1|c|@1.1',
  'foo:1|c|@-0.1',
  'foo:1|c|@0.5|@0.2',
  'foo:1|c|#a|#b',
  'foo:1|c|foo',
  'foo:1|c|c:abcdef',
  'foo:1|g|T1700000000',
  'foo:NaN|g',
  'foo:Inf|g',
  'foo:-Inf|g',
  'foo:bar|c',
  'foo:1:|c',
  'foo:1::2|ms',
  '_e{4,3}:foo|bar',
  '_e{3,4}:foo|bar',
  '_e{0,3}:|bar',
  '_e{3,0}:foo|',
  '_e{5,1}:fo|oo|b',
  '_e{3,3}:foo',
  '_e{3,3}foo|bar',
  '_e{3,3}:foo/bar',
  '_e{a,3}:foo|bar',
  '_e{3,3}:foo|bar|',
  '_e{3,3}:foo|bar|d:abc',
  '_e{3,3}:foo|bar|p:medium',
  '_e{3,3}:foo|bar|t:bad',
  '_e{3,3}:foo|bar|t:info|t:info',
  '_e{3,3}:foo|bar|x:1',
  '_sc',
  '_sc|foo',
  '_sc|foo|',
  '_sc|foo|4',
  '_sc||0',
  '_sc|foo|1|',
  '_sc|foo|1|d:abc',
  '_sc|foo|1|m:last|#tag',
  '_sc|foo|1|m:last|h:host',
  '_sc|foo|1|m:a|b',
  '_sc|foo|1|#a|#b',
];

const TAKEN = [
  'a.b.c:1|c',
  'a.b.c:1.5e3|g|#x,y:z',
  'a.b.c:1:2:3|ms|#x|@0.5',
  'a.b.c:any text|s',
  'a b@c:-1|h',
  '_e{3,3}:foo|bar',
  '_e{3,5}:foo|a\\nbc|d:1|h:x|k:y|p:low|s:z|t:error|#a,b:c',
  '_sc|foo.bar|3',
  '_sc|foo.bar|0|d:1|h:x|#a,b|m:all is well',
];

describe("the reader of Veneur's DogStatsD", () => {
  test.each(REFUSED)('refuses %s', (line) => {
    expect(() => readLine(line)).toThrow(JSON.stringify(line));
  });

  test.each(TAKEN)('takes %s', (line) => {
    expect(readLine(line)).toMatchObject({ kind: expect.any(String) as string });
  });

  test('reads each part', () => {
    expect(readLine('a.b:1:2.5|ms|@0.5|#x:y,z')).toEqual({
      kind: 'metric',
      name: 'a.b',
      type: 'ms',
      values: ['1', '2.5'],
      rate: 0.5,
      tags: ['x:y', 'z'],
    });
    expect(readLine('_e{2,4}:ü|a\\nb|t:error|#x')).toMatchObject({ title: 'ü', text: 'a\nb', tags: ['x'] });
    expect(readLine('_sc|a|2|#x|m:b:c')).toMatchObject({ name: 'a', status: 2, tags: ['x'], message: 'b:c' });
  });

  test('skips empty lines, and refuses a datagram that is too long', () => {
    expect(readDatagram('\na:1|c\n\nb:1|c\n')).toHaveLength(2);
    expect(() => readDatagram(`${'a'.repeat(MAX_DATAGRAM)}:1|c`)).toThrow('toolong');
  });
});
