/** From the sinks of a plan to sinks at work. */

import { createRedactor } from '../../core/text.ts';
import type { EmitSettings } from '../../plan/emit/emit-settings.ts';
import type { Plan, Secrets } from '../../plan/plan.ts';
import { expand, secretValues } from '../../plan/secrets.ts';
import { headerSecrets } from '../../plan/source/header-secrets.ts';
import type { TargetFacts } from '../../telemetry/accumulate.ts';
import type { Interval, RunIdentity } from '../../telemetry/interval.ts';
import { metricsPage } from '../../telemetry/prometheus/page.ts';
import { SinkBook } from '../courier/book.ts';
import { senderTo } from '../courier/sender.ts';
import { systemPost } from '../world/post.ts';
import type { World } from '../world.ts';
import { listenPlace, placeOf, pushUrl, shownAddress } from './address.ts';
import { dogstatsdSink } from './dogstatsd-sink.ts';
import { otlpEnvironment } from './otlp-environment.ts';
import { type PageText, servePage } from './page-sink.ts';
import { pushSink } from './push-sink.ts';
import { otlpContent, type PushContent, pushgatewayContent, remoteWriteContent } from './pushes.ts';
import type { Sink } from './sink.ts';
import { ssfSink } from './ssf-sink.ts';

/** How long a receiver may take for a push, ms. */
const PUSH_MS = 5000;

/** What sinks need of the world. */
export type EmitWorld = Pick<World, 'version' | 'env' | 'clock' | 'lookup' | 'machine'>;

/** What is emitted, and to whom it is told that something goes wrong. */
export interface EmitPlace {
  readonly plan: Plan;
  readonly secrets: Secrets;
  readonly runId: string;
  readonly world: EmitWorld;
  readonly say: (line: string) => void;
}

/** What sinks share. */
export interface OpenPlace extends EmitPlace {
  readonly targets: readonly (TargetFacts & { readonly url: string })[];
  /** Everything so far, for a page. */
  readonly cumulative: () => Interval;
}

type Of<Kind extends EmitSettings['kind']> = Extract<EmitSettings, { readonly kind: Kind }>;
type PushSettings = Of<'pushgateway' | 'remote-write' | 'otlp'>;

/** Takes every secret of a plan, and of what the environment says of its sinks, out of a text. */
export function redactorOf({
  plan,
  secrets,
  world,
}: Pick<EmitPlace, 'plan' | 'secrets' | 'world'>): (text: string) => string {
  const { headers } = otlpEnvironment(world.env);
  return createRedactor([
    ...secretValues(plan, secrets),
    ...headers.flatMap(([, value]) => headerSecrets(value)),
  ]);
}

/**
 * Opens one sink; where it leads to is not asked: that nobody is there is no reason not to measure.
 *
 * @throws UsageError for an address that is none, and when a page cannot be served
 */
export async function openSink(settings: EmitSettings, place: OpenPlace): Promise<Sink> {
  const { say } = place;
  const redact = redactorOf(place);
  const bookFor = (address: string): SinkBook =>
    new SinkBook({ kind: settings.kind, address: shownAddress(address), redact, say });
  switch (settings.kind) {
    case 'dogstatsd':
    case 'ssf':
      return openSender(settings, place, bookFor(settings.url));
    case 'prometheus':
      return openPage(settings, place, bookFor);
    default:
      return openPush(settings, place, bookFor(settings.url));
  }
}

function openSender(settings: Of<'dogstatsd' | 'ssf'>, place: OpenPlace, book: SinkBook): Sink {
  const { world, secrets, plan, targets } = place;
  const where = placeOf(settings.url, secrets);
  const sender = senderTo(where, world, book);
  const isStream = where.kind !== 'udp';
  if (settings.kind === 'dogstatsd') return dogstatsdSink(sender, settings, { book, isStream });
  const { service, tags } = settings;
  const phases = plan.trace?.phases ?? false;
  return ssfSink(sender, { book, isStream, targets, settings: { service, tags, phases } });
}

async function openPage(
  { listen }: Of<'prometheus'>,
  place: OpenPlace,
  bookFor: (address: string) => SinkBook,
): Promise<Sink> {
  const identity = identityOf(place, []);
  const where = listenPlace(listen);
  const pageOf: PageText = (format) => metricsPage(place.cumulative(), identity, format);
  const page = await servePage(where, pageOf, bookFor);
  place.say(`the metrics of this run are at ${page.url} while it lasts`);
  return page;
}

function openPush(settings: PushSettings, place: OpenPlace, book: SinkBook): Sink {
  const { world } = place;
  const isOtlp = settings.kind === 'otlp';
  const { timeoutMs } = otlpEnvironment(world.env);
  return pushSink({
    book,
    clock: world.clock,
    send: systemPost(world.env),
    timeoutMs: (isOtlp ? timeoutMs : null) ?? PUSH_MS,
    ...contentOf(settings, place),
  });
}

function contentOf(settings: PushSettings, place: OpenPlace): PushContent {
  const { world, secrets } = place;
  const environment = otlpEnvironment(world.env);
  const url = pushUrl(settings.url, secrets);
  const own = settings.headers.map(([name, value]) => [name, expand(value, secrets)] as const);
  const base = { 'user-agent': `headroom/${world.version}` };
  const target = { url, headers: { ...base, ...Object.fromEntries(own) } };
  const identity = identityOf(place, settings.tags);
  switch (settings.kind) {
    case 'pushgateway':
      return pushgatewayContent(target, identity, world.machine.hostname);
    case 'remote-write':
      return remoteWriteContent(target, identity, world.machine.hostname);
    case 'otlp': {
      const headers = { ...base, ...Object.fromEntries([...environment.headers, ...own]) };
      const tags = [...environment.tags, ...settings.tags];
      return otlpContent({ url, headers }, { ...identity, tags }, environment.temporality);
    }
  }
}

function identityOf({ runId, world }: OpenPlace, tags: readonly string[]): RunIdentity {
  return { runId, version: world.version, tags };
}
