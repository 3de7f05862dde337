/** What the trials exercised of the things that real traffic does, and what they did not: a yes is about the first. */

import { formatDurationMs, formatRatio } from '../../core/units.ts';
import type { Plan, Target } from '../../plan/plan.ts';
import type { Reference } from '../../plan/request/reference.ts';
import { partsOf } from '../../plan/request/template-text.ts';
import { type AddressBook, addAddress, OTHER_ADDRESSES } from '../../record/addresses.ts';
import { addCounts, type Counts, emptyCounts } from '../../record/counts.ts';
import { formatCount, requests } from '../objective/because.ts';
import type { Measured } from '../objectives.ts';
import type { ExerciseReport } from './report.ts';

/** A connection opened for this share of the requests is what visitors do; less is a few clients that never leave. */
const FRESH_RATIO = 0.05;

/** From this share of answers out of caches on, little is known of the servers behind them. */
const CACHED_RATIO = 0.9;

/** What comes once in T is seen in 3T with a probability of 95 %. */
const SEEN_RATIO = 3;

/** Measured time from which on slow changes have had a chance to show, ms. */
const LONG_MS = 30 * 60_000;

/** Methods that change nothing (RFC 9110, section 9.2.1). */
const SAFE_METHODS: readonly string[] = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

/** What the entries are about, but for the duration, in their order. */
const THINGS = ['addresses', 'connections', 'cache', 'keys', 'writes', 'arrivals'] as const;

/** Adds up what all trials of a launch did. */
export class Exercise {
  readonly #counts: Counts = emptyCounts();
  readonly #addresses: AddressBook = new Map();
  #measuredMs = 0;
  #overloadOpened = 0;
  #overloadSent = 0;

  /** Takes note of a trial; its recording is left as it is. @param isWhole it was not stopped */
  add({ recording, offeredMs }: Measured, isWhole: boolean): void {
    addCounts(this.#counts, recording.counts);
    if (!isWhole) {
      this.#overloadOpened += recording.counts.connectionsOpened;
      this.#overloadSent += recording.counts.sent;
    }
    for (const [address, count] of recording.addresses) addAddress(this.#addresses, address, count);
    this.#measuredMs += Math.max(0, offeredMs);
  }

  /** One sentence for each thing, always in the same order. */
  report(plan: Plan): ExerciseReport[] {
    const { sent, warmup } = this.#counts;
    if (sent === 0) {
      const text = warmup === 0 ? 'Nothing was sent.' : 'Nothing was sent but the way up to a rate.';
      return [...THINGS.map((id) => ({ id, exercised: false, text })), this.#duration()];
    }
    return [
      this.#servers(),
      this.#connections(),
      this.#cache(),
      keys(plan),
      writes(plan),
      arrivals(plan),
      this.#duration(),
    ];
  }

  #servers(): ExerciseReport {
    const id = 'addresses';
    const [first] = this.#addresses.keys();
    const count = this.#addresses.size;
    if (first === undefined) return { id, exercised: false, text: 'No server was reached.' };
    if (count === 1) {
      const text = `Every request went to one address, ${first}: other servers that share the real traffic were not tested.`;
      return { id, exercised: false, text };
    }
    const more = this.#addresses.has(OTHER_ADDRESSES) ? 'more than ' : '';
    const known = count - (this.#addresses.has(OTHER_ADDRESSES) ? 1 : 0);
    return { id, exercised: true, text: `Requests went to ${more}${known} addresses.` };
  }

  #connections(): ExerciseReport {
    const id = 'connections';
    // Requests that pile up open connections which no visitor would.
    const sent = this.#counts.sent - this.#overloadSent;
    const connectionsOpened = this.#counts.connectionsOpened - this.#overloadOpened;
    if (sent === 0) return { id, exercised: false, text: 'Connections were opened by overload only.' };
    const share = connectionsOpened / sent;
    const seen = `${formatCount(connectionsOpened)} connection${connectionsOpened === 1 ? ' was' : 's were'} opened for ${requests(sent)} (${formatRatio(Math.min(1, share))})`;
    if (share >= FRESH_RATIO) return { id, exercised: true, text: `${seen}, as new visitors would.` };
    const text = `${seen}: new visitors open one each, and what that costs was hardly tested.`;
    return { id, exercised: false, text };
  }

  #cache(): ExerciseReport {
    const id = 'cache';
    const { cached, completed } = this.#counts;
    if (completed === 0) return { id, exercised: false, text: 'No answer came.' };
    const share = cached / completed;
    if (share >= CACHED_RATIO) {
      const text = `${formatRatio(share)} of the answers came from a cache: the servers behind it were hardly tested.`;
      return { id, exercised: false, text };
    }
    if (cached > 0)
      return { id, exercised: true, text: `${formatRatio(share)} of the answers came from a cache.` };
    return {
      id,
      exercised: true,
      text: 'No answer said that it came from a cache: the servers did the work.',
    };
  }

  #duration(): ExerciseReport {
    const total = formatDurationMs(this.#measuredMs);
    const seen = formatDurationMs(this.#measuredMs / SEEN_RATIO);
    const text =
      this.#measuredMs === 0
        ? 'Nothing was measured.'
        : `${total} were measured in all: what comes less often than once in ${seen} was not seen.`;
    return { id: 'duration', exercised: this.#measuredMs >= LONG_MS, text };
  }
}

/** A reference that differs from request to request, with the number of its values; Infinity: no end of them. */
function valuesOf(reference: Reference, { data }: Plan): number {
  switch (reference.kind) {
    case 'uuid':
    case 'seq':
      return Infinity;
    case 'int':
      return reference.high - reference.low + 1;
    case 'data':
      return data?.rows.length ?? 1;
    case 'env':
    case 'file':
      return 1;
  }
}

/** How many different requests a target can make, at most: references of the data share one row. */
function variety(target: Target, plan: Plan): number {
  const texts = [target.url, ...target.headers.map(([, value]) => value)];
  if (typeof target.body === 'string') texts.push(target.body);
  const found = texts.flatMap((text) => partsOf(text, `target "${target.name}"`));
  const references = found.filter((part) => typeof part !== 'string');
  const ofData = references.some(({ kind }) => kind === 'data') ? (plan.data?.rows.length ?? 1) : 1;
  return references
    .filter(({ kind }) => kind !== 'data')
    .reduce((product, reference) => product * valuesOf(reference, plan), ofData);
}

function keys(plan: Plan): ExerciseReport {
  const id = 'keys';
  const sizes = plan.targets.map((target) => variety(target, plan));
  const total = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.every((size) => size <= 1)) {
    const what = sizes.length === 1 ? 'The same request was' : `The same ${sizes.length} requests were`;
    const text = `${what} sent again and again: real users ask for many things, and caches help less with those.`;
    return { id, exercised: false, text };
  }
  const most = Number.isSafeInteger(total) ? `up to ${formatCount(total)}` : 'no end of';
  return { id, exercised: true, text: `Requests varied: ${most} different ones can be made of the plan.` };
}

function writes({ targets }: Plan): ExerciseReport {
  const total = targets.reduce((sum, { weight }) => sum + weight, 0);
  const writing = targets.filter(({ method }) => !SAFE_METHODS.includes(method.toUpperCase()));
  const share = writing.reduce((sum, { weight }) => sum + weight, 0) / total;
  if (share === 0) {
    const text = 'Nothing was written: every request only reads, and writes cost servers more.';
    return { id: 'writes', exercised: false, text };
  }
  return { id: 'writes', exercised: true, text: `${formatRatio(share)} of the requests write.` };
}

function arrivals({ load }: Plan): ExerciseReport {
  if (load.kind === 'open' && load.arrivals === 'poisson') {
    const text = 'Requests came at random moments, as those of independent users do.';
    return { id: 'arrivals', exercised: true, text };
  }
  const text = 'Requests came at even distances: those of real users bunch, and are slower for it.';
  return { id: 'arrivals', exercised: false, text };
}
