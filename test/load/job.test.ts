import { describe, expect, test } from 'vitest';
import { UsageError } from '../../src/core/errors.ts';
import { type Route, routeTo } from '../../src/load/dial/route.ts';
import { type Job, jobsOf } from '../../src/load/job.ts';
import type { Secrets } from '../../src/plan/plan.ts';
import { type PlanChanges, planFor } from '../support/traffic.ts';

function jobsFor(changes: PlanChanges, secrets: Secrets = {}): { jobs: Job[]; routed: string[] } {
  const plan = planFor('http://127.0.0.1:8080/a', changes);
  const routed: string[] = [];
  const routeFor = (origin: string): Route => {
    routed.push(origin);
    return routeTo(origin, plan.http, null);
  };
  return { jobs: jobsOf({ plan, secrets, runId: 'run-7', userAgent: 'headroom/1', routeFor }), routed };
}

const headersOf = (job: Job | undefined): readonly string[] => job?.template.render(0).headers ?? [];

describe('a job', () => {
  test('is made of each target, in order', () => {
    const targets = [
      { method: 'GET', timeoutMs: 5 },
      { method: 'POST', timeoutMs: 7, url: 'http://127.0.0.1:81/b' },
    ];
    const { jobs, routed } = jobsFor({ targets });
    expect(jobs.map(({ target, method, timeoutMs }) => [target, method, timeoutMs])).toEqual([
      [0, 'GET', 5],
      [1, 'POST', 7],
    ]);
    expect(routed).toEqual(['http://127.0.0.1:8080', 'http://127.0.0.1:81']);
    expect(jobs[1]?.template.render(0).path).toBe('/b');
  });

  test('says who sends it, and in which run', () => {
    const { jobs } = jobsFor({ target: { headers: [['accept', '*/*']] } });
    expect(headersOf(jobs[0])).toEqual([
      'accept',
      '*/*',
      'user-agent',
      'headroom/1',
      'x-headroom-run',
      'run-7',
    ]);
  });

  test("keeps the target's own user agent, and marks the run nevertheless", () => {
    const { jobs } = jobsFor({ target: { headers: [['user-agent', 'shop/2']] } });
    expect(headersOf(jobs[0])).toEqual(['user-agent', 'shop/2', 'x-headroom-run', 'run-7']);
  });

  test.each([
    ['GET', true],
    ['HEAD', true],
    ['OPTIONS', true],
    ['TRACE', true],
    ['PUT', true],
    ['DELETE', true],
    ['POST', false],
    ['PATCH', false],
    ['PURGE', false],
  ])('may be sent twice or not by its method: %s', (method, idempotent) => {
    expect(jobsFor({ target: { method } }).jobs[0]?.idempotent).toBe(idempotent);
  });

  test('holds its secrets where they are used', () => {
    const target = { headers: [['authorization', 'Bearer ${env:TOKEN}']] as const };
    const { jobs } = jobsFor({ target }, { 'env:TOKEN': 'hush' });
    expect(headersOf(jobs[0]).slice(0, 2)).toEqual(['authorization', 'Bearer hush']);
  });

  test('is refused when a secret would break out of its header', () => {
    const target = { headers: [['authorization', 'Bearer ${env:TOKEN}']] as const };
    expect(() => jobsFor({ target }, { 'env:TOKEN': 'hush\r\nx-evil: 1' })).toThrow(UsageError);
  });
});
