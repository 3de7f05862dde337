/** Probe, doctor and plan reports for tests. */

import type { DoctorReport } from '../../src/report/doctor-report.ts';
import type { LintReport } from '../../src/report/plan/lint-report.ts';
import type { PlanReport } from '../../src/report/plan/plan-report.ts';
import type { ProbeReport, ProbeRequest } from '../../src/report/probe-report.ts';

const FIRST: ProbeRequest = {
  target: 'home',
  phases: { blocked: null, dns: 12.1, connect: 20.3, tls: 25, send: 0.11, wait: 26, receive: 0.7 },
  totalMs: 84.21,
  status: 200,
  cause: null,
  detail: null,
  remote: '192.0.2.10:443',
  httpVersion: '1.1',
  reused: false,
  bytes: 1256,
  headers: [
    ['content-type', 'text/html; charset=utf-8'],
    ['server', 'example/1.0'],
    ['set-cookie', 'session=hunter2'],
    ['x-request-id', '42'],
  ],
};

const REFUSED: ProbeRequest = {
  ...FIRST,
  phases: { blocked: null, dns: 0.4, connect: 1.2, tls: null, send: null, wait: null, receive: null },
  totalMs: 1.6,
  status: null,
  cause: 'connect-refused',
  detail: 'connect ECONNREFUSED 192.0.2.10:443',
  httpVersion: null,
  bytes: 0,
  headers: [],
};

/** A probe of `count` requests: the first on a fresh connection, the third refused, the others kept alive. */
export function sampleProbe(count: number): ProbeReport {
  const kept: ProbeRequest = {
    ...FIRST,
    phases: { ...FIRST.phases, dns: null, connect: null, tls: null },
    totalMs: 27,
    reused: true,
  };
  return {
    schema: 'headroom.probe/1',
    method: 'GET',
    url: 'https://www.example.com/',
    startedAt: '2026-11-22T10:00:00.000Z',
    requests: Array.from({ length: count }, (_, index) =>
      index === 0 ? FIRST : index === 2 ? REFUSED : kept,
    ),
    tls: {
      protocol: 'TLSv1.3',
      cipher: 'TLS_AES_256_GCM_SHA384',
      subject: 'CN=www.example.com',
      issuer: 'C=US, O=Example Trust, CN=Example CA G2',
      altNames: ['www.example.com', 'example.com', 'example.net'],
      validTo: '2026-12-10T23:59:59.000Z',
      daysLeft: 18,
      verificationError: null,
    },
    verdict: { status: 'pass', reasons: [] },
    exitCode: 0,
  };
}

/** A machine with one fault and one thing to know. */
export function sampleDoctor(): DoctorReport {
  return {
    schema: 'headroom.doctor/1',
    tool: { name: 'headroom', version: '0.1.0', node: 'v20.20.2' },
    checks: [
      { name: 'node', value: 'v20.20.2', judgement: 'ok', remedy: null },
      {
        name: 'file descriptors',
        value: '1,024',
        judgement: 'bad',
        remedy: 'raise the limit: ulimit -n 65536',
      },
      {
        name: 'generator ceiling',
        value: '6,100/s per worker',
        judgement: 'warn',
        remedy:
          'close what else uses this machine, or spread a rate above 3,600/s over several workers or machines',
      },
    ],
    exitCode: 3,
  };
}

/** A plan that may run, with one objective that it cannot judge. */
export function samplePlan(): PlanReport {
  return {
    schema: 'headroom.check/1',
    planHash: 'b'.repeat(64),
    seed: 42,
    load: {
      kind: 'open',
      requests: 36_000,
      warmupRequests: 1000,
      warmupMs: 5000,
      durationMs: 90_000,
      peakPerSecond: 800,
      users: null,
    },
    targets: [
      { name: 'followers', method: 'GET', url: 'https://staging.example.com/followers?user=42', share: 0.9 },
      { name: 'record', method: 'POST', url: 'https://staging.example.com/followers', share: 0.1 },
    ],
    hosts: [
      { host: 'staging.example.com:443', addresses: ['192.0.2.10', '2001:db8::10'], guard: 'stops' },
      { host: 'localhost:8080', addresses: ['127.0.0.1'], guard: 'passes' },
    ],
    objectives: [
      { text: 'p99 < 250ms', judgeable: true, line: 'needs 368 requests: after 2s at the earliest' },
      {
        text: 'record: p99.99 < 1s',
        judgeable: false,
        line: 'needs 36,889 requests and gets 3,600: a run of 15m22s at this rate could judge it',
      },
    ],
    canary: { check: 'shop/followers', everyMs: 60_000, ratePerSecond: 4, durationMs: 5000, fail: '3 of 5' },
    notify: [
      { name: 'pagerduty', kind: 'pagerduty', least: 'page' },
      { name: 'night-shift', kind: 'slack', least: 'ticket' },
    ],
    refusal: null,
    exitCode: 0,
  };
}

/** A lint that found one thing of each kind. */
export function sampleLint(): LintReport {
  return {
    schema: 'headroom.lint/1',
    plan: 'plans/headroom.yaml',
    findings: [
      {
        code: 'canary-cannot-detect',
        severity: 'error',
        text: 'The canary notices 0.02% of slow answers, twice what "p99.99 < 250ms" allows, never.',
        remedy: 'no gentle rate would do: let headroom run judge it',
        line: 5,
        column: 15,
      },
      {
        code: 'remind-below-every',
        severity: 'warning',
        text: 'It reminds after 30s, and runs each 1m: each run of an incident tells again.',
        remedy: 'write a longer time, such as 4h, or never',
        line: 9,
        column: 11,
      },
      {
        code: 'maintenance-over',
        severity: 'note',
        text: 'The maintenance window 2026-02-01T22:00Z/2h is over.',
        remedy: 'remove it',
        line: 12,
        column: 7,
      },
    ],
    exitCode: 1,
  };
}
