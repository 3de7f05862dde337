/**
 * The flags of every traffic command as the user typed them, turned into the shape of a plan file so that one
 * schema reads both.
 */
import type { Path } from './position.ts';

/** Values are text as typed; `undefined` where a flag was not given. */
export interface Overrides {
  readonly url?: string | undefined;
  readonly method?: string | undefined;
  /** Each `name: value`. */
  readonly headers?: readonly string[] | undefined;
  /** Text, `@file`, or `@-` for standard input. */
  readonly body?: string | undefined;
  readonly rate?: string | undefined;
  readonly duration?: string | undefined;
  readonly requests?: string | undefined;
  /** Connections; virtual users in a closed loop. */
  readonly connections?: string | undefined;
  readonly timeout?: string | undefined;
  readonly closed?: boolean | undefined;
  readonly arrivals?: string | undefined;
  readonly warmup?: string | undefined;
  readonly workers?: string | undefined;
  readonly seed?: string | undefined;
  readonly objectives?: readonly string[] | undefined;
  readonly maxDuration?: string | undefined;
  readonly untilDecided?: boolean | undefined;
  readonly peak?: string | undefined;
  readonly margin?: string | undefined;
  readonly zones?: string | undefined;
  readonly lose?: string | undefined;
  readonly users?: string | undefined;
  readonly think?: string | undefined;
  readonly requestsPerVisit?: string | undefined;
  readonly follow?: boolean | undefined;
  readonly insecure?: boolean | undefined;
  readonly http2?: boolean | undefined;
  readonly keepalive?: boolean | undefined;
  readonly cacert?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Each `HOST1:PORT1:HOST2:PORT2`. */
  readonly connectTo?: readonly string[] | undefined;
  /** Each `HOST:PORT:ADDRESS[,ADDRESS]`. */
  readonly resolve?: readonly string[] | undefined;
  readonly proxy?: string | undefined;
  readonly unixSocket?: string | undefined;
  readonly owner?: string | undefined;
  /** Stands in for the plan's own base. */
  readonly base?: string | undefined;
  readonly canary?: CanaryOverrides | undefined;
  /** Each `KIND=URL`, a URL that tells its kind, `orca` or `host`. */
  readonly observe?: readonly string[] | undefined;
  /** Servers are looked for on the origins of the targets: what is there is not known beforehand. */
  readonly discover?: boolean | undefined;
  /** Each `KIND=ADDRESS`. */
  readonly emit?: readonly string[] | undefined;
  readonly trace?: boolean | undefined;
  readonly tracePhases?: boolean | undefined;
  readonly traceUrl?: string | undefined;
}

/** The flags of the canary; its rate, length and requests stand in for those of one run. */
export interface CanaryOverrides {
  readonly check?: string | undefined;
  readonly every?: string | undefined;
  readonly rate?: string | undefined;
  readonly for?: string | undefined;
  readonly requests?: string | undefined;
  readonly fail?: string | undefined;
  readonly recover?: string | undefined;
  readonly remind?: string | undefined;
  readonly blind?: string | undefined;
  readonly slo?: string | undefined;
  readonly period?: string | undefined;
  readonly certificate?: string | undefined;
  readonly control?: string | undefined;
  readonly maintenance?: readonly string[] | undefined;
}

/** Where each flag lands in the shape of a plan, and how it is spelled. */
const LABELS: readonly (readonly [path: string, label: string])[] = [
  ['request.url', 'URL'],
  ['request.method', '--method'],
  ['request.headers', '--header'],
  ['request.body', '--body'],
  ['request.bodyFile', '--body'],
  ['load.rate', '--rate'],
  ['load.duration', '--duration'],
  ['load.requests', '--requests'],
  ['load.connections', '--connections'],
  ['load.closed', '--closed'],
  ['load.timeout', '--timeout'],
  ['load.arrivals', '--arrivals'],
  ['load.warmup', '--warmup'],
  ['load.workers', '--workers'],
  ['load.seed', '--seed'],
  ['load.maxDuration', '--max-duration'],
  ['load.untilDecided', '--until-decided'],
  ['launch.peak', '--peak'],
  ['launch.margin', '--margin'],
  ['launch.zones', '--zones'],
  ['launch.lose', '--lose'],
  ['launch.users', '--users'],
  ['launch.think', '--think'],
  ['launch.requestsPerVisit', '--requests-per-visit'],
  ['launch', '--peak'],
  ['objectives', '--objective'],
  ['http.redirects', '--follow'],
  ['http.version', '--http2'],
  ['http.keepalive', '--no-keepalive'],
  ['http.connectTo', '--connect-to'],
  ['http.resolve', '--resolve'],
  ['http.proxy', '--proxy'],
  ['http.unixSocket', '--unix-socket'],
  ['tls.insecure', '--insecure'],
  ['tls.ca', '--cacert'],
  ['tls.cert', '--cert'],
  ['tls.key', '--key'],
  ['canary.for', '--duration'],
  ...['check', 'every', 'rate', 'requests', 'fail', 'recover', 'remind', 'blind', 'slo', 'period'].map(
    (key): readonly [string, string] => [`canary.${key}`, `--${key}`],
  ),
  ['canary.certificate', '--certificate'],
  ['canary.control', '--control'],
  ['canary.maintenance', '--maintenance'],
  ['observe', '--observe'],
  ['emit', '--emit'],
  ['trace.phases', '--trace-phases'],
  ['trace.url', '--trace-url'],
  ['trace', '--trace'],
  ['owner', '--owner'],
  ['base', 'URL'],
];

/** How the flag that a path came from is spelled; the path itself when it came from none. */
export function flagLabel(path: Path): string {
  const joined = `${path.join('.')}.`;
  return LABELS.find(([prefix]) => joined.startsWith(`${prefix}.`))?.[1] ?? path.join('.');
}

/** A number as one; any other text as it is, for the schema to refuse. */
function count(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d{1,16}(?:\.\d{1,16})?(?:e\+?\d{1,2})?$/i.test(text.trim())
    ? Number(text)
    : text;
}

/** Without the keys that have no value, and null when none has. */
function given(section: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const entries = Object.entries(section).filter(([, value]) => value !== undefined);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** The flags in the shape of a plan: sections load, http, tls, objectives, launch, canary, observe, emit, trace and owner, and `request` for the target. */
export function flagTree(flags: Overrides, redirectsWhenFollowed: number): Readonly<Record<string, unknown>> {
  const connections = count(flags.connections);
  const load = given({
    rate: flags.rate,
    duration: flags.duration,
    requests: count(flags.requests),
    connections,
    timeout: flags.timeout,
    closed: flags.closed === true ? {} : undefined,
    arrivals: flags.arrivals,
    warmup: flags.warmup,
    workers: count(flags.workers),
    seed: count(flags.seed),
    maxDuration: flags.maxDuration,
    untilDecided: flags.untilDecided,
  });
  const launch = given({
    peak: flags.peak,
    margin: flags.margin,
    zones: count(flags.zones),
    lose: count(flags.lose),
    users: count(flags.users),
    think: flags.think,
    requestsPerVisit: count(flags.requestsPerVisit),
  });
  const http = given({
    redirects: flags.follow === undefined ? undefined : flags.follow ? redirectsWhenFollowed : 0,
    version: flags.http2 === undefined ? undefined : flags.http2 ? '2' : '1.1',
    keepalive: flags.keepalive,
    connectTo: flags.connectTo?.length === 0 ? undefined : flags.connectTo,
    resolve: flags.resolve?.length === 0 ? undefined : flags.resolve,
    proxy: flags.proxy,
    unixSocket: flags.unixSocket,
  });
  const tls = given({ insecure: flags.insecure, ca: flags.cacert, cert: flags.cert, key: flags.key });
  const bodyFile = flags.body?.startsWith('@') === true ? flags.body.slice(1) : undefined;
  const body = bodyFile === undefined ? flags.body : undefined;
  const headers = flags.headers?.length === 0 ? undefined : flags.headers;
  const request = given({ url: flags.url, method: flags.method, headers, body, bodyFile });
  const objectives = flags.objectives?.length === 0 ? undefined : flags.objectives;
  const canary = canaryTree(flags.canary);
  const { owner, base } = flags;
  const beside = besideTree(flags);
  return given({ request, load, http, tls, objectives, launch, canary, ...beside, owner, base }) ?? {};
}

function besideTree(flags: Overrides): Readonly<Record<string, unknown>> {
  const { trace: headers, tracePhases: phases, traceUrl: url } = flags;
  return {
    observe: flags.observe?.length === 0 ? undefined : flags.observe,
    emit: flags.emit?.length === 0 ? undefined : flags.emit,
    trace: given({ headers, phases, url }),
  };
}

function canaryTree(flags: CanaryOverrides | undefined): Readonly<Record<string, unknown>> | undefined {
  return given({
    ...flags,
    requests: count(flags?.requests),
    recover: count(flags?.recover),
    blind: count(flags?.blind),
    maintenance: flags?.maintenance?.length === 0 ? undefined : flags?.maintenance,
  });
}

/** The text typed for the flag at a path; null when it is no text, or may hold a secret. */
export function flagText(tree: unknown, path: Path): string | null {
  if (path[0] === 'canary' && path[1] === 'control') return null;
  if (path[0] === 'observe' || path[0] === 'emit') return null;
  if (
    ['request', 'http', 'base'].includes(String(path[0])) &&
    !['connectTo', 'resolve', 'method'].includes(String(path[1]))
  ) {
    return null;
  }
  let value = tree;
  for (const step of path) {
    const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    value = entries.find(([key]) => key === String(step))?.[1];
  }
  return typeof value === 'string' ? value : null;
}
