/** A run of two targets with failures, drops and a slow spell, for tests of what reads recordings and results. */

import { type Attempt, blankAttempt, type FailureCause } from '../../src/core/attempt.ts';
import { exponentialAt, uniformAt } from '../../src/core/random.ts';
import type { Plan, Target } from '../../src/plan/plan.ts';
import type { RecordingLayout } from '../../src/record/layout.ts';
import { Recording } from '../../src/record/recording.ts';
import { buildResult, type ResultInput } from '../../src/result/build.ts';
import type { ObjectiveResult, ResultDocument, ValidityCheck } from '../../src/result/document.ts';

const SEED = 42;
const ARRIVALS = 600;
const RATE_PER_SECOND = 30;
const DURATION_MS = (ARRIVALS / RATE_PER_SECOND) * 1000;

function sampleTarget(name: string, over: Partial<Target>): Target {
  return {
    name,
    method: 'GET',
    url: 'http://127.0.0.1:8080/',
    headers: [],
    body: null,
    weight: 1,
    timeoutMs: 2000,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
    ...over,
  };
}

/** Followers (weight 9) and record (weight 1), 30/s for 20 s. */
export function samplePlan(over: Partial<Plan> = {}): Plan {
  return {
    version: 1,
    targets: [
      sampleTarget('followers', { url: 'http://127.0.0.1:8080/followers?user=42', weight: 9 }),
      sampleTarget('record', { url: 'http://127.0.0.1:8080/followers', method: 'POST', body: '{"id":7}' }),
    ],
    data: null,
    load: {
      kind: 'open',
      arrivals: 'poisson',
      stages: [{ kind: 'constant', ratePerSecond: RATE_PER_SECOND, durationMs: DURATION_MS }],
      warmupMs: 0,
      drainMs: null,
      connections: { max: null, lifetimeMs: 30_000, freshRatio: 0 },
      workers: null,
      requests: null,
      maxDurationMs: null,
    },
    http: {
      version: '1.1',
      keepAlive: true,
      redirects: 0,
      maxBodyBytes: 10_485_760,
      proxy: null,
      unixSocket: null,
      connectTo: [],
      resolve: [],
    },
    tls: { insecure: false, ca: null, cert: null, key: null, serverName: null },
    objectives: [],
    objectivesDefaulted: false,
    agreement: [],
    owner: null,
    seed: SEED,
    ...over,
  };
}

/** What {@link sampleRecording} counts: p95 < 250 ms and errors, of all targets. */
export const SAMPLE_LAYOUT: RecordingLayout = {
  targetCount: 2,
  objectives: [
    { target: null, rule: { kind: 'latency', limitMs: 250 } },
    { target: null, rule: { kind: 'failed' } },
  ],
  measuredFromMs: 0,
  windowMs: 1000,
  breakerMs: 500,
};

/** How arrival i goes: most are answered, each 150th is reset, and so on. */
function fateOf(index: number): { cause: FailureCause | null; status: number; dropped: boolean } {
  const status = index % 97 === 13 ? 503 : index % 149 === 7 ? 404 : 200;
  if (index % 200 === 121) return { cause: 'reset', status: 0, dropped: false };
  if (index % 250 === 42) return { cause: 'headers-timeout', status: 0, dropped: false };
  if (index % 299 === 298) return { cause: null, status: 0, dropped: true };
  return { cause: status === 503 ? 'http-5xx' : status === 404 ? 'http-4xx' : null, status, dropped: false };
}

/** A completed attempt, with the given keys replaced. */
export function sampleAttempt(over: Partial<Attempt> = {}): Attempt {
  return {
    ...blankAttempt(),
    outcome: 'completed',
    intendedMs: 0,
    readyMs: 0.002,
    sendMs: 0.05,
    sentMs: 0.06,
    firstByteMs: 9.9,
    endMs: 10,
    status: 200,
    bytesReceived: 512,
    bytesSent: 110,
    reused: true,
    remote: '127.0.0.1:8080',
    ...over,
  };
}

function attemptOf(index: number): Attempt {
  const intendedMs = (index * 1000) / RATE_PER_SECOND;
  const target = uniformAt(SEED, 2, index) < 0.9 ? 0 : 1;
  const readyMs = intendedMs + 0.002 + 0.08 * uniformAt(SEED, 3, index);
  const fate = fateOf(index);
  if (fate.dropped) {
    const endMs = readyMs + 2000;
    return { ...blankAttempt(), index, target, intendedMs, readyMs, endMs, phase: 'blocked' };
  }
  const isNew = index % 60 === 0;
  const sendMs = readyMs + (isNew ? 0.4 : 0.03);
  const isSlowSpell = intendedMs >= 12_000 && intendedMs < 13_000;
  const serviceMs = (isSlowSpell ? 80 : 4) + (target === 0 ? 12 : 25) * exponentialAt(SEED, 4, index);
  const endMs = sendMs + (fate.cause === 'headers-timeout' ? 2000 : serviceMs);
  const isBroken = fate.status === 0;
  return sampleAttempt({
    index,
    target,
    intendedMs,
    readyMs,
    sendMs,
    sentMs: sendMs + 0.01,
    firstByteMs: isBroken ? NaN : endMs - 0.1,
    endMs,
    dialMs: isNew ? readyMs : NaN,
    connectMs: isNew ? 0.25 : NaN,
    reused: !isNew,
    outcome: isBroken ? 'broken' : 'completed',
    status: fate.status,
    cause: fate.cause,
    phase: isBroken ? 'wait' : null,
    detail: fate.cause === null ? null : detailOf(fate.cause, fate.status),
    bytesReceived: isBroken ? 0 : 512,
  });
}

/** The second one is what a hostile server might send. */
function detailOf(cause: FailureCause, status: number): string {
  if (cause === 'headers-timeout') return 'no answer within 2 s';
  if (cause === 'http-4xx') return 'HTTP 404 \u001b[31m::error::<script>alert(1)</script>';
  return cause === 'reset' ? 'read ECONNRESET' : `HTTP ${status}`;
}

/** The recording of 600 arrivals, with books that add up. */
export function sampleRecording(): Recording {
  const recording = new Recording(SAMPLE_LAYOUT);
  const { counts } = recording;
  for (let index = 0; index < ARRIVALS; index += 1) {
    const attempt = attemptOf(index);
    counts.planned += 1;
    counts.inFlightMs += attempt.endMs - attempt.readyMs;
    counts.residenceMs += attempt.endMs - attempt.readyMs;
    if (!attempt.reused && attempt.outcome !== 'dropped') counts.connectionsOpened += 1;
    const target = recording.targets[attempt.target];
    if (attempt.outcome !== 'dropped') {
      counts.sent += 1;
      if (target !== undefined) target.sent += 1;
    }
    recording.add(attempt);
  }
  return recording;
}

function check(over: Partial<ValidityCheck>): ValidityCheck {
  return {
    id: 'send-lag',
    status: 'pass',
    blocks: 'fail',
    measured: 0.08,
    limit: 1,
    unit: 'ms',
    code: null,
    text: 'both counts of every limit agree',
    ...over,
  };
}

function objective(over: Partial<ObjectiveResult>): ObjectiveResult {
  return {
    text: 'p95 < 250ms',
    target: null,
    status: 'pass',
    value: 93.439,
    low: 85.888,
    high: 163.09,
    limit: 250,
    unit: 'ms',
    count: ARRIVALS,
    exceeded: 19,
    inflation: 1.3,
    reason: null,
    line: 9,
    column: 15,
    ...over,
  };
}

/** Everything that {@link sampleResult} is built from. */
export function sampleInput(over: Partial<ResultInput> = {}): ResultInput {
  return {
    command: 'run',
    tool: { version: '0.1.0', node: 'v20.20.2' },
    runId: 'r-00112233445566778899aabb',
    plan: samplePlan(),
    redactedPlan: {
      version: 1,
      targets: [
        { name: 'followers', get: 'http://127.0.0.1:8080/followers?user=42', weight: 9 },
        { name: 'record', post: 'http://127.0.0.1:8080/followers', weight: 1, json: { id: 7 } },
      ],
      load: { stages: [{ rate: '30/s', for: '20s' }] },
      objectives: ['p95 < 250ms', 'errors < 1%'],
    },
    planHash: 'c0ffee'.padEnd(64, '0'),
    repeat: 'headroom run --plan headroom.yaml --seed 42',
    measured: {
      recording: sampleRecording(),
      startedAtWallMs: Date.UTC(2026, 10, 22, 10),
      durationMs: 20_401.25,
      offeredMs: DURATION_MS,
      calibration: { kind: 'warm-up', ceilingPerSecond: 21_500, floorUs: 74 },
    },
    stopped: null,
    host: {
      platform: 'linux',
      arch: 'x64',
      cpuCount: 2,
      cpuModel: 'Example CPU',
      memoryBytes: 8_589_934_592,
      descriptorLimit: 1_048_576,
      workers: 1,
      coLocated: true,
    },
    judged: {
      validity: {
        status: 'pass',
        checks: [
          check({}),
          check({
            id: 'delivery',
            blocks: 'pass',
            measured: 0.9967,
            limit: 0.99,
            unit: 'ratio',
            text: '99.67 % of the planned were sent',
          }),
          check({ id: 'throttling', status: 'not-applicable', blocks: 'both', measured: null, limit: null }),
        ],
      },
      objectives: [
        objective({}),
        objective({
          text: 'errors < 1%',
          status: 'fail',
          value: 0.0284,
          low: 0.0178,
          high: 0.0451,
          limit: 0.01,
          unit: 'ratio',
          count: 598,
          exceeded: 17,
          inflation: 1,
          column: 30,
        }),
      ],
      agreement: [
        objective({
          text: 'p99.9 < 2s',
          status: 'inconclusive',
          value: null,
          low: null,
          high: null,
          limit: 2000,
          reason: { code: 'TOO_FEW_SAMPLES', text: 'n too small: p99.9 needs 3688' },
          line: 10,
        }),
      ],
      notes: [{ code: 'CO_LOCATED', text: 'the target runs on this very machine' }],
      verdict: { status: 'fail', reasons: [{ code: 'ERRORS', text: 'errors 2.84 %, limit 1 %' }] },
      exitCode: 1,
    },
    redact: (text) => text.replaceAll('hunter2-secret', '***'),
    ...over,
  };
}

/** The sample's document, with the given keys replaced. */
export function sampleResult(overrides: Partial<ResultDocument> = {}): ResultDocument {
  return { ...buildResult(sampleInput()), ...overrides };
}
