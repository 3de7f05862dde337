/** One look at one server: its pages, whether it answers at all, and what it tells of itself. */

import { type Ask, asksOf } from '../../observe/asks.ts';
import { readOrca } from '../../observe/orca.ts';
import { ObserveError, readAnswer } from '../../observe/read-answer.ts';
import { mergeReadings, type Reading } from '../../observe/reading.ts';
import type { World } from '../world.ts';
import type { Answer, Caller } from './caller.ts';
import { countRequests, type RequestCount, type RequestRate, rateOfReport } from './request-rate.ts';
import type { FleetServer } from './servers.ts';

/** One page to ask for: of the service itself, or one that tells of it. */
export interface PageAsk {
  readonly url: string;
  /** Null: a page of the service. */
  readonly ask: Ask | null;
  /** Somebody named it: when it tells nothing, that is said. */
  readonly isNamed: boolean;
}

/** What one look brought. */
export interface LookSeen {
  /** Some whole answer came. */
  readonly isAlive: boolean;
  /** Why none came, in words. */
  readonly failure: string | null;
  readonly reading: Reading;
  /** Null when no page tells anything. */
  readonly told: readonly PageAsk[];
  /** Why a page that somebody named tells nothing; null when all of them do. */
  readonly trouble: string | null;
  readonly requests: RequestCount | null;
  /** As a load report says it. */
  readonly rate: RequestRate | null;
}

/** Larger pages are left alone, bytes. */
const MAX_BYTES = 4_194_304;

const SERVICE_ACCEPT = '*/*';

/** Headers that a load report may come in, without `endpoint-load-metrics`. */
const ORCA_HEADERS = ['endpoint-load-metrics', 'endpoint-load-metrics-json', 'endpoint-load-metrics-bin'];

/** What is asked at the first look: the pages that were named, and on the origin of a service those that are usual. */
export function pagesOf({ pages }: FleetServer): PageAsk[] {
  const asked = pages.flatMap(({ url, kind }): PageAsk[] => {
    if (kind !== 'service') return askedOf(kind, url, true);
    return [
      { url, ask: null, isNamed: true },
      ...askedOf('prometheus', new URL('/metrics', url).href, false),
      ...askedOf('expvar', new URL('/debug/vars', url).href, false),
      ...askedOf('pprof', new URL('/debug/pprof/', url).href, false),
    ];
  });
  return [...new Map(asked.map((page) => [`${page.ask?.kind} ${page.url}`, page])).values()];
}

function askedOf(kind: 'prometheus' | 'expvar' | 'pprof', url: string, isNamed: boolean): PageAsk[] {
  return asksOf({ kind, url, match: null })
    .filter(({ isOptional }) => !isOptional)
    .map((ask) => ({ url: ask.url ?? url, ask, isNamed }));
}

/** Asks for all of them at once. Never rejects: what did not come is part of the answer. */
export async function lookAt(
  pages: readonly PageAsk[],
  caller: Caller,
  { clock }: Pick<World, 'clock'>,
): Promise<LookSeen> {
  const seen = await Promise.all(
    pages.map(async (page): Promise<PageSeen> => {
      const question = { url: page.url, accept: page.ask?.accept ?? SERVICE_ACCEPT, maxBytes: MAX_BYTES };
      try {
        return seenIn(page, await caller.get(question), clock.nowMs());
      } catch (error) {
        return { ...NOTHING, page, failure: error instanceof Error ? error.message : String(error) };
      }
    }),
  );
  const told = seen.filter(({ reading }) => reading !== null);
  return {
    isAlive: seen.some(({ failure }) => failure === null),
    failure: seen.find(({ failure }) => failure !== null)?.failure ?? null,
    reading: mergeReadings(seen.flatMap(({ reading }) => (reading === null ? [] : [reading]))),
    told: told.map(({ page }) => page),
    trouble: seen.find(({ page, trouble }) => page.isNamed && trouble !== null)?.trouble ?? null,
    requests: seen.find(({ requests }) => requests !== null)?.requests ?? null,
    rate: seen.find(({ rate }) => rate !== null)?.rate ?? null,
  };
}

interface PageSeen {
  readonly page: PageAsk;
  readonly failure: string | null;
  readonly trouble: string | null;
  readonly reading: Reading | null;
  readonly requests: RequestCount | null;
  readonly rate: RequestRate | null;
}

const NOTHING = { failure: null, trouble: null, reading: null, requests: null, rate: null };

function seenIn(page: PageAsk, answer: Answer, atMs: number): PageSeen {
  const { ask } = page;
  try {
    if (ask === null) return { ...NOTHING, page, ...reportIn(answer, atMs) };
    if (answer.status !== 200) return troubled(page, `the answer has status ${answer.status}`);
    if (answer.isCut) return troubled(page, `it has more than ${MAX_BYTES / 1_048_576} MiB`);
    const text = new TextDecoder().decode(answer.body);
    const reading = readAnswer(ask, text, atMs)[0]?.reading ?? null;
    const requests = ask.kind === 'prometheus' ? countRequests(text, atMs) : null;
    return { ...NOTHING, page, reading, requests };
  } catch (error) {
    if (error instanceof ObserveError) return troubled(page, error.message);
    throw error;
  }
}

function troubled(page: PageAsk, why: string): PageSeen {
  return { ...NOTHING, page, trouble: `${new URL(page.url).pathname}: ${why}` };
}

/** A load report in the headers of an answer; without one, nothing is told. @throws ObserveError when it is none */
function reportIn({ headers }: Answer, atMs: number): Pick<PageSeen, 'reading' | 'rate'> {
  const header = ORCA_HEADERS.map((name) => headers[name]).find((value) => value !== undefined);
  if (header === undefined) return { reading: null, rate: null };
  return { reading: readOrca(header, atMs), rate: rateOfReport(header) };
}
