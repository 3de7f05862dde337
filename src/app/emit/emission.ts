/** Brings a run's measurements to the sinks of its plan while it lasts. What goes wrong there is counted, and changes nothing here. */

import type { RequestSpan } from '../../core/trace/request-span.ts';
import type { Plan } from '../../plan/plan.ts';
import { expand } from '../../plan/secrets.ts';
import type { RecordingPart } from '../../record/recording.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { SinkFacts } from '../../result/trace/exemplar-result.ts';
import { Accumulation } from '../../telemetry/accumulate.ts';
import { Alarm } from '../courier/alarm.ts';
import type { LoadListeners } from '../send.ts';
import { type EmitPlace, type OpenPlace, openSink, redactorOf } from './open-sinks.ts';
import type { Sink } from './sink.ts';

/** Parts of one second come from all workers within this time, ms. */
const TOGETHER_MS = 100;

/** What all sinks together may take at the end of a run, and for its verdict, ms; one that takes longer is given up. */
const FLUSH_MS = 2400;
const TELL_MS = 400;

/** Of that, what is left to a sink for giving up by itself, and after it for counting what was lost, ms. */
const GRACE_MS = 100;
const COUNTING_MS = 10;

/** Measurements on their way. None of its functions throws or rejects. */
export interface Emission {
  /** To be told of the load; spans are asked for only when a sink takes them. */
  readonly listeners: Pick<LoadListeners, 'onPart' | 'onSpans'>;
  /** Brings out what is left when the load is over, within a bounded time. @returns a sink each, in the plan's order */
  readonly end: () => Promise<readonly SinkFacts[]>;
  /** Tells of the verdict, within a bounded time. */
  readonly tell: (result: ResultDocument) => Promise<void>;
  /** Lets go of all sockets. */
  readonly close: () => void;
}

/**
 * Opens the sinks of a plan.
 *
 * @throws UsageError when a page cannot be served, before anything was sent
 */
export async function startEmission(place: EmitPlace): Promise<Emission> {
  const { clock } = place.world;
  const targets = targetsOf(place);
  const accumulation = new Accumulation(targets, clock.wallMs());
  const cumulative: OpenPlace['cumulative'] = () => accumulation.cumulative(clock.wallMs());
  const sinks: Sink[] = [];
  try {
    for (const settings of place.plan.emit ?? []) {
      sinks.push(await openSink(settings, { ...place, targets, cumulative }));
    }
  } catch (error) {
    for (const sink of sinks) sink.close();
    throw error;
  }
  const running = new Running(sinks, accumulation, clock);
  return {
    listeners: running.listeners,
    end: () => running.end(),
    tell: (result) => running.tell(result),
    close: () => running.close(),
  };
}

class Running implements Emission {
  readonly listeners: Emission['listeners'];
  readonly #sinks: readonly Sink[];
  /** Those that are not given up. */
  #live: readonly Sink[];
  readonly #accumulation: Accumulation;
  readonly #clock: EmitPlace['world']['clock'];
  readonly #second: Alarm;

  constructor(sinks: readonly Sink[], accumulation: Accumulation, clock: EmitPlace['world']['clock']) {
    this.#sinks = sinks;
    this.#live = sinks;
    this.#accumulation = accumulation;
    this.#clock = clock;
    this.#second = new Alarm(clock, () => this.#tellInterval());
    this.listeners = {
      onPart: (part) => this.#hear(part),
      ...(sinks.some(({ onSpans }) => onSpans !== undefined)
        ? { onSpans: (spans: readonly RequestSpan[], lost: number) => this.#hearSpans(spans, lost) }
        : {}),
    };
  }

  async end(): Promise<readonly SinkFacts[]> {
    this.#tellInterval();
    await this.#flush(FLUSH_MS);
    return this.#sinks.map(({ book }) => book.facts());
  }

  async tell(result: ResultDocument): Promise<void> {
    const told = this.#live.filter(({ onResult }) => onResult !== undefined);
    for (const sink of told) sink.book.guard(() => sink.onResult?.(result));
    if (told.length > 0) await this.#flush(TELL_MS);
  }

  close(): void {
    this.#second.clear();
    for (const sink of this.#sinks) sink.book.guard(sink.close);
  }

  #hear(part: RecordingPart): void {
    this.#accumulation.add(part);
    this.#second.set(TOGETHER_MS);
  }

  #hearSpans(spans: readonly RequestSpan[], lost: number): void {
    for (const sink of this.#sinks) sink.book.guard(() => sink.onSpans?.(spans, lost));
  }

  #tellInterval(): void {
    this.#second.clear();
    const nowMs = this.#clock.wallMs();
    const cumulative = this.#accumulation.cumulative(nowMs);
    this.#accumulation.takeRecent(nowMs, (recent) => {
      for (const sink of this.#sinks) sink.book.guard(() => sink.onInterval?.(recent, cumulative));
    });
  }

  /** A sink that hangs holds up nobody beyond the time: what waits there is lost. */
  async #flush(withinMs: number): Promise<void> {
    const over = new AbortController();
    const hanging = new Set(this.#live);
    const flushed = this.#live.map(async (sink) => {
      await sink.flush(withinMs - GRACE_MS).catch((error: unknown) => sink.book.fail(error));
      hanging.delete(sink);
    });
    await Promise.race([Promise.all(flushed), this.#clock.sleep(withinMs, over.signal)]);
    over.abort();
    if (hanging.size === 0) return;
    this.#live = this.#live.filter((sink) => !hanging.has(sink));
    for (const { book, close } of hanging) {
      book.fail('it did not take everything in time');
      book.guard(close);
    }
    await this.#clock.sleep(COUNTING_MS);
  }
}

/** What the plan says of its targets. A host that is part of a secret is hidden. */
function targetsOf({ plan, secrets, world }: EmitPlace): OpenPlace['targets'] {
  const redact = redactorOf({ plan, secrets, world });
  return plan.targets.map((target) => ({ ...originOf(target, redact, secrets), name: redact(target.name) }));
}

function originOf(
  { method, url: written }: Plan['targets'][number],
  redact: (text: string) => string,
  secrets: EmitPlace['secrets'],
): Omit<OpenPlace['targets'][number], 'name'> {
  const full = expand(written, secrets).trim();
  // What follows the host may hold references that are filled in for each request.
  const origin = /^https?:\/\/[^/?#\\]*/i.exec(full)?.[0] ?? '';
  const url = URL.canParse(origin) ? new URL(origin) : null;
  const isSecure = url?.protocol === 'https:';
  const isHidden = /^(?:https?:\/\/)?[^/?#]*\$\{/i.test(written);
  const host = isHidden ? '***' : redact((url?.hostname ?? '').replace(/^\[|\]$/g, ''));
  const port = Number(url?.port || (isSecure ? 443 : 80));
  const scheme = isSecure ? 'https' : 'http';
  const shownHost = host.includes(':') ? `[${host}]` : host;
  return { method, scheme, host, port, url: `${scheme}://${shownHost}:${port}` };
}
