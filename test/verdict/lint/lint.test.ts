import { describe, expect, test } from 'vitest';
import { cronSchedule } from '../../../src/app/install/schedule.ts';
import { parseDuration } from '../../../src/core/units.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import { worstOf } from '../../../src/verdict/lint/finding.ts';
import { lintPlan } from '../../../src/verdict/lint/lint.ts';
import { memoryReads } from '../../plan/memory-reads.ts';

const PLACE = { nowMs: Date.UTC(2026, 10, 28), planFile: '/srv/checks/shop.yaml' };

interface Parts {
  readonly targets?: string;
  readonly load?: string;
  readonly objectives?: string;
  readonly rest?: string;
}

/** A plan that is clean, where nothing is said otherwise. */
function linted({ targets, load, objectives, rest }: Parts): ReturnType<typeof lintPlan> {
  const text = [
    'version: 1',
    `targets: ${targets ?? '[ { get: https://shop.example.com/, name: home } ]'}`,
    `load: ${load ?? '{ rate: 100/s, duration: 1m }'}`,
    `objectives: ${objectives ?? '[ "p95 < 250ms", "errors < 5%" ]'}`,
    rest ?? 'notify: []',
  ].join('\n');
  return lintPlan(parsePlan({ file: 'p.yaml', text }, {}, memoryReads()).plan, PLACE);
}

/** What stands, notes left out. */
function standing(parts: Parts): string[] {
  return linted(parts)
    .filter(({ severity }) => severity !== 'note')
    .map(({ code, path }) => `${code} ${path.join('.')}`);
}

describe('a plan whose parts fit each other', () => {
  test('is clean', () => {
    expect(linted({})).toEqual([]);
    expect(worstOf([])).toBeNull();
  });

  test('has notes alone with a canary and somebody who is told', () => {
    const found = linted({ rest: 'canary: {}\nnotify: [ { slack: "${env:HOOK}" } ]' });
    expect(worstOf(found)).toBe('note');
    expect(found.map(({ code }) => code)).toEqual(['detection-time', 'detection-time']);
  });
});

const TWO = '[ { get: https://a.example/, name: a, weight: 99 }, { get: https://a.example/b, name: b } ]';

test.each<readonly [what: string, parts: Parts, expected: readonly string[]]>([
  ['no objectives', { objectives: '[]' }, ['no-objectives objectives']],
  [
    'a target that no objective speaks about',
    { targets: TWO, objectives: '[ "a: errors < 5%" ]' },
    ['target-without-objective targets.1'],
  ],
  [
    'an agreement that no objective watches',
    { rest: 'agreement: [ "p99 < 900ms", "p95 < 300ms" ]' },
    ['agreement-without-objective agreement.0'],
  ],
  [
    'an agreement with no room',
    { rest: 'agreement: [ "p95 < 0.25s" ]' },
    ['agreement-not-looser agreement.0'],
  ],
  [
    'a percentile that so few requests cannot show',
    { load: '{ rate: 1/s, duration: 10s }', objectives: '[ "errors < 50%", "p99 < 250ms" ]' },
    ['too-few-requests objectives.1'],
  ],
  [
    'a window that is too short for the rate',
    { load: '{ rate: 10/s, duration: 10m }', objectives: '[ "p99 < 250ms for 10s", "p99 < 250ms" ]' },
    ['window-too-short objectives.0'],
  ],
  [
    'a timeout below the limit',
    {
      targets: '[ { get: https://a.example/, timeout: 200ms } ]',
      objectives: '[ "p95 < 250ms", "p50 < 100ms" ]',
    },
    ['timeout-below-limit objectives.0'],
  ],
])('%s is a warning', (_what, parts, expected) => {
  expect(standing(parts)).toEqual(expected);
});

describe('a canary whose numbers do not fit', () => {
  test('is not told of a load that nobody asked for', () => {
    const rest = 'canary: {}\nnotify: []';
    const objectives = '[ "errors < 0.1%" ]';
    const late = ['canary-detects-late objectives.0'];
    expect(standing({ load: '{}', objectives, rest })).toEqual(late);
    expect(standing({ load: '{ duration: 10s }', objectives, rest })).toEqual([
      'too-few-requests objectives.0',
      ...late,
    ]);
  });

  test('is told of a reminder with each run, unless runs are as rare as reminders usually are', () => {
    const remedies = (section: string): string[] =>
      linted({ rest: `canary: ${section}\n${told}` })
        .filter(({ code }) => code === 'remind-below-every')
        .map(({ remedy }) => remedy);
    expect(remedies('{ every: 1h, remind: 10m }')).toEqual([expect.stringContaining('such as 4h,')]);
    expect(remedies('{ every: 24h }')).toEqual([]);
  });

  const told = 'notify: [ { slack: "${env:HOOK}" } ]';

  test.each<readonly [section: string, expected: readonly string[]]>([
    ['{ every: 12s }', ['run-longer-than-every canary.every']],
    ['{ remind: 30s }', ['remind-below-every canary.remind']],
    ['{ fail: 1 of 1 }', ['rule-of-one canary.fail']],
    ['{ control: "https://SHOP.example.com:8443/health" }', ['control-on-the-target canary.control']],
    ['{ control: "https://other.example.com/" }', []],
    ['{ fail: 3 of 5, every: 2m }', []],
  ])('%s', (section, expected) => {
    expect(standing({ rest: `canary: ${section}\n${told}` })).toEqual(expected);
  });

  test('runs too seldom for its rule, and for burn rates', () => {
    const found = linted({ rest: `canary: { every: 12m }\n${told}`, objectives: '[ "errors < 50%" ]' });
    const of = (code: string): unknown => found.find((each) => each.code === code);
    expect(of('rule-too-slow')).toMatchObject({ severity: 'warning', path: ['canary', 'fail'] });
    expect(of('burn-window-too-short')).toMatchObject({
      severity: 'note',
      text: expect.stringContaining('14.4x (5m)'),
      remedy: expect.stringContaining('every 2m for'),
    });
  });

  test('needs two runs within five minutes', () => {
    const of = (every: string): string[] =>
      linted({ rest: `canary: { every: ${every} }\n${told}` }).map(({ code }) => code);
    expect(of('150s')).not.toContain('burn-window-too-short');
    expect(of('151s')).toContain('burn-window-too-short');
  });

  test('promises so little that no outage burns its budget fast', () => {
    const found = linted({ rest: `canary: { slo: 90% }\n${told}` });
    const [vain] = found.filter(({ code }) => code === 'burn-rate-unreachable');
    expect(vain?.text).toMatch(/budget of 10% this fast: 14\.4x \(5m\)\.$/);
  });

  test('has a maintenance window that is over: a note, since time alone must break nothing', () => {
    const windows = '[ "2026-11-01T22:00Z/2h", "2026-12-01T22:00Z/2h", "Sun 02:00-04:00" ]';
    const found = linted({ rest: `canary: { maintenance: ${windows} }\n${told}` });
    expect(found.filter(({ code }) => code === 'maintenance-over')).toEqual([
      expect.objectContaining({ severity: 'note', path: ['canary', 'maintenance', 0] }),
    ]);
  });

  test('leaves out a target of little weight in most runs', () => {
    expect(standing({ targets: TWO, rest: `canary: {}\n${told}` })).toEqual(['target-unasked targets.1']);
    expect(standing({ targets: TWO })).toEqual([]);
  });

  test('does not judge each objective as it is written', () => {
    const objectives = '[ "p95 < 250ms for 30s", "throughput > 50/s", "p95 < baseline + 10%" ]';
    const found = linted({ objectives, rest: `canary: {}\n${told}` });
    expect(found.map(({ code, path }) => `${code} ${path.join('.')}`)).toEqual([
      'objective-left-out objectives.1',
      'objective-left-out objectives.2',
      'window-longer-than-run objectives.0',
      'detection-time objectives.0',
    ]);
  });
});

describe('the time to detection', () => {
  const of = (objective: string, canary: string): ReturnType<typeof lintPlan> =>
    linted({ objectives: `[ "${objective}" ]`, rest: `canary: ${canary}\nnotify: []` }).filter(({ code }) =>
      /detect/.test(code),
    );

  test('is told where it is short', () => {
    const [found] = of('p95 < 250ms', '{ every: 1m }');
    expect(found).toMatchObject({ code: 'detection-time', severity: 'note' });
    expect(found?.text).toMatch(
      /^The canary notices 10% of slow answers, twice what "p95 < 250ms" allows, after/,
    );
  });

  test('by running more often: at times that a crontab can say', () => {
    const [found] = of('errors < 1%', '{ every: 24h }');
    const every = /every: (\w+)/.exec(found?.remedy ?? '')?.[1] ?? '';
    expect(cronSchedule(parseDuration(every))).toContain('*');
    const [then] = of('errors < 1%', `{ every: ${every} }`);
    expect(then?.code).toBe('detection-time');
  });

  test('is told with what would do, where it is long', () => {
    const [found] = of('errors < 0.1%', '{ every: 1m }');
    expect(found?.severity).not.toBe('note');
    const [, rate = ''] = /^rate: ([\d.]+)\/s/.exec(found?.remedy ?? '') ?? [];
    const [then] = of('errors < 0.1%', `{ every: 1m, rate: ${rate}/s }`);
    expect(then?.code).toBe('detection-time');
  });

  test('of what no gentle canary can see is never', () => {
    const [found] = of('p99.99 < 250ms', '{ every: 1h }');
    expect(found).toMatchObject({ code: 'canary-cannot-detect', severity: 'error' });
    expect(found?.text).toMatch(/never[.]$/);
  });
});

test.each<readonly [what: string, rest: string, code: string]>([
  ['notifiers without a canary', 'notify: [ { slack: "${env:HOOK}" } ]', 'notify-without-canary'],
  ['a canary that tells nobody', 'canary: {}', 'canary-without-notify'],
  ['pages alone', 'canary: {}\nnotify: [ { pagerduty: "${env:KEY}" } ]', 'tickets-unheard'],
  [
    'pages alone, and pings',
    'canary: {}\nnotify: [ { pagerduty: "${env:KEY}" }, { healthchecks: "${env:HC}" } ]',
    'tickets-unheard',
  ],
])('%s is a note', (_what, rest, code) => {
  const found = linted({ rest }).filter((each) => each.code !== 'detection-time');
  expect(found.map((each) => each.code)).toEqual([code]);
  expect(worstOf(found)).toBe('note');
});

describe('maintenance', () => {
  const found = (windows: string): string[] =>
    standing({ rest: `canary: { maintenance: [ ${windows} ] }\nnotify: []` });

  test('without an end silences the pager for good, which is an error', () => {
    const always = ['always-in-maintenance canary.maintenance'];
    expect(found('"daily 00:00-24:00"')).toEqual(always);
    expect(found('"Mon-Fri 00:00-24:00 Europe/Berlin"')).toEqual([]);
    expect(found('"daily 06:00-22:00", "daily 22:00-06:00"')).toEqual(always);
    expect(found('"daily 06:00-22:00", "daily 22:05-06:00"')).toEqual([]);
  });
});

describe('the name of a check', () => {
  const named = (planFile: string | null, canary = '{}'): string[] => {
    const text = `version: 1\ntargets: [ { get: https://a.example/, name: a } ]\ncanary: ${canary}\nnotify: []`;
    const { plan } = parsePlan({ file: 'p.yaml', text }, {}, memoryReads());
    return lintPlan(plan, { ...PLACE, planFile })
      .filter(({ code }) => code === 'check-without-name')
      .map((each) => each.text);
  };

  test('that is made of what is asked changes with it, which is a note', () => {
    expect(named('/srv/shop.yaml')).toEqual([]);
    expect(named('/srv/canary.yaml', '{ check: shop }')).toEqual([]);
    expect(named('/srv/canary.yaml')).toEqual([
      expect.stringMatching(
        /^The check is called "canary-[\da-f]{8}" after what it asks: once a target changes/,
      ),
    ]);
  });
});

describe('a secret that is written out', () => {
  test.each<readonly [what: string, parts: Parts, path: string]>([
    [
      'a hook',
      { rest: 'canary: {}\nnotify: [ { slack: https://hooks.slack.com/x/abcd } ]' },
      'notify.0.slack',
    ],
    ['a key', { rest: 'notify: [ { exec: [ n ] }, { pagerduty: abcd } ]' }, 'notify.1.pagerduty'],
    [
      'a signing secret',
      { rest: 'notify: [ { webhook: { url: http://a, secret: abcd } } ]' },
      'notify.0.webhook',
    ],
    ['a password', { rest: 'notify: [ { alertmanager: http://a:abcd@c } ]' }, 'notify.0.alertmanager'],
    ['an argument', { rest: 'notify: [ { exec: [ n, --token, abcd ] } ]' }, 'notify.0.exec'],
    [
      'a header',
      { targets: '[ { get: https://a.example/, headers: { authorization: Bearer abcd } } ]' },
      'targets.0',
    ],
    ['a query', { targets: '[ { get: "https://a.example/?token=abcd" } ]' }, 'targets.0'],
  ])('%s is found, and not quoted', (_what, parts, path) => {
    const found = linted(parts).filter(({ code }) => code === 'secret-in-plan');
    expect(found.map((each) => each.path.join('.'))).toEqual([path]);
    expect(JSON.stringify(found)).not.toContain('abcd');
  });

  test.each([
    ['http://localhost:8080/alerts', false],
    ['https://a.example/hooks/followers-down', false],
    ['https://a.example/hooks/T0AB12CD9', true],
    ['https://a.example/hooks/abcdefghijklmnopqrst', true],
    ['https://a.example/hooks?token=abcd', true],
    ['https://a:abcd@a.example/', true],
  ])('in the address of a webhook: %s %s', (url, isSecret) => {
    const found = linted({ rest: `notify: [ { webhook: "${url}" } ]` }).map(({ code }) => code);
    expect(found.includes('secret-in-plan')).toBe(isSecret);
  });

  test('is none where a reference stands', () => {
    const text = [
      'headers: { authorization: "Bearer ${env:T}" }',
      'notify:',
      '  - slack: "${env:HOOK}"',
      '  - webhook: { url: "${env:H}", secret: "${file:s}" }',
      '  - exec: [ n, --token, "${env:T}" ]',
      '  - teams: "https://a.example/${env:P}"',
      '  - alertmanager: http://a',
    ].join('\n');
    const source = { file: 'p', text: `version: 1\ntargets: [ { get: https://a.example/ } ]\n${text}` };
    const { plan } = parsePlan(source, {}, memoryReads({ env: { T: 'sesame' } }));
    expect(lintPlan(plan, PLACE).map(({ code }) => code)).not.toContain('secret-in-plan');
  });
});
