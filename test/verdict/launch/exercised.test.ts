import { describe, expect, test } from 'vitest';
import type { Plan, Target } from '../../../src/plan/plan.ts';
import { Exercise } from '../../../src/verdict/launch/exercised.ts';
import type { ExerciseReport } from '../../../src/verdict/launch/report.ts';
import { type Act, many, measured, open, planOf, target } from '../measured.ts';

interface Done {
  readonly plan?: Plan;
  readonly acts?: readonly Act[];
  readonly remotes?: readonly string[];
  readonly connectionsOpened?: number;
  readonly offeredMs?: number;
}

function ledger({ plan = planOf(['errors < 1%']), acts = many(100), ...more }: Done = {}): ExerciseReport[] {
  const exercise = new Exercise();
  const trial = measured(plan, acts, { offeredMs: more.offeredMs ?? 20_000 });
  trial.recording.counts.connectionsOpened = more.connectionsOpened ?? 0;
  for (const remote of more.remotes ?? []) trial.recording.addresses.set(remote, { attempts: 1, failed: 0 });
  exercise.add(trial, true);
  return exercise.report(plan);
}

function entry(id: ExerciseReport['id'], done?: Done): Pick<ExerciseReport, 'exercised' | 'text'> {
  const found = ledger(done).find((report) => report.id === id);
  if (found === undefined) throw new Error(`no entry ${id}`);
  return found;
}

function planWith(...targets: readonly Partial<Target>[]): Plan {
  return planOf(['errors < 1%'], {
    targets: targets.map((one, index) => ({ ...target(`t${index}`), ...one })),
    data: {
      columns: ['user', 'page'],
      rows: [
        ['1', 'a'],
        ['2', 'b'],
        ['3', 'c'],
      ],
    },
  });
}

test('has an entry for each thing, always in the same order', () => {
  const ids = ['addresses', 'connections', 'cache', 'keys', 'writes', 'arrivals', 'duration'];
  expect(ledger().map(({ id }) => id)).toEqual(ids);
  expect(new Exercise().report(planOf(['errors < 1%'])).map(({ id }) => id)).toEqual(ids);
});

test.each([
  [0, 'Nothing was sent.'],
  [50, 'Nothing was sent but the way up to a rate.'],
])('claims nothing of a launch that measured nothing, after %d on the way up', (warmup, text) => {
  const plan = planOf(['errors < 1%']);
  const exercise = new Exercise();
  const trial = measured(plan, [], { offeredMs: 0 });
  trial.recording.counts.warmup = warmup;
  exercise.add(trial, false);
  const entries = exercise.report(plan);
  expect(entries.every(({ exercised }) => !exercised)).toBe(true);
  expect(new Set(entries.slice(0, -1).map((entry) => entry.text))).toEqual(new Set([text]));
  expect(entries.at(-1)?.text).toBe('Nothing was measured.');
});

describe('addresses', () => {
  test.each<[remotes: string[], exercised: boolean, text: string]>([
    [[], false, 'No server was reached.'],
    [['10.0.0.1:80'], false, 'one address, 10.0.0.1:80'],
    [['10.0.0.1:80', '10.0.0.2:80'], true, '2 addresses'],
    [['10.0.0.1:80', '10.0.0.2:80', 'other'], true, 'more than 2 addresses'],
  ])('%j were reached', (remotes, exercised, text) => {
    const found = entry('addresses', { remotes });
    expect(found.exercised).toBe(exercised);
    expect(found.text).toContain(text);
  });
});

describe('connections', () => {
  test.each([
    [2, false, '2 connections were opened for 100 requests (2%)'],
    [1, false, '1 connection was opened'],
    [10, true, 'as new visitors would'],
  ])('%d of 100 requests had a fresh one', (connectionsOpened, exercised, text) => {
    const found = entry('connections', { connectionsOpened });
    expect(found.exercised).toBe(exercised);
    expect(found.text).toContain(text);
  });
});

describe('cache hits', () => {
  test.each([
    [0, true, 'the servers did the work'],
    [0.3, true, '30% of the answers came from a cache.'],
    [1, false, '100% of the answers came from a cache'],
  ])('%d of the answers', (share, exercised, text) => {
    const found = entry('cache', { acts: many(100, (index) => ({ cached: index < 100 * share })) });
    expect(found.exercised).toBe(exercised);
    expect(found.text).toContain(text);
  });
});

describe('keys', () => {
  test.each<[name: string, targets: Partial<Target>[], exercised: boolean, text: string]>([
    ['one URL', [{}], false, 'The same request was sent again and again'],
    ['two URLs', [{}, {}], false, 'The same 2 requests were sent'],
    ['a secret in the URL', [{ url: 'http://a/${env:TOKEN}' }], false, 'The same request'],
    ['one possible number', [{ url: 'http://a/${random.int(4,4)}' }], false, 'The same request'],
    ['a row of data', [{ url: 'http://a/${data.user}/${data.page}' }], true, 'up to 3 different ones'],
    ['numbers', [{ url: 'http://a/${random.int(1,20)}' }], true, 'up to 20 different ones'],
    ['data and numbers', [{ url: 'http://a/${data.user}?p=${random.int(1,4)}' }], true, 'up to 12'],
    ['a number in the body', [{ body: '{"id":${seq}}' }], true, 'no end of different ones'],
    ['a header', [{ headers: [['x-user', '${uuid}']] }, {}], true, 'no end of different ones'],
  ])('of %s', (_, targets, exercised, text) => {
    const found = entry('keys', { plan: planWith(...targets) });
    expect(found.exercised).toBe(exercised);
    expect(found.text).toContain(text);
  });
});

describe('writes', () => {
  test.each<[targets: Partial<Target>[], exercised: boolean, text: string]>([
    [[{}, { method: 'HEAD' }], false, 'Nothing was written'],
    [[{ weight: 9 }, { method: 'POST', weight: 1 }], true, '10% of the requests write.'],
    [[{ method: 'DELETE' }], true, '100% of the requests write.'],
  ])('by %j', (targets, exercised, text) => {
    const found = entry('writes', { plan: planWith(...targets) });
    expect(found.exercised).toBe(exercised);
    expect(found.text).toContain(text);
  });
});

test.each([
  ['poisson', true],
  ['uniform', false],
] as const)('%s arrivals are those of real users: %s', (arrivals, exercised) => {
  const plan = planOf(['errors < 1%'], { load: open([], { arrivals }) });
  expect(entry('arrivals', { plan }).exercised).toBe(exercised);
});

test.each([
  [60_000, false, '1m were measured in all: what comes less often than once in 20s was not seen.'],
  [3_600_000, true, 'once in 20m'],
])('of %d ms', (offeredMs, exercised, text) => {
  const found = entry('duration', { offeredMs });
  expect(found.exercised).toBe(exercised);
  expect(found.text).toContain(text);
});

test('trials add up', () => {
  const plan = planOf(['errors < 1%']);
  const exercise = new Exercise();
  for (let trial = 0; trial < 3; trial += 1)
    exercise.add(measured(plan, many(10), { offeredMs: 10_000 }), true);
  expect(exercise.report(plan).at(-1)?.text).toContain('30s were measured');
});
