import { describe, expect, test } from 'vitest';
import { ObserveError } from '../../../src/observe/observe-error.ts';
import { readOrca } from '../../../src/observe/orca.ts';
import { signalsBetween } from '../../../src/observe/signals.ts';
import { numbersOf } from '../readings.ts';

/** The example of the specification: cpu .1, rps 2 (left out), named metrics foo .1 and bar .2. */
const EXAMPLE = 'CZqZmZmZmbk/MQAAAAAAAABAQg4KA2ZvbxGamZmZmZm5P0IOCgNiYXIRmpmZmZmZyT8=';

const numbers = (header: string): Record<string, number> => numbersOf(readOrca(header, 1));

describe('a load report', () => {
  test.each([
    'TEXT cpu_utilization=0.3, mem_utilization=0.8, rps_fractional=10.0, eps=1,named_metrics.custom_metric_util=0.4',
    'JSON {"cpu_utilization": 0.3, "mem_utilization": 0.8, "eps": 1, "named_metrics": {"custom": 0.4}}',
    '{"cpuUtilization": 0.3, "memUtilization": "0.8", "applicationUtilization": null, "utilization": null}',
    '  TEXT   cpu_utilization=0.3,mem_utilization=0.8,named_metrics.drift=-2  ',
  ])('%s', (header) => {
    expect(numbers(header)).toEqual({ 'cpu-share': 0.3, 'memory-share': 0.8 });
  });

  test('is read from protobuf, with its prefix and without', () => {
    expect(numbers(`BIN ${EXAMPLE}`)).toEqual({ 'cpu-share': 0.1 });
    expect(numbers(EXAMPLE)).toEqual({ 'cpu-share': 0.1 });
  });

  test('of 0.97 is saturated, and names what binds', () => {
    for (const header of ['TEXT cpu_utilization=0.97', 'JSON {"cpu_utilization":0.97}']) {
      expect(signalsBetween(null, readOrca(header, 1))).toEqual([
        {
          resource: 'cpu',
          tier: 'reported',
          value: 0.97,
          utilization: 0.97,
          state: 'saturated',
          evidence: '97%, ORCA cpu_utilization',
        },
      ]);
    }
  });

  test('the fullest of what the application says counts, and soft limits may be passed', () => {
    const signals = signalsBetween(
      null,
      readOrca('TEXT application_utilization=0.5,utilization.disk=1.2', 1),
    );
    expect(signals).toMatchObject([
      { resource: 'application', value: 1.2, state: 'saturated', evidence: '120%, ORCA utilization.disk' },
    ]);
  });

  test.each([
    '',
    'TEXT',
    'TEXT cpu_utilization',
    'TEXT cpu_utilization=',
    'TEXT =1',
    'TEXT cpu_utilization=-1',
    'TEXT cpu_utilization=Infinity',
    'JSON [1]',
    'JSON {"cpu_utilization": true}',
    'JSON {"cpu_utilization"',
    'BIN CQ==',
    'BIN /////////////w==',
    'BIN CQAAAAAAAPB/',
    'BIN CQAAAAAAAPC/',
  ])('%j is none', (header) => {
    expect(() => readOrca(header, 1)).toThrow(ObserveError);
  });
});
