import { describe, expect, test } from 'vitest';
import { type Attempt, blankAttempt, PHASES } from '../../../src/core/attempt.ts';
import { phasesOf } from '../../../src/core/trace/phases.ts';

const WHOLE: Partial<Attempt> = {
  outcome: 'completed',
  readyMs: 1,
  dnsMs: 2,
  connectMs: 3,
  tlsMs: 4,
  sendMs: 20,
  sentMs: 21,
  firstByteMs: 28,
  endMs: 30,
};

const of = (changes: Partial<Attempt>) => phasesOf({ ...blankAttempt(), ...WHOLE, ...changes });

describe('the phases of an attempt', () => {
  test('add up to the time from ready to end', () => {
    const phases = of({});
    expect(phases).toEqual({ blocked: 10, dns: 2, connect: 3, tls: 4, send: 1, wait: 7, receive: 2 });
    expect(PHASES.reduce((sum, phase) => sum + phases[phase], 0)).toBe(29);
  });

  test('do without an opening on a kept-alive connection', () => {
    expect(of({ dnsMs: NaN, connectMs: NaN, tlsMs: NaN })).toMatchObject({ blocked: 19, dns: NaN, tls: NaN });
  });

  test.each([
    ['sending', { sentMs: NaN, firstByteMs: NaN }, { send: 10, wait: NaN, receive: NaN }],
    ['waiting', { firstByteMs: NaN }, { send: 1, wait: 9, receive: NaN }],
    ['receiving', {}, { send: 1, wait: 7, receive: 2 }],
  ])('last until its end when it broke while %s', (_, clocks, wanted) => {
    expect(of({ outcome: 'broken', ...clocks })).toMatchObject(wanted);
  });

  test('are not known when nothing was sent', () => {
    const unsent = { dnsMs: NaN, connectMs: NaN, tlsMs: NaN, sendMs: NaN, sentMs: NaN, firstByteMs: NaN };
    const phases = of({ outcome: 'broken', ...unsent });
    expect(PHASES.filter((phase) => !Number.isNaN(phases[phase]))).toEqual([]);
  });
});
