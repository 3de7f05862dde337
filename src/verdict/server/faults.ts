/** The faults that signals can show, each by its code. */

import type { Resource, SignalSign } from '../../core/server/signal.ts';
import { formatDurationMs, formatRatio } from '../../core/units.ts';
import { type Growth, growthOf } from './growth.ts';
import { busiest, isAtLeast, lasted, type Moment, mean, rateOf, signalsOf } from './moments.ts';
import { atRate, counted, saidOf } from './words.ts';

/** What is wrong with a server. */
export interface Diagnosis {
  readonly code: string;
  /** A sentence for people. */
  readonly text: string;
}

type Finder = (moments: readonly Moment[]) => Diagnosis | null;

/** More goroutines, or threads, than so many and so large a part of them: a leak, not a breath. */
const FEWEST_GOROUTINES = 10;
const FEWEST_THREADS = 8;
const PART = 0.2;
/** Of a limit, or of what is in use. */
const FDS = { ofLimit: 0.02, ofUse: 0.5 };
const MEMORY_OF_LIMIT = 0.03;

/** Causes come before what they bring about: whoever collects garbage all day is short of cpu as well. */
const FINDERS: readonly Finder[] = [
  throttled,
  fdLimit,
  conntrackLimit,
  gcStorm,
  lockContention,
  fdLeak,
  goroutineLeak,
  memoryLeak,
  threadGrowth,
  memoryBound,
  cpuBound,
  crowdedHost,
  acceptQueue,
];

/** So many more requests open at the end are a queue. */
const PILING_UP = 5;
/** Goroutines that a request may hold: its own, those of its connection, one that it waits for. */
const PER_REQUEST = 4;

/** Everything that is wrong, causes first; empty when nothing was seen. */
export function faultsOf(moments: readonly Moment[]): readonly Diagnosis[] {
  return FINDERS.map((find) => find(moments)).filter((found) => found !== null);
}

function throttled(moments: readonly Moment[]): Diagnosis | null {
  return hasSign(moments, 'cpu', 'throttled')
    ? fault('throttled', `${at(moments, ['cpu'])}: the cpu quota of its container holds it back`)
    : null;
}

function cpuBound(moments: readonly Moment[]): Diagnosis | null {
  if (hasSign(moments, 'cpu', 'neighbours')) return null;
  const isShort = lasted(
    signalsOf(busiest(moments), 'cpu'),
    ({ state, tier }) => state === 'saturated' && tier === 'reported',
  );
  return isShort
    ? fault('cpu-bound', `${at(moments, ['cpu', 'run-queue'])}: it is short of processors`)
    : null;
}

/** What is slow here is not its own doing: its machine is full of others, or leaves it less than its tasks wait for. */
function crowdedHost(moments: readonly Moment[]): Diagnosis | null {
  const top = busiest(moments);
  const isFull = lasted(signalsOf(top, 'cpu'), ({ state }) => state === 'saturated');
  if (isFull && hasSign(moments, 'cpu', 'neighbours'))
    return fault('crowded-host', `${at(moments, ['cpu'])} of its machine, most of it used by others`);
  if (isFull || !isStarved(top)) return null;
  const said = at(moments, ['run-queue', 'cpu']);
  return fault('crowded-host', `${said}: its tasks wait for processors that others use`);
}

/** Tasks wait for a processor all the time, and yet it did not get those that it may have. */
function isStarved(moments: readonly Moment[]): boolean {
  const waits = lasted(
    signalsOf(moments, 'run-queue'),
    ({ state, tier }) => state === 'saturated' && tier === 'reported',
  );
  const isIdle = lasted(
    signalsOf(moments, 'cpu'),
    ({ state, tier }) => state === 'ok' && tier === 'reported',
  );
  return waits && isIdle;
}

function gcStorm(moments: readonly Moment[]): Diagnosis | null {
  const isStorm = lasted(signalsOf(busiest(moments), 'gc'), (signal) => isAtLeast(signal, 'near'));
  return isStorm
    ? fault('gc-storm', `${at(moments, ['gc'])}: it makes garbage faster than is good for it`)
    : null;
}

function lockContention(moments: readonly Moment[]): Diagnosis | null {
  const waits = lasted(signalsOf(busiest(moments), 'locks'), (signal) => isAtLeast(signal, 'near'));
  return waits ? fault('lock-contention', `${at(moments, ['locks'])}: requests queue for a lock`) : null;
}

function memoryBound(moments: readonly Moment[]): Diagnosis | null {
  const isFull = lasted(signalsOf(busiest(moments), 'memory'), ({ state }) => state === 'saturated');
  const isPressed = hasSign(moments, 'memory', 'pressure');
  if (!isFull && !isPressed) return null;
  const why = isPressed ? 'tasks wait for memory' : 'it is short of memory';
  return fault('memory-bound', `${at(moments, ['memory'])}: ${why}`);
}

function acceptQueue(moments: readonly Moment[]): Diagnosis | null {
  const worst = Math.max(0, ...signalsOf(moments, 'accept-queue').map(({ value }) => value));
  return worst > 0
    ? fault('accept-queue', `up to ${saidOf('accept-queue', worst)}: it accepts them too slowly`)
    : null;
}

function conntrackLimit(moments: readonly Moment[]): Diagnosis | null {
  const isFull = lasted(signalsOf(moments, 'conntrack'), (signal) => isAtLeast(signal, 'near'));
  return isFull
    ? fault('conntrack-limit', `${at(moments, ['conntrack'])}: at the limit new ones are dropped`)
    : null;
}

/** The last look counts alone: a server without descriptors cannot be asked again. */
function fdLimit(moments: readonly Moment[]): Diagnosis | null {
  const signals = signalsOf(moments, 'fds');
  const last = signals.at(-1);
  if (last === undefined || !isAtLeast(last, 'near')) return null;
  return fault('fd-limit', `${saidOf('fds', last.value)} of its limit: soon it can accept no connection`);
}

function fdLeak(moments: readonly Moment[]): Diagnosis | null {
  const growth = leakOf(moments, 'fds', (by, median) => by >= FDS.ofLimit || by >= FDS.ofUse * median);
  return (
    growth && fault('fd-leak', `${filling('descriptors in use', growth)} of the limit${timeLeft(growth)}`)
  );
}

function memoryLeak(moments: readonly Moment[]): Diagnosis | null {
  const growth = leakOf(moments, 'memory', (by) => by >= MEMORY_OF_LIMIT);
  return growth && fault('memory-leak', `${filling('memory', growth)} of the limit${timeLeft(growth)}`);
}

function goroutineLeak(moments: readonly Moment[]): Diagnosis | null {
  const growth = leakOf(
    moments,
    'goroutines',
    (by, median) => by >= FEWEST_GOROUTINES && by >= PART * median,
  );
  return growth && fault('goroutine-leak', counting('goroutines', growth));
}

function threadGrowth(moments: readonly Moment[]): Diagnosis | null {
  const growth = leakOf(moments, 'threads', (by, median) => by >= FEWEST_THREADS && by >= PART * median);
  return growth && fault('thread-growth', `${counting('threads', growth)}: calls block in the kernel`);
}

/**
 * Growth under constant load that no queue explains. Where requests queue, each holds a connection, memory and a
 * goroutine or two, so that all of these grow with the queue.
 */
function leakOf(
  moments: readonly Moment[],
  resource: Resource,
  isMaterial: (growth: number, median: number) => boolean,
): Growth | null {
  const isQueueing = (['cpu', 'locks', 'application'] as const).some((short) =>
    lasted(
      signalsOf(busiest(moments), short),
      ({ state, signs }) => state === 'saturated' && signs?.includes('neighbours') !== true,
    ),
  );
  const growth = isQueueing ? null : growthOf(moments, resource, isMaterial);
  const isCounted = resource === 'goroutines' || resource === 'threads';
  if (growth === null || (isCounted && growth.by < scatterOfOpen(growth))) return null;
  if (growth.openRequests === null || growth.openRequests < PILING_UP) return growth;
  return isCounted && growth.last - growth.first > PER_REQUEST * growth.openRequests ? growth : null;
}

/**
 * Connections are kept, one for each request that was ever open at a time: their number rises by and by to the most that
 * chance brings together, three standard deviations of a Poisson count above the mean.
 */
function scatterOfOpen({ meanOpen }: Growth): number {
  return FEWEST_THREADS + 3 * Math.sqrt(meanOpen ?? 0);
}

function counting(what: string, { first, last, perSecond }: Growth): string {
  return `${what} grew from ${counted(first)} to ${counted(last)} under constant load, by ${counted(perSecond)} a second`;
}

function filling(what: string, { first, last }: Growth): string {
  return `${what} grew under constant load from ${formatRatio(first)} to ${formatRatio(last)}`;
}

function timeLeft({ last, perSecond }: Growth): string {
  return last >= 1 ? '' : `: full in ${formatDurationMs(((1 - last) / perSecond) * 1000)}`;
}

function hasSign(moments: readonly Moment[], resource: Resource, sign: SignalSign): boolean {
  return lasted(signalsOf(busiest(moments), resource), ({ signs }) => signs?.includes(sign) ?? false);
}

/** `at 2,200/s cpu 97%, run-queue p99 14ms`, means of the time of the highest rate. */
function at(moments: readonly Moment[], resources: readonly Resource[]): string {
  const top = busiest(moments);
  const said = resources.flatMap((resource) => {
    const value = mean(signalsOf(top, resource).map((signal) => signal.value));
    return value === null ? [] : [saidOf(resource, value)];
  });
  return `${atRate(rateOf(top))}${said.join(', ')}`;
}

function fault(code: string, text: string): Diagnosis {
  return { code, text };
}
