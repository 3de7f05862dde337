import { describe, expect, test } from 'vitest';
import { InternalError } from '../../src/core/errors.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { Recording } from '../../src/record/recording.ts';
import { SAMPLE_LAYOUT, sampleRecording } from '../support/sample-result.ts';

describe('the accounts', () => {
  test('of a run that was recorded well add up', () => {
    expect(() => checkAccounts(sampleRecording())).not.toThrow();
  });

  test('of a run without arrivals add up', () => {
    expect(() => checkAccounts(new Recording(SAMPLE_LAYOUT))).not.toThrow();
  });

  const faults: [string, (recording: Recording) => void, string][] = [
    [
      'an arrival that vanished',
      ({ counts }) => (counts.planned += 1),
      'planned = 601 but sent + dropped + unsent = 600',
    ],
    [
      'an answer counted twice',
      ({ counts }) => (counts.completed += 1),
      'sent = 598 but completed + broken + inFlight = 599',
    ],
    ['an unknown status', ({ targets }) => targets[0]?.statuses.clear(), 'but the sum of byStatus ='],
    [
      'a failure without a cause',
      ({ causes }) => causes.delete('reset'),
      'failed = 17 but the sum of byCause = 14',
    ],
    [
      "a target's failure without a cause",
      ({ targets }) => targets[1]?.causes.clear(),
      "the sum of the targets' byCause",
    ],
    [
      'a drop of no target',
      ({ targets }) => targets.forEach((target) => (target.dropped = 0)),
      'dropped = 2 but the sum of dropped over the targets = 0',
    ],
    ['time that nobody spent', ({ counts }) => (counts.inFlightMs += 5), 'inFlightMs ='],
    ['time that is no number', ({ counts }) => (counts.residenceMs = NaN), 'but residenceMs = NaN'],
  ];
  test.each(faults)('with %s are a bug of ours', (_, spoil, message) => {
    const recording = sampleRecording();
    spoil(recording);
    expect(() => checkAccounts(recording)).toThrow(InternalError);
    expect(() => checkAccounts(recording)).toThrow(message);
  });

  test('allow for the rounding of a long sum', () => {
    const recording = sampleRecording();
    recording.counts.inFlightMs *= 1 + 5e-7;
    expect(() => checkAccounts(recording)).not.toThrow();
  });
});
