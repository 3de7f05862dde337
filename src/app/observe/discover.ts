/**
 * What the servers of a plan's targets tell of themselves without having been asked to in the plan: the pages that Go's
 * standard library and the clients of Prometheus put beside a service.
 */

import { routeTo } from '../../load/dial/route.ts';
import type { ObserveKind } from '../../plan/observe/observe-source.ts';
import { compileTarget } from '../../plan/request/template.ts';
import { expand } from '../../plan/secrets.ts';
import type { Subject } from '../send.ts';
import { type Answer, type Asker, askSource } from './ask-source.ts';
import { type WatchedSource, watchedSource } from './source.ts';

/** More origins than these are not asked. */
const MOST_ORIGINS = 5;

/** Longest that a page may take, ms. */
const PAGE_MS = 2000;

/** Where the pages are, by convention, and what they are called. */
const PAGES: readonly (readonly [kind: ObserveKind, path: string, name: string])[] = [
  ['prometheus', '/metrics', 'metrics in the form of Prometheus'],
  ['expvar', '/debug/vars', "Go's expvar"],
  ['pprof', '/debug/pprof/', "Go's pprof"],
];

/** What was found. */
export interface Discovery {
  /** Always with `orca`, which costs nothing to listen for. */
  readonly sources: readonly WatchedSource[];
  /** What was found and what was not, a line each, safe to show. */
  readonly lines: readonly string[];
}

/** Where an origin is reached. */
interface Place {
  readonly origin: string;
  readonly address?: string;
}

/**
 * Asks the origins of the targets for the usual pages, and takes for one only what reads as one: a server that answers
 * everything with 200 has none. The plan's own headers are not sent. Never rejects.
 */
export async function discover(
  { plan, secrets }: Pick<Subject, 'plan' | 'secrets'>,
  asker: Asker,
): Promise<Discovery> {
  const listening = watchedSource(orca(), secrets);
  const none = (why: string): Discovery => ({
    sources: [listening],
    lines: [`discovery: ${why}`],
  });
  if (plan.http.unixSocket !== null) return none('a unix socket has no place for /metrics and its like');
  if (plan.http.proxy !== null)
    return none('servers behind a proxy are not asked, since it would answer for them');
  const places = placesOf({ plan, secrets });
  const asked = places.slice(0, MOST_ORIGINS);
  const found = await Promise.all(asked.map((place) => lookAt(place, { ...asker, answerMs: PAGE_MS })));
  const sources = found.flatMap((each) => each.sources);
  const left = places.length - asked.length;
  return {
    sources: [...sources, listening],
    lines: [
      ...found.flatMap((each) => each.lines),
      ...(left === 0 ? [] : [`discovery: ${left} more origins were not asked`]),
      ...(sources.length > 0
        ? []
        : [
            'discovery: nothing was found, so this run will not know how its servers were; observe: in a plan names them',
          ]),
    ],
  };
}

function orca(): Parameters<typeof watchedSource>[0] {
  return { kind: 'orca', server: null, url: null, headers: [], match: null };
}

/** Each origin once, at the place that the plan's connect-to and resolve send its requests to. */
function placesOf({ plan, secrets }: Pick<Subject, 'plan' | 'secrets'>): Place[] {
  const places = new Map<string, Place>();
  const proxy = plan.http.proxy === null ? null : expand(plan.http.proxy, secrets);
  for (const target of plan.targets) {
    const { origin } = compileTarget(target, { secrets, data: plan.data, seed: plan.seed });
    if (!places.has(origin)) places.set(origin, placeOf(origin, routeTo(origin, plan.http, proxy)));
  }
  return [...places.values()];
}

function placeOf(origin: string, route: ReturnType<typeof routeTo>): Place {
  const isMoved = route.dialHost !== route.host || route.dialPort !== route.port;
  const host = route.dialHost.includes(':') ? `[${route.dialHost}]` : route.dialHost;
  const scheme = route.secure ? 'https' : 'http';
  const [address] = route.fixedAddresses ?? [];
  return {
    origin: isMoved ? new URL(`${scheme}://${host}:${route.dialPort}`).origin : origin,
    ...(address === undefined ? {} : { address }),
  };
}

async function lookAt({ origin, address }: Place, asker: Asker): Promise<Discovery> {
  const pages = PAGES.map(([kind, path, name]) => ({
    source: watchedSource(
      { kind, server: null, url: `${origin}${path}`, headers: [], match: null },
      {},
      address,
    ),
    name,
  }));
  const answers = await Promise.all(
    pages.map(async (page) => ({ ...page, answer: await askSource(page.source, asker) })),
  );
  return {
    sources: answers.flatMap(({ source, answer }) => (isThere(source, answer) ? [source] : [])),
    lines: answers.map(({ source, name, answer }) => {
      const url = source.shownUrl ?? origin;
      return isThere(source, answer)
        ? `found ${url}: ${name}`
        : `found no ${url}: ${answer.error ?? 'nothing there tells how full the server is'}`;
    }),
  };
}

/**
 * An empty page reads as one without a number that anybody here knows, and so does JSON of a service's own, unless it
 * happens to speak of threads or workers: Go's has its memory in it, always.
 */
function isThere({ kind }: WatchedSource, { heard, error }: Answer): boolean {
  const facts = heard.flatMap(({ reading }) => [...reading.facts.values()]);
  const histograms = heard.reduce((sum, { reading }) => sum + reading.histograms.size, 0);
  const isGo = kind !== 'expvar' || facts.some(({ from }) => from.startsWith('memstats.'));
  return error === null && isGo && facts.length + histograms > 0;
}
