import { expect, test } from 'vitest';
import { type Findings, judgeMachine } from '../../../src/app/machine/doctor.ts';

const SOUND: Findings = {
  figures: { descriptorLimit: 1_048_576, ports: 28_232, cpuQuota: null },
  cpuCount: 4,
  memoryBytes: 8e9,
  clockStepMs: 0.0001,
  driftMs: 0.2,
  watchedMs: 2000,
  lost: { throttledMs: 0, stolenMs: 0 },
  calibration: { kind: 'full', ceilingPerSecond: 20_000, floorUs: 70 },
  stateKept: true,
};

test('a sound machine passes every check, and nothing is advised', () => {
  const checks = judgeMachine(SOUND);
  expect(checks.length).toBeGreaterThanOrEqual(10);
  expect(checks.every(({ judgement, remedy }) => judgement === 'ok' && remedy === null)).toBe(true);
});

test('what the system does not say is no fault', () => {
  const figures = { descriptorLimit: null, ports: null, cpuQuota: null };
  const checks = judgeMachine({ ...SOUND, figures, lost: { throttledMs: null, stolenMs: null } });
  expect(checks.filter(({ judgement }) => judgement !== 'ok')).toEqual([]);
  expect(checks.filter(({ value }) => value === 'unknown').map(({ name }) => name)).toEqual([
    'file descriptors',
    'local ports',
    'throttled',
    'stolen by the hypervisor',
  ]);
});

test.each<readonly [name: string, changed: Partial<Findings>, judgement: string, value: string]>([
  ['generator', { calibration: null }, 'bad', 'could not be calibrated'],
  [
    'generator ceiling',
    { calibration: { kind: 'full', ceilingPerSecond: 4999, floorUs: 70 } },
    'warn',
    '4,999 requests/s per worker',
  ],
  [
    'generator ceiling',
    { calibration: { kind: 'full', ceilingPerSecond: 900, floorUs: 70 } },
    'bad',
    '900 requests/s per worker',
  ],
  [
    'generator floor',
    { calibration: { kind: 'full', ceilingPerSecond: 9000, floorUs: 800 } },
    'warn',
    '800us added to each request',
  ],
  ['file descriptors', { figures: { ...SOUND.figures, descriptorLimit: 1024 } }, 'warn', '1,024'],
  ['file descriptors', { figures: { ...SOUND.figures, descriptorLimit: 100 } }, 'bad', '100'],
  ['local ports', { figures: { ...SOUND.figures, ports: 5000 } }, 'warn', '5,000 per server'],
  ['processors', { cpuCount: 1 }, 'warn', '1'],
  ['processors', { figures: { ...SOUND.figures, cpuQuota: 0.25 } }, 'bad', '4, of which 0.3 may be used'],
  ['memory', { memoryBytes: 256e6 }, 'warn', '256MB'],
  ['clock resolution', { clockStepMs: 2 }, 'bad', '2ms'],
  ['clock drift', { driftMs: 50 }, 'warn', '50ms in 2s'],
  ['throttled', { lost: { throttledMs: 300, stolenMs: 0 } }, 'bad', '300ms in 2s'],
  ['stolen by the hypervisor', { lost: { throttledMs: 0, stolenMs: 40 } }, 'warn', '40ms in 2s'],
  ['state folder', { stateKept: false }, 'warn', 'not writable'],
])('%s is told with a remedy: %j', (name, changed, judgement, value) => {
  const others = judgeMachine({ ...SOUND, ...changed }).filter((check) => check.judgement !== 'ok');
  expect(others).toEqual([{ name, value, judgement, remedy: expect.stringMatching(/\w/) }]);
});
