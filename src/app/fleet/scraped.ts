/** Servers that a Prometheus server scrapes already: they are not asked themselves. */

import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { readApiAnswer } from '../../observe/api/api-answer.ts';
import { type Ask, asksOf } from '../../observe/asks.ts';
import { ObserveError, readAnswer } from '../../observe/read-answer.ts';
import { ageMsOf, mergeReadings, type Reading, valueOf } from '../../observe/reading.ts';
import { signalsBetween } from '../../observe/signals.ts';
import type { ServerFacts } from '../../verdict/fleet/facts.ts';
import type { World } from '../world.ts';
import type { CallSettings } from './caller.ts';
import { Limiter } from './limiter.ts';

/** Where the Prometheus server is, and which servers are meant. */
export interface PrometheusQuery {
  readonly url: string;
  /** Label matchers, such as `job="api"`; null: every server. */
  readonly match: string | null;
}

/** What was found; `failure` says why nothing was. */
export interface Scraped {
  readonly servers: readonly ServerFacts[];
  readonly failure: string | null;
}

/** Ten thousand servers need so much. */
const MAX_BYTES = 16_777_216;
const ASKS_AT_ONCE = 4;

/** Requests per second over the last minute, by the usual name; of those answered with 5xx. */
const RATES = {
  all: 'sum by(instance)(rate(http_requests_total{$M}[1m]))',
  failed: 'sum by(instance)(rate(http_requests_total{$M,code=~"5.."}[1m]))',
} as const;

/** Asks a Prometheus server about its servers; each instance is one. Rejects never: without an answer there is a failure. */
export async function askPrometheus(
  query: PrometheusQuery,
  world: Pick<World, 'scrape' | 'clock'>,
  settings: CallSettings,
): Promise<Scraped> {
  try {
    const scrape = await world.scrape(settings.insecure);
    const limiter = new Limiter(ASKS_AT_ONCE);
    const get = (url: string, accept: string): Promise<string> =>
      limiter.run(async () => {
        const headers = { accept, ...settings.headers };
        const answer = await scrape({ url, headers, timeoutMs: settings.timeoutMs, maxBytes: MAX_BYTES });
        if (answer.isCut) throw new ObserveError('the answer of Prometheus is too long');
        return new TextDecoder().decode(answer.body);
      });
    const [readings, rates, failed] = await Promise.all([
      readingsOf(query, get, world),
      ratesOf(RATES.all, query, get),
      ratesOf(RATES.failed, query, get),
    ]);
    return {
      servers: [...readings].map(([name, reading]) => factsOf(name, reading, { rates, failed })),
      failure: null,
    };
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    return { servers: [], failure: `${safeText(redactUrl(query.url))}: ${safeText(words)}` };
  }
}

type Get = (url: string, accept: string) => Promise<string>;

async function readingsOf(
  query: PrometheusQuery,
  get: Get,
  { clock }: Pick<World, 'clock'>,
): Promise<ReadonlyMap<string, Reading>> {
  const asks = asksOf({ kind: 'prometheus-api', ...query });
  const parts = await Promise.all(asks.map(async (ask) => readAsk(ask, get, clock.nowMs())));
  const byName = new Map<string, Reading[]>();
  for (const { instance, reading } of parts.flat()) {
    if (instance !== null) byName.set(instance, [...(byName.get(instance) ?? []), reading]);
  }
  return new Map([...byName].map(([name, readings]) => [name, mergeReadings(readings)]));
}

async function readAsk(ask: Ask, get: Get, atMs: number): Promise<ReturnType<typeof readAnswer>> {
  return ask.url === null ? [] : readAnswer(ask, await get(ask.url, ask.accept), atMs);
}

async function ratesOf(
  promql: string,
  { url, match }: PrometheusQuery,
  get: Get,
): Promise<ReadonlyMap<string, number>> {
  const matchers = (match ?? '')
    .trim()
    .replace(/^\{(.*)\}$/s, '$1')
    .replace(/,\s*$/, '');
  const asked = new URL(url);
  asked.pathname = `${asked.pathname.replace(/(?:\/api\/v1(?:\/query)?)?\/*$/, '')}/api/v1/query`;
  asked.searchParams.set(
    'query',
    promql.replace('$M,', matchers === '' ? '' : `${matchers},`).replace('$M', () => matchers),
  );
  const samples = readApiAnswer(await get(asked.href, 'application/json'));
  return new Map(samples.map(({ instance, value }) => [instance, value]));
}

interface Rates {
  readonly rates: ReadonlyMap<string, number>;
  readonly failed: ReadonlyMap<string, number>;
}

function factsOf(name: string, reading: Reading, { rates, failed }: Rates): ServerFacts {
  const isAlive = valueOf(reading, 'up') !== 0;
  return {
    name,
    reach: { isAlive, failure: isAlive ? null : 'Prometheus cannot scrape it' },
    signals: isAlive ? signalsBetween(null, reading) : [],
    ageMs: ageMsOf(reading),
    trouble: null,
    latency: null,
    ratePerSecond: rates.get(name) ?? null,
    errorsPerSecond: failed.get(name) ?? null,
    capacityPerSecond: null,
  };
}

/** @throws UsageError when it is no address of a Prometheus server */
export function checkPrometheus(url: string): string {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(url) ? url : `http://${url}`;
  if (URL.canParse(whole) && /^https?:$/.test(new URL(whole).protocol)) return whole;
  throw new UsageError(`--prometheus: "${safeText(redactUrl(url))}" is no address`, {
    hint: 'write --prometheus http://10.0.0.7:9090',
  });
}
