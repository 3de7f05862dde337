/** A few requests, one after another, as a report. */

import type { Attempt, Phase } from '../core/attempt.ts';
import { createRedactor, redactUrl, safeText } from '../core/text.ts';
import { type ProbeObservation, probe, type TlsFacts as SeenTls } from '../load/probe.ts';
import type { Plan, Secrets } from '../plan/plan.ts';
import { secretValues } from '../plan/secrets.ts';
import type { ProbeReport, ProbeRequest, TlsFacts } from '../report/probe-report.ts';
import type { Reason, Status } from '../result/document.ts';
import { exitOf } from './exit.ts';
import { guardTargets } from './safety/guard.ts';
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

/** Sends the requests. Pass when all of them succeeded, else fail: too few to judge anything finer. */
export async function probeTarget(subject: ProbeSubject, world: World): Promise<ProbeReport> {
  const { plan, secrets, count } = subject;
  const guarded = await guardTargets(subject, world);
  const startedAt = new Date(world.clock.wallMs()).toISOString();
  const observations = await probe({
    plan,
    secrets,
    count,
    guard: { allowPublic: guarded.allowPublic },
    runId: world.newId(),
    userAgent: `headroom/${world.version}`,
  });
  const redact = createRedactor(secretValues(plan, secrets));
  const clean = (text: string): string => safeText(redact(text));
  const verdict = judge(observations);
  const [target] = plan.targets;
  return {
    schema: 'headroom.probe/1',
    method: target?.method ?? '',
    url: clean(redactUrl(target?.url ?? '')),
    startedAt,
    requests: observations.map((observation) => requestOf(observation, clean)),
    tls: tlsOf(observations.findLast(({ tls }) => tls !== null)?.tls ?? null, world.clock.wallMs(), clean),
    verdict,
    exitCode: exitOf(verdict.status, null),
  };
}

function judge(observations: readonly ProbeObservation[]): { status: Status; reasons: Reason[] } {
  const failed = observations.filter(({ attempt }) => attempt.cause !== null);
  if (observations.length === 0)
    return { status: 'inconclusive', reasons: [{ code: 'NO_DATA', text: 'nothing was sent' }] };
  if (failed.length === 0) return { status: 'pass', reasons: [] };
  const causes = [...new Set(failed.map(({ attempt }) => attempt.cause))].join(', ');
  const text = `${failed.length} of ${observations.length} requests failed: ${causes}`;
  return { status: 'fail', reasons: [{ code: 'PROBE_FAILED', text }] };
}

function requestOf(
  { attempt, httpVersion, headers }: ProbeObservation,
  clean: (text: string) => string,
): ProbeRequest {
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
