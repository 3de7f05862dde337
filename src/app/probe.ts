/** A few requests, one after another, as a report. */

import type { Attempt, Phase } from '../core/attempt.ts';
import { createRedactor, redactUrl, safeText } from '../core/text.ts';
import { parentFromEnvironment } from '../core/trace/parent.ts';
import { type ProbeObservation, probe, type TlsFacts as SeenTls } from '../load/probe.ts';
import type { Plan, Secrets } from '../plan/plan.ts';
import { secretValues } from '../plan/secrets.ts';
import { Recording } from '../record/recording.ts';
import type { ProbeReport, ProbeRequest, TlsFacts } from '../report/probe-report.ts';
import type { Status } from '../result/document.ts';
import type { Finding } from '../verdict/finding.ts';
import { layoutFor } from '../verdict/objective-scopes.ts';
import { judgeObjectives } from '../verdict/objectives.ts';
import { worstOf } from '../verdict/verdict.ts';
import { exitOf } from './exit.ts';
import { checkCertificates } from './safety/certificates.ts';
import { guardTargets } from './safety/guard.ts';
import { traceOrderOf } from './trace/trace-order.ts';
import type { World } from './world.ts';

const DAY_MS = 86_400_000;

/** What is probed. */
export interface ProbeSubject {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly owned: boolean;
  /** Number of requests. */
  readonly count: number;
}

/** Sends the requests and judges them. */
export async function probeTarget(subject: ProbeSubject, world: World): Promise<ProbeReport> {
  const { plan, secrets, count } = subject;
  checkCertificates(subject);
  const guarded = await guardTargets(subject, world);
  const { parent } = parentFromEnvironment(world.env);
  const trace = traceOrderOf(plan, { spans: false, parent });
  const startedAt = new Date(world.clock.wallMs()).toISOString();
  const observations = await probe({
    plan,
    secrets,
    count,
    guard: { allowPublic: guarded.allowPublic },
    runId: world.newId(),
    userAgent: `headroom/${world.version}`,
    ...(trace === null ? {} : { trace }),
  });
  const redact = createRedactor(secretValues(plan, secrets));
  const clean = (text: string): string => safeText(redact(text));
  const verdict = judge(plan, observations);
  const [target] = plan.targets;
  return {
    schema: 'headroom.probe/1',
    method: target?.method ?? '',
    url: clean(redactUrl(target?.url ?? '')),
    startedAt,
    requests: observations.map((observation) => ({
      target: clean(plan.targets[observation.target]?.name ?? ''),
      ...requestOf(observation, clean),
    })),
    tls: tlsOf(observations.findLast(({ tls }) => tls !== null)?.tls ?? null, world.clock.wallMs(), clean),
    verdict,
    exitCode: exitOf(verdict.status, null),
  };
}

/** Fails when a request failed; objectives that somebody chose are judged too, as far as so few requests allow. */
function judge(plan: Plan, observations: readonly ProbeObservation[]): ProbeReport['verdict'] {
  if (observations.length === 0) {
    return { status: 'inconclusive', reasons: [{ code: 'NO_DATA', text: 'nothing was sent' }] };
  }
  const findings = plan.objectivesDefaulted ? [] : judgeSamples(plan, observations);
  const failed = observations.filter(({ attempt }) => attempt.cause !== null);
  const statuses: Status[] = [failed.length === 0 ? 'pass' : 'fail', ...findings.map(({ status }) => status)];
  const causes = [...new Set(failed.map(({ attempt }) => attempt.cause))].join(', ');
  const text = `${failed.length} of ${observations.length} requests failed: ${causes}`;
  const open = findings.flatMap(({ status, reason, text: objective, because }) => {
    if (status === 'pass') return [];
    if (status === 'fail') return [{ code: 'BREACH', text: `${objective} is breached: ${because}` }];
    return [
      { code: reason?.code ?? 'NO_DATA', text: `${objective} is not decided: ${reason?.text ?? because}` },
    ];
  });
  return {
    status: worstOf(statuses),
    reasons: [...(failed.length === 0 ? [] : [{ code: 'PROBE_FAILED', text }]), ...open],
  };
}

function judgeSamples(plan: Plan, observations: readonly ProbeObservation[]): readonly Finding[] {
  const recording = new Recording({ ...layoutFor(plan), measuredFromMs: 0 });
  for (const { attempt } of observations) {
    recording.counts.planned += 1;
    recording.counts.sent += 1;
    recording.add(attempt);
  }
  const offeredMs = Math.max(...observations.map(({ attempt }) => attempt.endMs));
  return judgeObjectives({ plan, recording, offeredMs }).objectives.map(({ finding }) => finding);
}

function requestOf(
  { attempt, httpVersion, headers }: ProbeObservation,
  clean: (text: string) => string,
): Omit<ProbeRequest, 'target'> {
  return {
    phases: phasesOf(attempt),
    totalMs: rounded(attempt.endMs - attempt.readyMs) ?? 0,
    status: attempt.status === 0 ? null : attempt.status,
    cause: attempt.cause,
    detail: attempt.detail === null ? null : clean(attempt.detail),
    remote: attempt.remote === null ? null : clean(attempt.remote),
    httpVersion,
    reused: attempt.reused,
    bytes: attempt.bytesReceived,
    headers: headers.map(([name, value]) => [clean(name.toLowerCase()), clean(value)] as const),
  };
}

/** Phases of one attempt, ms; null for one that did not apply or was not reached. */
function phasesOf(attempt: Attempt): Record<Phase, number | null> {
  const { dnsMs, connectMs, tlsMs, readyMs, sendMs, sentMs, firstByteMs, endMs } = attempt;
  const opening = (dnsMs || 0) + (connectMs || 0) + (tlsMs || 0);
  return {
    blocked: rounded(Math.max(0, sendMs - readyMs - opening)),
    dns: rounded(dnsMs),
    connect: rounded(connectMs),
    tls: rounded(tlsMs),
    send: rounded(sentMs - sendMs),
    wait: rounded(firstByteMs - sentMs),
    receive: rounded(attempt.outcome === 'completed' ? endMs - firstByteMs : Number.NaN),
  };
}

function tlsOf(seen: SeenTls | null, nowMs: number, clean: (text: string) => string): TlsFacts | null {
  if (seen === null) return null;
  const cleanOr = (text: string | null): string | null => (text === null ? null : clean(text));
  const validToMs = Date.parse(seen.validTo ?? '');
  const known = Number.isFinite(validToMs);
  return {
    protocol: seen.protocol,
    cipher: seen.cipher,
    subject: cleanOr(seen.subject),
    issuer: cleanOr(seen.issuer),
    altNames: seen.altNames.map(clean),
    validTo: known ? new Date(validToMs).toISOString() : null,
    daysLeft: known ? Math.floor((validToMs - nowMs) / DAY_MS) : null,
    verificationError: seen.authorized ? null : cleanOr(seen.authorizationError ?? 'not verified'),
  };
}

/** To the microsecond; null for what is not a number. */
function rounded(ms: number): number | null {
  return Number.isFinite(ms) ? Math.round(ms * 1000) / 1000 : null;
}
