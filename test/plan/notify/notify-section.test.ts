import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { createRedactor } from '../../../src/core/text.ts';
import { redactedPlan } from '../../../src/plan/canonical.ts';
import { parseCanaryPlan, parsePlan } from '../../../src/plan/parse.ts';
import { secretValues } from '../../../src/plan/secrets.ts';
import { memoryReads } from '../memory-reads.ts';

const HOOK = 'https://hooks.slack.com/services/T0/B0/sesame';
const ENV = {
  PD: 'key-of-pager',
  HOOK,
  HOST: 'a.example',
  WORD: 'sesame',
  TWO: 'https://a.example /x',
  EMPTY: '',
};
const reads = memoryReads({ env: ENV });

function planOf(list: string, parse = parseCanaryPlan): ReturnType<typeof parsePlan> {
  const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\nnotify: ${list}\n`;
  return parse({ file: 'p.yaml', text }, {}, reads);
}

function refusal(list: string): UsageError {
  try {
    planOf(list);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('a notifier', () => {
  test.each<readonly [entry: string, expected: Record<string, unknown>]>([
    [
      'pagerduty: { routingKey: "${env:PD}" }',
      { kind: 'pagerduty', name: 'pagerduty', least: 'page', routingKey: '${env:PD}', url: null },
    ],
    ['pagerduty: "${env:PD}"', { kind: 'pagerduty', routingKey: '${env:PD}', url: null }],
    [
      'alertmanager: { urls: [ http://a:9093, http://b:9093/am ], labels: { team: shop } }',
      { least: 'ticket', urls: ['http://a:9093', 'http://b:9093/am'], labels: { team: 'shop' } },
    ],
    ['alertmanager: http://a:9093', { urls: ['http://a:9093'], labels: {} }],
    ['slack: "${env:HOOK}"', { kind: 'slack', least: 'ticket', url: '${env:HOOK}' }],
    ['teams: { url: https://a.example/x }, least: page', { kind: 'teams', least: 'page' }],
    ['discord: { url: https://a.example/x }, name: night', { kind: 'discord', name: 'night' }],
    ['webhook: { url: https://a.example/x, secret: "${env:WORD}" }', { secret: '${env:WORD}' }],
    ['webhook: https://a.example/x', { kind: 'webhook', secret: null, headers: [] }],
    [
      'webhook: { url: https://a.example/x, headers: { X-Team: sre, Authorization: null } }',
      { kind: 'webhook', headers: [['x-team', 'sre']] },
    ],
    ['exec: [ notify, "a b", "" ]', { kind: 'exec', command: ['notify', 'a b', ''], timeoutMs: 10_000 }],
    ['exec: { command: [ /bin/n ], timeout: 3s }', { command: ['/bin/n'], timeoutMs: 3000 }],
    ['healthchecks: { url: https://a.example/x }', { kind: 'healthchecks' }],
  ])('{ %s }', (entry, expected) => {
    expect(planOf(`[ { ${entry} } ]`).plan.notify).toEqual([expect.objectContaining(expected)]);
  });

  test('is known by its kind, numbered where that is taken', () => {
    const hook = 'slack: https://a.example/x';
    const list = `[ { ${hook} }, { ${hook}, name: slack-2 }, { ${hook} }, { ${hook} }, { discord: https://a.example/x } ]`;
    const names = planOf(list).plan.notify?.map(({ name }) => name);
    expect(names).toEqual(['slack', 'slack-2', 'slack-3', 'slack-4', 'discord']);
  });

  test.each<readonly [list: string, message: string, hint: string]>([
    ['{ slack: https://a.example/x }', 'expected a list', ''],
    ['[ { slak: https://a.example/x } ]', 'unknown key "slak"', 'did you mean "slack"?'],
    ['[ { slack: { uri: https://a.example/x } } ]', 'unknown key "uri"', ''],
    ['[ { slack: { url: https://a.example/x, least: page } } ]', 'unknown key "least"', ''],
    ['[ { name: a } ]', 'this notifier has no kind', 'add one of pagerduty'],
    ['[ { slack: https://a.example/x, exec: [ n ] } ]', '"exec" does not go with "slack"', ''],
    ['[ { slack: https://a.example/x, least: pager } ]', 'expected page or ticket', 'did you mean "page"?'],
    ['[ { slack: https://a.example/x, name: "a b" } ]', 'this character cannot stand', ''],
    ['[ { slack: ftp://a.example/x } ]', 'not an absolute http or https URL', ''],
    ['[ { slack: "a.example/x" } ]', 'not an absolute http or https URL', ''],
    ['[ { slack: "https:a.example/x" } ]', 'not an absolute http or https URL', ''],
    ['[ { slack: "${env:TWO}" } ]', 'with the values of its references this holds a space', ''],
    ['[ { slack: "${env:UNSET}" } ]', 'UNSET is not set', 'export UNSET'],
    ['[ { slack: "https://a.example/${uuid}" } ]', 'this reference cannot stand here', 'only ${env:NAME}'],
    ['[ { alertmanager: {} } ]', 'neither "url" nor "urls"', ''],
    ['[ { alertmanager: { urls: [] } } ]', 'at least 1 items', ''],
    ['[ { alertmanager: { urls: [ http://a, b ] } } ]', 'not an absolute http or https URL', ''],
    ['[ { alertmanager: { url: http://a, labels: { __a: b } } } ]', 'no name of a label', ''],
    ['[ { alertmanager: { url: http://a, labels: { a: 1 } } } ]', 'expected a text', ''],
    ['[ { exec: "notify now" } ]', 'expected a list of program and arguments', 'no shell reads it'],
    ['[ { exec: [] } ]', 'at least 1 items', ''],
    ['[ { exec: [ " " ] } ]', 'names no program', ''],
    ['[ { exec: { command: [ n ], timeout: 0s } } ]', 'longer than 0', ''],
    ['[ { webhook: { secret: a } } ]', 'the key "url" is missing', ''],
    ['[ { webhook: { url: http://a, secret: "${env:EMPTY}" } } ]', '${env:EMPTY} is empty', 'its value'],
    ['[ { webhook: { url: http://a, secret: "  " } } ]', 'this is empty', 'its value'],
    [
      '[ { webhook: { url: http://a, headers: { Authorization: "Bearer ${env:EMPTY}" } } } ]',
      '${env:EMPTY} is empty',
      'its value',
    ],
    ['[ { pagerduty: " ${env:EMPTY}" } ]', '${env:EMPTY} is empty', 'its value'],
    ['[ { slack: "https://a.example/services/${env:EMPTY}" } ]', '${env:EMPTY} is empty', 'its value'],
    ['[ { exec: [ "${env:EMPTY}", a ] } ]', '${env:EMPTY} is empty', 'its value'],
  ])('%s is refused', (list, message, hint) => {
    const error = refusal(list);
    expect(error.message).toContain(message);
    expect(`${error.hint ?? ''} ${error.message}`).toContain(hint);
    expect(error.message).toMatch(/p\.yaml:3:\d+/);
  });

  test('may have empty what is none of its keys', () => {
    const { plan } = planOf(
      '[ { alertmanager: "http://a${env:EMPTY}" }, { webhook: { url: http://a, headers: { x-stage: "${env:EMPTY}" } } } ]',
    );
    expect(plan.notify).toHaveLength(2);
  });

  test('needs no value of a reference but where somebody is told', () => {
    const { plan, secrets } = planOf(
      '[ { slack: "${env:UNSET}" }, { exec: [ n, "${file:none}" ] } ]',
      parsePlan,
    );
    expect(plan.notify).toHaveLength(2);
    expect(secrets).toEqual({});
  });
});

/** What is said of a plan: nothing, or why it is refused. */
function saidOf(text: string): string {
  try {
    parsePlan({ file: 'p.yaml', text }, {}, reads);
    return '';
  } catch (error) {
    return error instanceof UsageError
      ? `${error.message} ${error.hint ?? ''}`
      : `a crash with sesame: ${String(error)}`;
  }
}

/** Each with a secret in it, which is `sesame` in some form. */
const PLANTED = [
  'pagerduty: { routingKey: sesame1234 }',
  'pagerduty: sesame1234',
  'pagerduty: { routingKey: a, url: "https://ali:sesame1234@a.example/" }',
  'alertmanager: "http://ali:sesame1234@a.example:9093"',
  `slack: ${HOOK}`,
  'teams: { url: "https://a.example/workflows?sig=sesame1234&sp=run" }',
  'discord: "https://a.example/api/webhooks/1/sesame1234"',
  'webhook: { url: https://a.example/x, secret: sesame1234 }',
  'webhook: { url: https://a.example/x, headers: { Authorization: Bearer sesame1234 } }',
  'webhook: "https://a.example/hooks/sesame1234#x"',
  'exec: [ notify, --token, sesame1234 ]',
  'exec: [ notify, "--api-key=sesame1234", "https://ali:sesame1234@a.example/" ]',
  'healthchecks: https://hc-ping.com/sesame1234',
];

describe('a secret that is written out', () => {
  test.each(PLANTED)('in { %s } works, and is shown nowhere', (entry) => {
    const { plan, secrets } = planOf(`[ { ${entry} } ]`);
    expect(JSON.stringify(redactedPlan(plan))).not.toContain('sesame');
    const redact = createRedactor(secretValues(plan, secrets));
    expect(JSON.stringify(plan.notify)).toContain('sesame');
    expect(redact(JSON.stringify(plan.notify))).not.toContain('sesame');
  });

  test.each(PLANTED)('in { %s } is in no message about the line', (entry) => {
    const faults = [
      `[ { ${entry}, least: pager } ]`,
      `[ { ${entry}, naem: a } ]`,
      `[ { ${entry}, slack: https://a.example/x, discord: https://a.example/x } ]`,
      `[ { ${entry} } ], naem: a`,
      `[ { ${entry} }`,
      `[ { ${entry} } ]\nversion: 1`,
      `[ { name: &a "b", ${entry.replace(/: /, ': &b ')} }, { slack: *c } ]`,
    ];
    for (const fault of faults) {
      const { message, hint } = refusal(fault);
      expect(`${message} ${hint}`).not.toContain('sesame');
    }
  });

  test('is in no message when the name of the section is misspelt, or a URL is a key', () => {
    for (const text of [
      'notfy: [ { webhook: "https://a.example/sesame1234" } ]',
      'notify: [ { slack: { https://a.example/sesame1234 } } ]',
      'notify: [ { https://a.example/sesame1234 } ]',
    ]) {
      const source = { file: 'p.yaml', text: `version: 1\n${text}\n` };
      expect(() => parsePlan(source, {}, reads)).toThrow(/^(?![^]*sesame)/);
    }
  });

  test('is in no message, wherever something else is wrong', () => {
    const wrong = fc.constantFrom(
      'x',
      '@',
      '}',
      ']',
      '"',
      "'",
      ': ',
      '\n',
      '\t',
      '&a ',
      '*a',
      '- ',
      '#',
      '${',
    );
    const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\nnotify:\n${PLANTED.map((entry) => `  - { ${entry} }\n`).join('')}`;
    const start = text.indexOf('notify:');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: start + 7 }), wrong, (at, piece) => {
        const broken = text.slice(0, at) + piece + text.slice(at);
        expect(saidOf(broken)).not.toContain('sesame');
      }),
      { numRuns: 300 },
    );
  });
});

test('a value of a reference is never part of a message about an address', () => {
  const env = { BAD: 'sesame1234 with spaces' };
  const text = `version: 1\ntargets: [ { get: https://example.com/ } ]\nnotify: [ { slack: "\${env:BAD}" } ]\n`;
  expect(() => parseCanaryPlan({ file: 'p.yaml', text }, {}, memoryReads({ env }))).toThrow(
    /^(?![^]*sesame)/,
  );
});
