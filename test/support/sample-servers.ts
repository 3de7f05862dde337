/** What servers, sinks and traces add to a sample result: a service near its limit, and one that nobody could ask. */

import type { Phase } from '../../src/core/attempt.ts';
import type { Resource, SignalUnit } from '../../src/core/server/signal.ts';
import { RESOURCE_UNITS } from '../../src/core/server/signal.ts';
import type { Exemplar } from '../../src/core/trace/exemplar.ts';
import { buildResult, type ResultInput } from '../../src/result/build.ts';
import type { ResultDocument } from '../../src/result/document.ts';
import type { ServerMoment, ServerResource, ServerResult } from '../../src/result/server/server-result.ts';
import type { SinkFacts, TraceFacts } from '../../src/result/trace/exemplar-result.ts';
import { buildSlowest } from '../../src/result/trace/exemplars.ts';
import { sampleInput } from './sample-result.ts';

/** Looks a second, over the sample's 20 s. */
const LOOKS = 20;

const noPhases: Readonly<Record<Phase, number | null>> = {
  blocked: null,
  dns: null,
  connect: null,
  tls: null,
  send: null,
  wait: null,
  receive: null,
};

/** An exemplar, with the given keys replaced. */
export function sampleExemplar(over: Partial<Exemplar> = {}): Exemplar {
  return {
    index: 374,
    target: 0,
    atMs: 12_640.25,
    responseMs: 163.09,
    status: 200,
    cause: null,
    phase: null,
    detail: '',
    remote: '127.0.0.1:8080',
    phases: { ...noPhases, blocked: 0.02, send: 0.01, wait: 162.9, receive: 0.16 },
    traceId: '00000000000000004bf92f3577b34da6',
    ...over,
  };
}

/** Four of the slowest, of which one went without a trace. */
export function sampleSlowest(): Exemplar[] {
  return [
    sampleExemplar(),
    sampleExemplar({
      index: 381,
      atMs: 12_861.5,
      responseMs: 151.4,
      traceId: '00000000000000001f2e3d4c5b6a7988',
      phases: { ...noPhases, blocked: 0.4, connect: 120.25, send: 0.01, wait: 30.1, receive: 0.6 },
    }),
    sampleExemplar({
      index: 369,
      target: 1,
      atMs: 12_400,
      responseMs: 148.2,
      remote: null,
      traceId: null,
      phases: { ...noPhases, send: 0.01, wait: 20.5 },
    }),
    sampleExemplar({
      index: 390,
      atMs: 13_090,
      responseMs: 131.9,
      traceId: null,
      phases: { ...noPhases, send: 0.01, wait: 131.1, receive: 0.7 },
    }),
  ];
}

/** A resource, with the given keys replaced. */
export function sampleResource(resource: Resource, over: Partial<ServerResource> = {}): ServerResource {
  const unit: SignalUnit = RESOURCE_UNITS[resource];
  return {
    resource,
    tier: 'reported',
    unit,
    mean: 0.4,
    max: 0.5,
    utilization: 0.5,
    state: 'ok',
    evidence: 'read from its own page',
    ...over,
  };
}

/** Load that rises over the run: cpu to 0.97, the run queue behind it. */
function sampleMoments(): ServerMoment[] {
  return Array.from({ length: LOOKS }, (__, look) => {
    const cpu = Math.min(0.97, 0.55 + 0.03 * look);
    const values = {
      cpu,
      'run-queue': cpu < 0.9 ? 0.4 : 14 * (cpu - 0.9) * 14.2,
      memory: 0.31,
      gc: 0.02 + 0.002 * look,
      goroutines: 40 + 3 * look,
    };
    // At one look the memory was not told.
    const { memory: _, ...rest } = values;
    return { fromMs: look * 1000, values: look === 7 ? rest : values };
  });
}

/** The service that is short of cpu. */
export function sampleServer(over: Partial<ServerResult> = {}): ServerResult {
  return {
    name: '127.0.0.1:8080',
    sources: [
      { kind: 'prometheus', url: 'http://127.0.0.1:8080/metrics', looks: 20, failed: 0, lastError: null },
      {
        kind: 'expvar',
        url: 'http://127.0.0.1:8080/debug/vars',
        looks: 20,
        failed: 3,
        lastError: 'answered 404',
      },
    ],
    resources: [
      sampleResource('cpu', {
        mean: 0.812,
        max: 0.97,
        utilization: 0.97,
        state: 'saturated',
        evidence: '1.94 of 2 cores, process_cpu_seconds_total',
      }),
      sampleResource('run-queue', {
        mean: 3.2,
        max: 14,
        utilization: null,
        state: 'saturated',
        evidence: 'p99 of go_sched_latencies_seconds',
      }),
      sampleResource('memory', {
        mean: 0.31,
        max: 0.31,
        utilization: 0.31,
        evidence: '620 MB of 2.0 GB, process_resident_memory_bytes',
      }),
      sampleResource('gc', {
        mean: 0.039,
        max: 0.058,
        utilization: null,
        evidence: 'share of cpu in pauses, go_gc_duration_seconds_sum',
      }),
      sampleResource('goroutines', {
        mean: 68.5,
        max: 97,
        utilization: null,
        state: 'unknown',
        evidence: 'go_goroutines',
      }),
    ],
    binding: {
      resource: 'cpu',
      utilization: 0.97,
      text: 'at 30/s its cpu was 97 %, its run-queue p99 14 ms: cpu-bound',
    },
    diagnoses: [{ code: 'cpu-bound', text: 'the cpu was above 95 % for 6 s while goroutines waited to run' }],
    series: sampleMoments(),
    captures: [
      { kind: 'profile', file: 'headroom-captures/cpu.pb.gz', atMs: 14_000, because: 'errors < 1%' },
      { kind: 'goroutine', file: 'headroom-captures/goroutine.txt', atMs: 14_000, because: 'errors < 1%' },
    ],
    ...over,
  };
}

/** A server of which every look failed. */
export function silentServer(): ServerResult {
  const url = 'http://10.0.0.9:9100/metrics';
  return {
    name: 'db-1',
    sources: [{ kind: 'prometheus', url, looks: 20, failed: 20, lastError: 'connection refused' }],
    resources: [],
    binding: null,
    diagnoses: [],
    series: [],
    captures: [],
  };
}

/** A sink that lost nothing, and one that did. */
export const SAMPLE_SINKS: readonly SinkFacts[] = [
  {
    kind: 'dogstatsd',
    address: 'udp://127.0.0.1:8126',
    sent: 420,
    lost: 0,
    failures: 0,
    lastError: null,
  },
  {
    kind: 'pushgateway',
    address: 'http://127.0.0.1:9091/metrics/job/headroom',
    sent: 15,
    lost: 5,
    failures: 5,
    lastError: 'connection refused',
  },
];

/** Links into a viewer. */
export const SAMPLE_TRACE: TraceFacts = {
  url: 'https://traces.example/trace/{trace_id}?from=headroom&tab=spans',
  headers: true,
};

/** What {@link observedResult} is built from beside the rest. */
export function observedInput(over: Partial<ResultInput> = {}): ResultInput {
  return sampleInput({
    servers: [sampleServer(), silentServer()],
    trace: SAMPLE_TRACE,
    sinks: SAMPLE_SINKS,
    ...over,
  });
}

/** The sample of a run whose servers were looked at, whose requests name traces, and that told two sinks. */
export function observedResult(overrides: Partial<ResultDocument> = {}): ResultDocument {
  const result = buildResult(observedInput());
  const words = { names: result.targets.map(({ name }) => name), clean: (text: string): string => text };
  const slowest = buildSlowest(sampleSlowest(), words);
  const failures = result.failures.map((failure) => ({
    ...failure,
    examples: failure.examples.map((example) => ({
      ...example,
      responseMs: 2000.5,
      remote: '127.0.0.1:8080',
      phases: { wait: 2000.25 },
      traceId: '0000000000000000aaaaaaaabbbbbbbb',
    })),
  }));
  return { ...result, failures, slowest, ...overrides };
}
