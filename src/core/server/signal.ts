/** What a server tells of itself, resource by resource: the words that every room shares. */

/** The resources of a server, in the order in which reports list them. */
export const RESOURCES = [
  'cpu',
  'run-queue',
  'memory',
  'gc',
  'fds',
  'goroutines',
  'threads',
  'locks',
  'accept-queue',
  'conntrack',
  'disk',
  'application',
] as const;

/** A member of {@link RESOURCES}; `application`: what the service itself says of its load (ORCA). */
export type Resource = (typeof RESOURCES)[number];

/** Unit in which each resource is told: that of a signal's `value`, and of an objective's limit. */
export const RESOURCE_UNITS: Readonly<Record<Resource, SignalUnit>> = {
  cpu: 'ratio',
  'run-queue': 'ms',
  memory: 'ratio',
  gc: 'ratio',
  fds: 'ratio',
  goroutines: 'count',
  threads: 'count',
  locks: 'count',
  'accept-queue': 'per-second',
  conntrack: 'ratio',
  disk: 'ratio',
  application: 'ratio',
};

/** `ratio`: of what there is, 0.. (it may exceed 1); `ms`: a p99; `count`: a mean number; `per-second`: events. */
export type SignalUnit = 'ratio' | 'ms' | 'count' | 'per-second';

/** How direct the evidence is: the service's own figures, or the pressure that the kernel sees. */
export type Tier = 'reported' | 'pressure';

/** `near`: short before the limit; `saturated`: at it; `unknown`: a value with nothing to hold it against. */
export type SignalState = 'ok' | 'near' | 'saturated' | 'unknown';

/**
 * What else was seen of a resource, which names the fault: `throttled`: the quota of its control group held it back;
 * `pressure`: tasks waited for it (PSI); `neighbours`: its machine is full, mostly of others; `limiter`: Go gave up
 * collecting to leave some processor time to the service.
 */
export const SIGNAL_SIGNS = ['throttled', 'pressure', 'neighbours', 'limiter'] as const;

/** A member of {@link SIGNAL_SIGNS}. */
export type SignalSign = (typeof SIGNAL_SIGNS)[number];

/** What one look showed of one resource, over the time since the look before. */
export interface Signal {
  readonly resource: Resource;
  readonly tier: Tier;
  /** In the unit of the resource, see {@link RESOURCE_UNITS}. */
  readonly value: number;
  /** Share of what the resource can give, 1: all of it; null where no limit is known. */
  readonly utilization: number | null;
  readonly state: SignalState;
  /** What it was read from, in words of ours: `1.94 of 2 cores, process_cpu_seconds_total`. */
  readonly evidence: string;
  /** Absent: none was seen. */
  readonly signs?: readonly SignalSign[];
}

/** One look at a server. A resource that nobody told of has no signal: unknown is not zero. */
export interface ServerLook {
  /** ms from the start of the measured part. */
  readonly atMs: number;
  /** Length of the time that it tells of, ms. */
  readonly spanMs: number;
  /** Rates and shares of time in it reach back so far, ms, where that is more than its span; absent: they do not. */
  readonly reachMs?: number;
  /** At most one a resource. */
  readonly signals: readonly Signal[];
}

/** The looks at one server, in the order of time; of long runs neighbours are put together, so that they stay few. */
export interface ServerLooks {
  /** As the plan names it, or its host and port. */
  readonly server: string;
  readonly looks: readonly ServerLook[];
}
