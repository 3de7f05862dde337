/**
 * A plan back in the plan file's own vocabulary, every default spelled out and every secret taken out; and the hash
 * by which two runs of the same plan are known.
 */
import { createHash } from 'node:crypto';

import { isSecretName, redactUrl } from '../core/text.ts';
import { exactDuration, exactRate, exactRatio } from '../core/units.ts';
import { writtenCanary, writtenNotify } from './canary/written.ts';
import { writtenTrace } from './emit/trace-section.ts';
import { writtenEmit } from './emit/written-emit.ts';
import { formatObjective } from './objective.ts';
import { writtenObserve } from './observe/written-observe.ts';
import type {
  ConnectTo,
  Expectation,
  HttpSettings,
  LaunchQuestion,
  Load,
  Match,
  Plan,
  Resolve,
  Stage,
  Target,
  TlsSettings,
} from './plan.ts';
import { mapLiterals } from './secrets.ts';
import { shownHeaders } from './source/hidden-header.ts';

type Written = Readonly<Record<string, unknown>>;

const HIDDEN = '***';
/** Larger bodies are named by their hash: a result document is no place for them. */
const LARGEST_BODY = 16_384;
const SHORTHANDS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Leaves out the keys that have nothing to say. */
function said(entries: Written): Written {
  return Object.fromEntries(
    Object.entries(entries).filter(([, value]) => value !== null && value !== undefined),
  );
}

function isReference(text: string): boolean {
  return mapLiterals(text, () => '\0').includes('\0') === false;
}

/** The value with `***` for what stands under a secret-looking name; the same value when there is nothing. */
function hideNamed(value: unknown, isSecret: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => hideNamed(item, isSecret));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(
        ([key, item]) => [key, hideNamed(item, isSecret || isSecretName(key))] as const,
      ),
    );
  }
  const isLeaf = isSecret && value !== null && typeof value !== 'boolean';
  return isLeaf && !(typeof value === 'string' && isReference(value)) ? HIDDEN : value;
}

function hideFields(form: string): string {
  return form.replaceAll(/(^|&)([^=&]+)=([^&]+)/g, (...groups: string[]) => {
    const [pair = '', mark = '', name = '', value = ''] = groups;
    return isSecretName(name) && !isReference(value) ? `${mark}${name}=${HIDDEN}` : pair;
  });
}

function textBody(body: string): string {
  if (body.length > LARGEST_BODY) return `${HIDDEN} (${body.length} characters, SHA-256 ${sha256(body)})`;
  try {
    const value: unknown = JSON.parse(body);
    const hidden = JSON.stringify(hideNamed(value, false));
    return hidden === JSON.stringify(value) ? body : hidden;
  } catch {
    return hideFields(body);
  }
}

function bodyOf(body: Target['body']): unknown {
  if (body === null || typeof body === 'string') return body === null ? null : textBody(body);
  if (body.length > LARGEST_BODY) return `${HIDDEN} (${body.length} bytes, SHA-256 ${sha256(body)})`;
  return { base64: Buffer.from(body).toString('base64') };
}

function matchOf(match: Match): unknown {
  switch (match.kind) {
    case 'present':
    case 'absent':
      return match.kind;
    case 'equals':
      return { equals: match.value };
    case 'contains':
      return { contains: match.text };
    case 'matches':
      return { matches: `/${match.source}/${match.flags}` };
  }
}

function statusOf({ from, to }: { readonly from: number; readonly to: number }): number | string {
  if (from === to) return from;
  return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`;
}

function expectOf({ statuses, headers, body, json, size }: Expectation): Written | null {
  const written = said({
    status: statuses?.map(statusOf),
    header:
      headers.length === 0
        ? null
        : Object.fromEntries(headers.map(({ name, match }) => [name, matchOf(match)])),
    body: body.length === 0 ? null : body.map(matchOf),
    json:
      json.length === 0 ? null : Object.fromEntries(json.map(({ path, match }) => [path, matchOf(match)])),
    size: size === null ? null : size.max === Infinity ? `>=${size.min}` : `${size.min}..${size.max}`,
  });
  return Object.keys(written).length === 0 ? null : written;
}

function targetOf(target: Target): Written {
  const url = redactUrl(target.url);
  const request = SHORTHANDS.has(target.method)
    ? { [target.method.toLowerCase()]: url }
    : { method: target.method, url };
  return said({
    name: target.name,
    ...request,
    headers: shownHeaders(target.headers),
    body: bodyOf(target.body),
    weight: target.weight,
    timeout: exactDuration(target.timeoutMs),
    expect: expectOf(target.expect),
  });
}

function stageOf(stage: Stage): Written {
  const length = { for: exactDuration(stage.durationMs) };
  if (stage.kind === 'constant') return { rate: exactRate(stage.ratePerSecond), ...length };
  return { ramp: `${exactRate(stage.fromPerSecond)}..${exactRate(stage.toPerSecond)}`, ...length };
}

function scheduleOf(load: Load): Written {
  if (load.kind === 'open') return { arrivals: load.arrivals, stages: load.stages.map(stageOf) };
  const think = `${exactDuration(load.think.minMs)}..${exactDuration(load.think.maxMs)}`;
  const duration = load.durationMs === null ? null : exactDuration(load.durationMs);
  return { closed: { users: load.users, think }, duration };
}

function loadOf(load: Load): Written {
  const { max, lifetimeMs, freshRatio } = load.connections;
  const lifetime = lifetimeMs === null ? 'never' : exactDuration(lifetimeMs);
  return said({
    ...scheduleOf(load),
    warmup: exactDuration(load.warmupMs),
    drain: load.drainMs === null ? null : exactDuration(load.drainMs),
    requests: load.requests,
    workers: load.workers,
    maxDuration: load.maxDurationMs === null ? null : exactDuration(load.maxDurationMs),
    untilDecided: load.untilDecided === true ? true : null,
    connections: said({ max, lifetime, fresh: exactRatio(freshRatio) }),
  });
}

function connectToText({ host, port, toHost, toPort }: ConnectTo): string {
  return `${host}:${port ?? ''}:${toHost}:${toPort ?? ''}`;
}

function resolveText({ host, port, addresses }: Resolve): string {
  return `${host}:${port}:${addresses.map((address) => (address.includes(':') ? `[${address}]` : address)).join(',')}`;
}

function httpOf(http: HttpSettings): Written {
  return said({
    version: http.version,
    keepalive: http.keepAlive,
    redirects: http.redirects,
    maxBody: http.maxBodyBytes,
    proxy: http.proxy === null ? null : redactUrl(http.proxy),
    unixSocket: http.unixSocket,
    connectTo: http.connectTo.length === 0 ? null : http.connectTo.map(connectToText),
    resolve: http.resolve.length === 0 ? null : http.resolve.map(resolveText),
  });
}

function tlsOf({ insecure, ca, cert, key, serverName }: TlsSettings): Written {
  return said({ insecure, ca, cert, key, serverName });
}

function launchOf({ peakPerSecond, marginRatio, zones, lose, users }: LaunchQuestion): Written {
  const { count, thinkMs, requestsPerVisit } = users ?? {};
  const peak = users === null ? exactRate(peakPerSecond) : null;
  const think = thinkMs === undefined ? null : exactDuration(thinkMs);
  return said({ peak, users: count, think, requestsPerVisit, margin: exactRatio(marginRatio), zones, lose });
}

/**
 * The plan as a plan file would say it, as plain JSON values. Literal values of secret-looking headers, URL
 * parameters and body fields are `***`; references are as they were written. Parsed again it means the same run,
 * where nothing was redacted.
 */
export function redactedPlan(plan: Plan): Readonly<Record<string, unknown>> {
  return said({
    version: plan.version,
    targets: plan.targets.map(targetOf),
    data: plan.data?.file ?? null,
    load: { ...loadOf(plan.load), seed: plan.seed },
    http: httpOf(plan.http),
    tls: tlsOf(plan.tls),
    objectives: plan.objectivesDefaulted ? null : plan.objectives.map(formatObjective),
    agreement: plan.agreement.length === 0 ? null : plan.agreement.map(formatObjective),
    launch: plan.launch === undefined ? null : launchOf(plan.launch),
    canary: plan.canary === undefined ? null : writtenCanary(plan.canary),
    notify: plan.notify === undefined ? null : writtenNotify(plan.notify),
    observe: plan.observe === undefined ? null : writtenObserve(plan.observe),
    emit: plan.emit === undefined ? null : writtenEmit(plan.emit),
    trace: plan.trace === undefined ? null : writtenTrace(plan.trace),
    owner: plan.owner,
  });
}

/** JSON with the keys of every object in order. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`).join(',')}}`;
}

/**
 * SHA-256, hex, of what is measured: targets, load and objectives, references unexpanded and secrets redacted, so
 * that a hash tells nothing about them. Seed, owner, the settings of connections, and what is observed, emitted and
 * traced do not count.
 */
export function planHash(plan: Plan): string {
  const objectives = plan.objectives.map(formatObjective);
  return sha256(canonicalJson({ targets: plan.targets.map(targetOf), load: loadOf(plan.load), objectives }));
}
