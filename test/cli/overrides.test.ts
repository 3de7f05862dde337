import { Command } from 'commander';
import { describe, expect, test } from 'vitest';
import { colorChoice } from '../../src/cli/color.ts';
import {
  addCanaryOptions,
  addCheckOptions,
  addLaunchOptions,
  addSearchOptions,
  Flags,
} from '../../src/cli/options.ts';
import { canaryOverridesOf, overridesOf, searchOverridesOf } from '../../src/cli/overrides.ts';

function flagsOf(args: readonly string[]): Flags {
  const command = addCheckOptions(new Command()).argument('[url]').exitOverride();
  command.parse([...args], { from: 'user' });
  return new Flags(command.opts<Record<string, unknown>>());
}

/** What the arguments ask for, without what they leave alone. */
function asked(args: readonly string[]): Record<string, unknown> {
  const overrides = overridesOf(flagsOf(args), undefined);
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
}

describe('each flag of the field reaches the plan', () => {
  test.each<readonly [args: readonly string[], expected: Record<string, unknown>]>([
    [[], {}],
    [['-c', '50'], { connections: '50' }],
    [['-d', '1m30s'], { duration: '1m30s' }],
    [['-z', '10s'], { duration: '10s' }],
    [['-n', '1000'], { requests: '1000' }],
    [['-r', '200/s'], { rate: '200/s' }],
    [['-t', '3s'], { timeout: '3s' }],
    [['-m', 'PUT'], { method: 'PUT' }],
    [['-X', 'DELETE'], { method: 'DELETE' }],
    [['-H', 'a: 1', '--header', 'b: 2'], { headers: ['a: 1', 'b: 2'] }],
    [['-b', '@body.json'], { body: '@body.json' }],
    [['--data', 'x=1'], { body: 'x=1' }],
    [['-L'], { follow: true }],
    [['--location'], { follow: true }],
    [['-k'], { insecure: true }],
    [
      ['--objective', 'p99 < 250ms', '--threshold', 'p(95)<500'],
      { objectives: ['p99 < 250ms', 'p(95)<500'] },
    ],
    [
      ['--closed', '--warmup', '5s', '--workers', '2', '--seed', '7'],
      { closed: true, warmup: '5s', workers: '2', seed: '7' },
    ],
    [['--arrivals', 'uniform', '--max-duration', '5m'], { arrivals: 'uniform', maxDuration: '5m' }],
    [['--until-decided'], { untilDecided: true }],
    [
      ['--observe', 'orca', '--observe', 'expvar=http://h:6060', '--discover'],
      { observe: ['orca', 'expvar=http://h:6060'], discover: true },
    ],
    [['--emit', 'ssf=h:8128', '--emit', 'otlp=http://o'], { emit: ['ssf=h:8128', 'otlp=http://o'] }],
    [
      ['--trace', '--trace-phases', '--trace-url', 'https://t/{trace_id}'],
      { trace: true, tracePhases: true, traceUrl: 'https://t/{trace_id}' },
    ],
    [['--capture', 'pprof', '--capture-dir', '/tmp'], {}],
    [['--http2', '--no-keepalive'], { http2: true, keepalive: false }],
    [['--cacert', 'a', '--cert', 'b', '--key', 'c'], { cacert: 'a', cert: 'b', key: 'c' }],
    [['--connect-to', 'a:1:b:2', '--resolve', 'h:80:::1'], { connectTo: ['a:1:b:2'], resolve: ['h:80:::1'] }],
    [['-x', 'http://p:1', '--unix-socket', '/run/s'], { proxy: 'http://p:1', unixSocket: '/run/s' }],
  ])('%j', (args, expected) => {
    expect(asked(args)).toEqual(expected);
  });

  test('the URL is the operand', () => {
    expect(overridesOf(flagsOf(['http://h/']), 'http://h/').url).toBe('http://h/');
  });
});

describe('a search', () => {
  const asking = (add: typeof addSearchOptions, args: readonly string[]): Record<string, unknown> => {
    const command = add(new Command())
      .argument('[url]')
      .exitOverride()
      .configureOutput({ writeErr: () => undefined });
    command.parse([...args], { from: 'user' });
    const overrides = searchOverridesOf(new Flags(command.opts<Record<string, unknown>>()), undefined);
    return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  };

  test('keeps its own length and rates to itself', () => {
    const bounds = ['--max-rate', '90/s', '--max-duration', '5s'];
    const own = ['--start-rate', '5/s', '--precision', '5%', ...bounds];
    expect(asking(addSearchOptions, own)).toEqual({});
    expect(asking(addLaunchOptions, [...bounds, '--no-bracket'])).toEqual({});
  });

  test.each<readonly [args: readonly string[], expected: Record<string, unknown>]>([
    [
      ['--arrivals', 'uniform', '-c', '5', '--seed', '3'],
      { arrivals: 'uniform', connections: '5', seed: '3' },
    ],
    [
      ['-k', '--objective', 'p99 < 1s', '-H', 'a: b'],
      { insecure: true, objectives: ['p99 < 1s'], headers: ['a: b'] },
    ],
  ])('takes %j for its trials', (args, expected) => {
    expect(asking(addSearchOptions, args)).toEqual(expected);
  });

  test('for a launch takes the question from the flags', () => {
    const rate = ['--peak', '3000/s', '--margin', '20%', '--zones', '3', '--lose', '1'];
    expect(asking(addLaunchOptions, rate)).toEqual({ peak: '3000/s', margin: '20%', zones: '3', lose: '1' });
    const users = ['--users', '20000', '--think', '30s', '--requests-per-visit', '8'];
    expect(asking(addLaunchOptions, users)).toEqual({ users: '20000', think: '30s', requestsPerVisit: '8' });
    expect(() => asking(addSearchOptions, rate)).toThrow(/unknown option '--peak'/);
  });

  test.each([
    ['-r', '5/s'],
    ['-d', '5s'],
    ['-n', '5'],
    ['--closed'],
    ['--warmup', '5s'],
    ['--until-decided'],
  ])('has no %s', (...args) => {
    expect(() => asking(addSearchOptions, args)).toThrow(/unknown option/);
    expect(() => asking(addLaunchOptions, args)).toThrow(/unknown option/);
  });
});

test.each([
  [[], null],
  [['--color'], 'always'],
  [['--color', 'auto'], 'auto'],
  [['--color=never'], 'never'],
  [['--no-color'], 'never'],
])('colour by %j is %s', (args, expected) => {
  expect(colorChoice(flagsOf(args))).toBe(expected);
});

test('the rate, length and requests of a canary are those of one run, and no load of the plan', () => {
  const command = addCanaryOptions(new Command()).argument('[url]').exitOverride();
  const rates = ['-r', '2/s', '-d', '5s', '-n', '10', '--every', '2m', '--check', 'a'];
  const rules = ['--fail', '1 of 2', '--recover', '3', '--remind', 'never', '--blind', '4', '--slo', '99%'];
  const others = [
    '--period',
    '7d',
    '--certificate',
    '7d',
    '--control',
    'http://c/',
    '-t',
    '2s',
    '--seed',
    '3',
  ];
  const windows = ['--maintenance', 'Sun 02:00-04:00', '--maintenance', 'daily 01:00-02:00'];
  command.parse([...rates, ...rules, ...others, ...windows], { from: 'user' });
  const overrides = canaryOverridesOf(new Flags(command.opts<Record<string, unknown>>()), undefined);
  const given = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  expect(given).toEqual({
    timeout: '2s',
    seed: '3',
    canary: {
      check: 'a',
      every: '2m',
      rate: '2/s',
      for: '5s',
      requests: '10',
      fail: '1 of 2',
      recover: '3',
      remind: 'never',
      blind: '4',
      slo: '99%',
      period: '7d',
      certificate: '7d',
      control: 'http://c/',
      maintenance: ['Sun 02:00-04:00', 'daily 01:00-02:00'],
    },
  });
});

test('a canary and a search take what is said of servers, sinks and traces', () => {
  const read = (add: (command: Command) => Command, args: readonly string[]): Flags => {
    const command = add(new Command()).exitOverride();
    command.parse([...args], { from: 'user' });
    return new Flags(command.opts<Record<string, unknown>>());
  };
  const args = ['--observe', 'orca', '--emit', 'ssf=h:1', '--trace'];
  const expected = { observe: ['orca'], emit: ['ssf=h:1'], trace: true };
  const canary = canaryOverridesOf(read(addCanaryOptions, [...args, '--discover']), undefined);
  expect(canary).toMatchObject({ ...expected, discover: true });
  for (const add of [addSearchOptions, addLaunchOptions]) {
    expect(searchOverridesOf(read(add, args), undefined)).toMatchObject(expected);
  }
});
