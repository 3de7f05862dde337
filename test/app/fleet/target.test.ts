/** Servers as people name them. */

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseTarget, parseTargets } from '../../../src/app/fleet/target.ts';
import { UsageError } from '../../../src/core/errors.ts';

test.each([
  ['http://10.0.0.3:8080/', 'http://10.0.0.3:8080/', 'service'],
  ['10.0.0.3:8080', 'http://10.0.0.3:8080/', 'service'],
  ['api', 'http://api/', 'service'],
  ['[::1]:80/x', 'http://[::1]/x', 'service'],
  ['https://api.example.com/health?a=1#part', 'https://api.example.com/health?a=1', 'service'],
  ['http://10.0.0.3:9100/metrics', 'http://10.0.0.3:9100/metrics', 'prometheus'],
  ['10.0.0.3:6060/debug/vars', 'http://10.0.0.3:6060/debug/vars', 'expvar'],
  ['10.0.0.3:6060/debug/pprof/', 'http://10.0.0.3:6060/debug/pprof/', 'pprof'],
] as const)('%s', (text, url, kind) => {
  expect(parseTarget(text)).toEqual({ name: null, url, kind });
});

test.each(['', 'ftp://x/', 'http://', 'http://a b/', 'a:99999', 'file:///etc/passwd', 'x\u001b[31m'])(
  'what is no address is refused: %j',
  (text) => {
    expect(() => parseTarget(text)).toThrow(UsageError);
  },
);

test('a password is not repeated in the message', () => {
  expect(() => parseTarget('http://user:hunter2@a b/')).not.toThrow(/hunter2/);
  expect(() => parseTarget('http://user:hunter2@a b/')).toThrow(/\*\*\*@/);
});

describe('a file', () => {
  test('has addresses, names, kinds and comments', () => {
    const text =
      '\ufeff# ours\n10.0.0.3:8080 api-1\r\n\n10.0.0.3:9100/x api-1 prometheus # its exporter\n10.0.0.4 - service\n';
    expect(parseTargets(text, 'fleet.txt')).toEqual([
      { name: 'api-1', url: 'http://10.0.0.3:8080/', kind: 'service' },
      { name: 'api-1', url: 'http://10.0.0.3:9100/x', kind: 'prometheus' },
      { name: null, url: 'http://10.0.0.4/', kind: 'service' },
    ]);
  });

  test.each([
    ['a\nb\nftp://c', 'fleet.txt:3: "ftp://c" is no address of a server'],
    ['a name elephant', 'fleet.txt:1: "elephant" is no kind of a target'],
    ['a name service more', 'fleet.txt:1: a line has at most an address, a name and a kind'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => parseTargets(text, 'fleet.txt')).toThrow(message);
  });

  test('whatever is in it, each line is a target, nothing, or refused by its number', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 30 }), { maxLength: 6 }), (lines) => {
        const text = lines.map((line) => line.replaceAll(/[\r\n]/g, ' ')).join('\n');
        const outcome = outcomeOf(() => parseTargets(text, 'f').length);
        const isRefused = outcome instanceof UsageError && /^f:[1-6]: /.test(outcome.message);
        expect(isRefused || (typeof outcome === 'number' && outcome <= lines.length)).toBe(true);
      }),
    );
  });
});

/** What a call gives, or throws. */
function outcomeOf(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    return error;
  }
}
