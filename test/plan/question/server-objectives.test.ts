import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import { redactedPlan } from '../../../src/plan/canonical.ts';
import { parseCanaryPlan, parsePlan, parseSearchPlan } from '../../../src/plan/parse.ts';
import { refuseServerObjectives } from '../../../src/plan/question/server-objectives.ts';
import { memoryReads } from '../memory-reads.ts';

const reads = memoryReads({ env: { HOST: '10.0.0.9' } });
const HEAD = 'version: 1\ntargets: [ { name: home, get: https://example.com/ } ]\n';
const file = (rest: string): { file: string; text: string } => ({ file: 'p.yaml', text: HEAD + rest });

function refusal(read: () => unknown): UsageError {
  try {
    read();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

const CPU = 'objectives: [ "p99 < 1s", "server cpu < 85%" ]\n';
const ONE = 'objectives: [ "server(api-1) cpu < 85%" ]\n';

describe('an objective about a server', () => {
  test.each<readonly [plan: string]>([
    [`${CPU}observe: [ host ]\n`],
    [`${ONE}observe: [ { expvar: "http://a", server: api-1 } ]\n`],
    [`${ONE}observe: [ { prometheus-api: "http://prom" } ]\n`],
    [`${ONE}observe: [ orca ]\n`],
    ['objectives: [ "server(a:6060) gc < 5%" ]\nobserve: [ { expvar: "http://a:6060" } ]\n'],
    ['objectives: [ "server(10.0.0.9:1) gc < 5%" ]\nobserve: [ { expvar: "http://${env:HOST}:1" } ]\n'],
  ])('is accepted where a source may tell of it: %s', (rest) => {
    const { plan } = parsePlan(file(rest), {}, reads);
    const again = parsePlan({ file: 'j.json', text: JSON.stringify(redactedPlan(plan)) }, {}, reads);
    expect(again.plan.objectives.map(({ indicator }) => indicator)).toEqual(
      plan.objectives.map(({ indicator }) => indicator),
    );
  });

  test('is refused where nothing is observed, and says what to do', () => {
    const refused = refusal(() => parsePlan(file(CPU), {}, reads));
    expect(refused.message).toMatch(/^p\.yaml:3:27: nothing is observed/);
    expect(refused.hint).toBe('add observe: to the plan, or --observe KIND=URL, or --discover');
    const typed = refusal(() => parsePlan(file(''), { objectives: ['server cpu < 85%'] }, reads));
    expect(typed.message).toMatch(/^--objective: nothing is observed/);
    expect(refusal(() => parseCanaryPlan(file(CPU), {}, reads)).message).toContain('nothing is observed');
  });

  test('is accepted with --discover and with --observe', () => {
    expect(parsePlan(file(CPU), { discover: true }, reads).plan.objectives).toHaveLength(2);
    expect(parsePlan(file(ONE), { discover: true }, reads).plan.objectives).toHaveLength(1);
    expect(parsePlan(file(CPU), { observe: ['orca'] }, reads).plan.objectives).toHaveLength(2);
  });

  test('is refused for a server that no source has, and names the nearest', () => {
    const rest = `${ONE}observe: [ { expvar: "http://a", server: api-2 } ]\n`;
    const refused = refusal(() => parsePlan(file(rest), {}, reads));
    expect(refused.message).toContain('no source tells of the server "api-1"');
    expect(refused.message).toMatch(/^p\.yaml:3:23: /);
    expect(refused.hint).toContain('api-2');
  });

  test('is no promise to clients, and nothing for a search', () => {
    const promise = refusal(() => parsePlan(file('agreement: [ "server cpu < 85%" ]\n'), {}, reads));
    expect(promise.message).toContain('a promise to clients, who see no server');
    const search = refusal(() => parseSearchPlan(file(`${CPU}observe: [ host ]\n`), {}, reads));
    expect(search.message).toContain('a search looks at no server');
    const { plan } = parsePlan(file(`${CPU}observe: [ host ]\n`), {}, reads);
    expect(() => refuseServerObjectives(plan, 'a comparison')).toThrow(
      'a comparison looks at no server, and "server cpu < 85%" is about one',
    );
    expect(() => refuseServerObjectives({ objectives: plan.objectives.slice(0, 1) }, 'a part')).not.toThrow();
  });
});
