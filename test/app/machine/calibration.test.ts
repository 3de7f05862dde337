import { describe, expect, test } from 'vitest';
import {
  keepCalibration,
  needsCeiling,
  readCalibration,
  workersFor,
} from '../../../src/app/machine/calibration.ts';
import type { Calibration } from '../../../src/load/protocol.ts';
import type { Load } from '../../../src/plan/plan.ts';
import { fakeClock, fakeFiles, fakeWorld } from '../fake-world.ts';
import { atRate, closedLoad } from '../sample-plan.ts';

const FULL: Calibration = { kind: 'full', ceilingPerSecond: 20_000, floorUs: 70 };
const FILE = '/state/calibration.json';

describe('workers and ceiling', () => {
  test.each<
    readonly [why: string, load: Load, ceiling: Calibration | null, matters: boolean, workers: number]
  >([
    ['a gentle rate needs no ceiling', atRate(2000), null, false, 1],
    ['a high rate needs one', atRate(2001), FULL, true, 1],
    ['60 % of one worker is enough', atRate(12_000), FULL, true, 1],
    ['beyond it takes two', atRate(12_001), FULL, true, 2],
    ['never more than processors', atRate(1e6), FULL, true, 4],
    ['one when the ceiling is not known', atRate(1e6), null, true, 1],
    ['a chosen number is kept', atRate(100, { workers: 3 }), null, false, 3],
    ['full speed needs a ceiling and one worker', closedLoad(), FULL, true, 1],
    [
      'users that think are as gentle as their rate',
      closedLoad({ think: { minMs: 500, maxMs: 1500 } }),
      null,
      false,
      1,
    ],
  ])('%s', (_, load, ceiling, matters, workers) => {
    expect(needsCeiling(load)).toBe(matters);
    expect(workersFor(load, { ceiling, cpuCount: 4 })).toBe(workers);
  });
});

describe('the cache', () => {
  test('keeps a full calibration for a day, for the user alone', async () => {
    const clock = fakeClock();
    const world = fakeWorld({ clock });
    expect(keepCalibration('/state', FULL, world)).toBe(true);
    expect(world.files.modes.get(FILE)).toBe(0o600);
    expect(readCalibration('/state', world)).toEqual(FULL);
    await clock.advance(86_399_000);
    expect(readCalibration('/state', world)).toEqual(FULL);
    await clock.advance(2000);
    expect(readCalibration('/state', world)).toBeNull();
  });

  test('is of one machine and one version of Node', () => {
    const world = fakeWorld();
    keepCalibration('/state', FULL, world);
    const newer = { ...world, nodeVersion: 'v24.0.0' };
    expect(readCalibration('/state', newer)).toBeNull();
    expect(readCalibration('/state', { ...world, machine: { ...world.machine, hostname: 'b' } })).toBeNull();
    keepCalibration('/state', { ...FULL, floorUs: 50 }, newer);
    expect(readCalibration('/state', newer)?.floorUs).toBe(50);
    expect(readCalibration('/state', world)?.floorUs).toBe(70);
  });

  test('does not keep a short warm-up', () => {
    const world = fakeWorld();
    expect(keepCalibration('/state', { ...FULL, kind: 'warm-up' }, world)).toBe(true);
    expect(world.files.contents.size).toBe(0);
  });

  test.each([
    ['no JSON', '{"schemaVersion":1,'],
    ['another version', '{"schemaVersion":2,"entries":{}}'],
    ['no object', 'null'],
    ['entries that are none', '{"schemaVersion":1,"entries":[1]}'],
    [
      'nonsense figures',
      '{"schemaVersion":1,"entries":{"tester|Example CPU|4|v20.20.2":{"atMs":1,"calibration":{"ceilingPerSecond":-1,"floorUs":"x"}}}}',
    ],
    ['a polluting key', '{"schemaVersion":1,"entries":{"__proto__":{"atMs":1}}}'],
  ])('with %s is ignored and written anew', (_, text) => {
    const world = fakeWorld({ files: fakeFiles({ [FILE]: text }) });
    expect(readCalibration('/state', world)).toBeNull();
    expect(keepCalibration('/state', FULL, world)).toBe(true);
    expect(readCalibration('/state', world)).toEqual(FULL);
  });

  test('says so when it cannot be written', () => {
    expect(keepCalibration('/readonly', FULL, fakeWorld())).toBe(false);
  });
});
