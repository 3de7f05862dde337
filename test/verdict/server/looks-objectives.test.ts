import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import type { Resource, ServerLook, ServerLooks, Signal } from '../../../src/core/server/signal.ts';
import type { ObserveSource } from '../../../src/plan/observe/observe-source.ts';
import type { JudgedObjective } from '../../../src/verdict/finding.ts';
import { judgeObjectives } from '../../../src/verdict/objectives.ts';
import { judgeRun } from '../../../src/verdict/verdict.ts';
import { constant, generator, many, measured, open, planOf, run } from '../measured.ts';

type Values = Partial<Record<Resource, number>>;

function signal([resource, value]: [string, number]): Signal {
  return {
    resource: resource as Resource,
    tier: 'reported',
    value,
    utilization: null,
    state: 'unknown',
    evidence: 'a test',
  };
}

function look(atMs: number, values: Values, spanMs = 1000): ServerLook {
  return { atMs, spanMs, signals: Object.entries(values).map(signal) };
}

/** A look a second, from the first second on. */
function server(name: string, values: readonly Values[]): ServerLooks {
  return { server: name, looks: values.map((each, index) => look((index + 1) * 1000, each)) };
}

function steady(resource: Resource, around: number, count = 20): Values[] {
  return Array.from({ length: count }, (_, index) => ({
    [resource]: around * (1 + ((index * 7) % 5) / 100),
  }));
}

interface Scene {
  readonly observe?: readonly ObserveSource[];
  readonly load?: ReturnType<typeof open>;
}

function judgeAll(
  texts: readonly string[],
  servers: readonly ServerLooks[] | undefined,
  scene: Scene = {},
): readonly JudgedObjective[] {
  const seen = measured(planOf(texts, scene), many(100));
  const offeredMs = scene.load === undefined ? 20_000 : 40_000;
  return judgeObjectives({ ...seen, offeredMs, ...(servers === undefined ? {} : { servers }) }).objectives;
}

function judge(text: string, servers?: readonly ServerLooks[], scene: Scene = {}): JudgedObjective {
  const [judged] = judgeAll([text], servers, scene);
  if (judged === undefined) throw new Error('nothing was judged');
  return judged;
}

describe('an objective about a server', () => {
  test.each<readonly [text: string, around: number, status: string]>([
    ['server cpu < 85%', 0.4, 'pass'],
    ['server cpu < 85%', 0.9, 'fail'],
    ['server cpu < 85%', 0.833, 'inconclusive'],
    ['server cpu > 20%', 0.4, 'pass'],
    ['server cpu > 50%', 0.4, 'fail'],
  ])('%s around %d: %s', (text, around, status) => {
    const { finding, ownStatus, isReceived } = judge(text, [server('api-1', steady('cpu', around))]);
    expect(finding.status).toBe(status);
    expect(ownStatus).toBe(status);
    expect(isReceived).toBe(text.includes('<'));
    expect(finding).toMatchObject({ unit: 'ratio', count: null, inflation: 1, target: null });
    expect(finding.server).toEqual({ name: 'api-1', resource: 'cpu' });
    expect(finding.value).toBeGreaterThan(around);
    expect(finding.low ?? Infinity).toBeLessThan(finding.value ?? -Infinity);
    expect(finding.high ?? -Infinity).toBeGreaterThan(finding.value ?? Infinity);
  });

  test.each<readonly [text: string, resource: Resource, around: number, unit: string, says: string]>([
    ['server run-queue < 10ms', 'run-queue', 14, 'ms', 'asked for < 10ms'],
    ['server goroutines < 500', 'goroutines', 12_000, 'count', 'was 12,240'],
    ['server accept-queue <= 1/s', 'accept-queue', 5, 'per-second', 'asked for <= 1/s'],
  ])('%s has its own unit', (text, resource, around, unit, says) => {
    const { finding } = judge(text, [server('api-1', steady(resource, around))]);
    expect(finding).toMatchObject({ status: 'fail', unit });
    expect(finding.because).toContain(says);
    expect(finding.because).toContain(`The ${resource} of api-1 was`);
    expect(finding.because).toContain('over 20 looks');
  });

  test('takes what never moves as it is', () => {
    const flat = server(
      'api-1',
      Array.from({ length: 20 }, () => ({ fds: 0.1, 'accept-queue': 0 })),
    );
    expect(judge('server fds < 80%', [flat]).finding).toMatchObject({ status: 'pass', low: 0.1, high: 0.1 });
    expect(judge('server accept-queue <= 0/s', [flat]).finding.status).toBe('pass');
  });

  test('counts the worst of several servers, or the one that it names', () => {
    const servers = [server('api-1', steady('cpu', 0.3)), server('api-2', steady('cpu', 0.95))];
    const all = judge('server cpu < 85%', servers).finding;
    expect(all).toMatchObject({ status: 'fail', server: { name: 'api-2' } });
    expect(judge('server(api-1) cpu < 85%', servers).finding.status).toBe('pass');
    expect(judge('server(api-2) cpu < 85%', servers).finding.status).toBe('fail');
    const near = [server('api-1', steady('cpu', 0.3)), server('api-2', steady('cpu', 0.6))];
    expect(judge('server cpu < 85%', near).finding.server?.name).toBe('api-2');
  });

  test('is judged in each stage, by the looks that lie within it', () => {
    const load = open([constant(30, 20), constant(60, 20)]);
    const values = [...steady('cpu', 0.3), ...steady('cpu', 0.95)];
    const { finding } = judge('server cpu < 85%', [server('api-1', values)], { load });
    expect(finding.status).toBe('fail');
    expect(finding.because).toContain('in the stage at 60/s');
    expect(finding.because).toContain('over 20 looks');
    const straddling = { server: 'api-1', looks: [look(20_500, { cpu: 0.9 }), look(19_500, { cpu: 0.9 })] };
    expect(judge('server cpu < 85%', [straddling], { load }).finding.because).toContain('over 1 look');
    const early = { server: 'api-1', looks: [look(500, { cpu: 0.9 }), look(30_500, { cpu: 0.9 }, 40_000)] };
    expect(judge('server cpu < 85%', [early]).finding.reason?.code).toBe('SERVER_UNKNOWN');
  });

  test('leaves out what reaches back to before the stage', () => {
    const idle = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((at) => {
      return { ...look(2000 * at, { cpu: 0.1, fds: 0.1 }, 2000), reachMs: 60_000 };
    });
    const servers = [{ server: 'api-1', looks: idle }];
    expect(judge('server cpu < 85%', servers).finding).toMatchObject({
      status: 'inconclusive',
      reason: {
        code: 'SERVER_UNKNOWN',
        text: 'No look at api-1 within a stage of constant rate told of its cpu; what it tells is of the last 1m.',
      },
    });
    expect(judge('server fds < 85%', servers).finding.status).toBe('pass');
    const shorter = idle.map((each) => ({ ...each, reachMs: 12_000 }));
    const { finding } = judge('server cpu < 85%', [{ server: 'api-1', looks: shorter }]);
    expect(finding.because).toContain('over 5 looks');
    expect(finding.status).toBe('pass');
  });

  test('weighs a look by the time that it tells of', () => {
    const looks = [
      look(15_000, { cpu: 0.2 }, 15_000),
      ...[16, 17, 18, 19].map((at) => look(at * 1000, { cpu: 0.9 })),
    ];
    const { finding } = judge('server cpu < 85%', [{ server: 'api-1', looks }]);
    expect(finding.value).toBeCloseTo((15 * 0.2 + 4 * 0.9) / 19, 9);
  });
});

describe('what is not known of servers makes no pass', () => {
  const expvar: ObserveSource = {
    kind: 'expvar',
    server: 'api-1',
    url: 'http://u:p@a:6060/debug/vars',
    headers: [],
    match: null,
  };

  test('where nobody looked', () => {
    for (const servers of [undefined, []]) {
      expect(judge('server cpu < 85%', servers).finding).toMatchObject({
        status: 'inconclusive',
        value: null,
        reason: {
          code: 'SERVER_UNKNOWN',
          text: 'No server was looked at, so nothing can be said of its cpu.',
        },
        server: { name: null, resource: 'cpu' },
      });
    }
  });

  test('where no source tells of the resource: says what they told of', () => {
    const servers = [server('api-1', [{ memory: 0.5, cpu: 0.2 }, { cpu: 0.2 }])];
    const { finding } = judge('server run-queue < 10ms', servers, { observe: [expvar] });
    expect(finding.reason).toEqual({
      code: 'SERVER_UNKNOWN',
      text: 'No source told of run-queue: api-1 (expvar at http://***@a:6060/debug/vars) told of cpu, memory.',
    });
    expect(finding.status).toBe('inconclusive');
  });

  test('where one of the servers of the plan could never be read', () => {
    const servers = [server('api-2', steady('cpu', 0.2))];
    const { finding } = judge('server cpu < 85%', servers, { observe: [expvar] });
    expect(finding).toMatchObject({ status: 'inconclusive', reason: { code: 'SERVER_UNKNOWN' } });
    expect(finding.reason?.text).toContain('Nothing could be read of api-1 (expvar at http://***@a:6060');
    expect(judge('server(api-2) cpu < 85%', servers, { observe: [expvar] }).finding.status).toBe('pass');
    const empty = [...servers, { server: 'api-1', looks: [] }];
    expect(judge('server cpu < 85%', empty).finding.reason?.text).toContain('Nothing could be read of api-1');
    expect(judge('server(api-9) cpu < 85%', empty).finding.reason?.text).toContain(
      'Nothing could be read of api-9',
    );
  });

  test('but a server that is read and has no such resource is left out, and said', () => {
    const servers = [server('api-1', steady('cpu', 0.2)), server('db', steady('memory', 0.2))];
    const { finding } = judge('server cpu < 85%', servers);
    expect(finding.status).toBe('pass');
    expect(finding.because).toContain('Nothing was told of it by db.');
  });

  test('nor do four looks, whatever they show', () => {
    const { finding } = judge('server cpu < 85%', [server('api-1', steady('cpu', 0.1, 4))]);
    expect(finding).toMatchObject({ status: 'inconclusive', low: null, reason: { code: 'RUN_TOO_SHORT' } });
    const five = {
      server: 'api-1',
      looks: [4, 8, 12, 16, 20].map((at) => look(at * 1000, { cpu: 0.1 }, 4000)),
    };
    expect(judge('server cpu < 85%', [five]).finding.status).toBe('pass');
  });

  test('nor does a source that fell silent on the way, though a breach before stays one', () => {
    const { finding } = judge('server cpu < 85%', [server('api-1', steady('cpu', 0.1, 12))]);
    expect(finding).toMatchObject({
      status: 'inconclusive',
      reason: {
        code: 'SERVER_UNKNOWN',
        text: 'Nothing told of the cpu of api-1 for 8s of the time that is judged.',
      },
    });
    expect(judge('server cpu < 85%', [server('api-1', steady('cpu', 0.97, 12))]).finding.status).toBe('fail');
    const late = { server: 'api-1', looks: server('', steady('cpu', 0.1)).looks.slice(8) };
    expect(judge('server cpu < 85%', [late]).finding.reason?.code).toBe('SERVER_UNKNOWN');
    const both = [server('api-2', steady('cpu', 0.1)), server('api-1', steady('cpu', 0.2, 12))];
    expect(judge('server cpu < 85%', both).finding.reason?.text).toContain('of api-1 for 8s');
    const load = open([constant(30, 20), constant(60, 20)]);
    const staged = judge('server cpu < 85%', [server('api-1', steady('cpu', 0.1, 30))], { load });
    expect(staged.finding.reason?.text).toContain('for 10s of');
  });

  test('but looks far apart, or a few that are missing, tell enough', () => {
    const told = (isTold: (second: number) => boolean): string => {
      const values = steady('cpu', 0.1).map((each, second) => (isTold(second) ? each : {}));
      return judge('server cpu < 85%', [server('api-1', values)]).finding.status;
    };
    expect(told((second) => second % 3 === 2)).toBe('pass');
    expect(told((second) => second !== 7 && second !== 19)).toBe('pass');
  });

  test('nor does a plan of ramps', () => {
    const load = open([{ kind: 'ramp', fromPerSecond: 1, toPerSecond: 60, durationMs: 40_000 }]);
    const { finding } = judge('server cpu < 85%', [server('api-1', steady('cpu', 0.1))], { load });
    expect(finding).toMatchObject({ status: 'inconclusive', reason: { code: 'ONLY_RAMPS' } });
  });

  test('a name that a server gave itself is made harmless', () => {
    const { finding } = judge('server cpu < 85%', [server('a\u001b[31m\nb', steady('cpu', 0.1))]);
    expect(finding.because).not.toMatch(/\p{Cc}/u);
  });
});

describe('beside the others', () => {
  test('a run passes by all of its objectives together, and says what is not known of a server', () => {
    const plan = planOf(['errors < 50%', 'server cpu < 85%']);
    const passed = judgeRun({
      ...run(measured(plan, many(600))),
      servers: [server('api-1', steady('cpu', 0.4))],
    });
    expect(passed.verdict.status).toBe('pass');
    const open1 = judgeRun(run(measured(plan, many(600))));
    expect(open1.verdict).toMatchObject({ status: 'inconclusive' });
    expect(open1.verdict.reasons[0]?.text).toContain(
      'server cpu < 85% is not decided: No server was looked at',
    );
    const failed = judgeRun({
      ...run(measured(plan, many(600))),
      servers: [server('api-1', steady('cpu', 0.97))],
    });
    expect(failed.verdict.status).toBe('fail');
    expect(failed.verdict.reasons[0]?.text).toContain(
      'server cpu < 85% is breached: The cpu of api-1 was 98.',
    );
  });

  test('what blocks a pass blocks this one, and no conduct of the generator excuses a busy server', () => {
    const plan = planOf(['server cpu < 85%']);
    const judgedWith = (
      around: number,
      more: Partial<Parameters<typeof judgeRun>[0]>,
    ): string | undefined => {
      const servers = [server('api-1', steady('cpu', around))];
      return judgeRun({ ...run(measured(plan, many(600))), servers, ...more }).objectives[0]?.status;
    };
    const stopped = { by: 'signal', text: 'It was stopped.' } as const;
    expect([judgedWith(0.4, {}), judgedWith(0.97, {})]).toEqual(['pass', 'fail']);
    expect([judgedWith(0.4, { stopped }), judgedWith(0.97, { stopped })]).toEqual(['inconclusive', 'fail']);
    const busy = generator({ conducts: [{ runMs: 20_000, busyMs: 19_900, stalls: 40, stallMaxMs: 400 }] });
    expect(judgedWith(0.97, { generator: busy })).toBe('fail');
    const dead = generator({ deadWorkers: 1 });
    expect(judgedWith(0.4, { generator: dead })).toBe('inconclusive');
  });
});

/** A stationary series of looks that are alike, around a mean: a first-order autoregressive one. */
function alike(number: number, likeness: number, mean: number): Values[] {
  const normal = (index: number): number => {
    const [a, b] = [uniformAt(number, 1, index), uniformAt(number, 2, index)];
    return Math.sqrt(-2 * Math.log(1 - a)) * Math.cos(2 * Math.PI * b);
  };
  let state = normal(0);
  return Array.from({ length: 20 }, (_, index) => {
    state = likeness * state + Math.sqrt(1 - likeness ** 2) * normal(index + 1);
    return { cpu: mean + 0.03 * state };
  });
}

describe('wrong decisions at the limit itself', () => {
  // Of 20 looks that are alike by 0.6 each the mean is as uncertain as that of five.
  test.each([
    [0, 0.065],
    [0.3, 0.075],
    [0.6, 0.095],
  ])('are few where looks are alike by %d', (likeness, most) => {
    const RUNS = 1500;
    const seen = measured(planOf(['server cpu < 50%']), many(1));
    const statuses = Array.from({ length: RUNS }, (_, number) => {
      const servers = [server('api-1', alike(number, likeness, 0.5))];
      return judgeObjectives({ ...seen, servers }).objectives[0]?.finding.status;
    });
    const share = (status: string): number => statuses.filter((each) => each === status).length / RUNS;
    expect(share('pass')).toBeLessThan(most);
    expect(share('fail')).toBeLessThan(most);
    expect(share('pass') + share('fail')).toBeGreaterThan(0.03);
  });
});

test('more of the resource is never better for an upper limit', () => {
  // Sixty-fourths, which add up without rounding.
  const share = fc.integer({ min: 0, max: 64 }).map((parts) => parts / 64);
  const ORDER = ['pass', 'inconclusive', 'fail'];
  fc.assert(
    fc.property(fc.array(share, { minLength: 5, maxLength: 25 }), share, (values, more) => {
      const of = (extra: number): string =>
        judge('server cpu < 60%', [
          server(
            'a',
            values.map((cpu) => ({ cpu: cpu + extra })),
          ),
        ]).finding.status;
      expect(ORDER.indexOf(of(more))).toBeGreaterThanOrEqual(ORDER.indexOf(of(0)));
    }),
    { numRuns: 100 },
  );
});
