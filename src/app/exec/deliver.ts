/** One command's timer or span on its way to one sink. */

import { timerLine } from '../../telemetry/dogstatsd/timer.ts';
import { encodeSpan, frame } from '../../telemetry/ssf/span.ts';
import { SinkBook } from '../courier/book.ts';
import type { Place } from '../courier/place.ts';
import { senderTo } from '../courier/sender.ts';
import type { AttachedEnd } from '../world/attached.ts';
import type { World } from '../world.ts';
import { type CommandIds, type CommandNaming, commandSpan, endTags } from './command-span.ts';

/** Where a command is told of. */
export interface CommandSink {
  readonly kind: 'dogstatsd' | 'ssf';
  readonly place: Place;
  /** As it may be shown. */
  readonly address: string;
}

/** One delivery. */
export interface Delivery {
  readonly sink: CommandSink;
  readonly naming: CommandNaming;
  readonly ids: CommandIds;
  readonly ran: { readonly startMs: number; readonly end: AttachedEnd };
  readonly say: (line: string) => void;
}

/** How long whoever started the command may be kept waiting for a receiver, ms. */
const DELIVERY_MS = 2000;

/** How long after a datagram this machine may say that nobody takes it, ms. */
const ECHO_MS = 10;

/** Sends it; false, and a line, when it was not taken. What a network loses on the way nobody learns. Never rejects. */
export async function deliver(delivery: Delivery, world: Pick<World, 'clock' | 'lookup'>): Promise<boolean> {
  const { sink, say } = delivery;
  const { kind, place, address } = sink;
  const book = new SinkBook({ kind, address, redact: (text) => text, say: () => undefined });
  const sender = senderTo(place, world, book);
  sender.push({ count: 1, size: 1, encode: () => [bytesOf(delivery)] });
  const waiting = new AbortController();
  await Promise.race([sender.idle(), world.clock.sleep(DELIVERY_MS, waiting.signal)]);
  waiting.abort();
  if (place.kind === 'udp') await world.clock.sleep(ECHO_MS);
  const { sent, lastError } = book.facts();
  sender.close();
  if (sent === 1) return true;
  say(`${kind} ${address} was not told of the command: ${lastError ?? 'it did not take it in time'}`);
  return false;
}

function bytesOf({ sink, naming, ids, ran }: Delivery): Uint8Array {
  const isStream = sink.place.kind !== 'udp';
  if (sink.kind === 'ssf') {
    const span = encodeSpan(commandSpan(naming, ids, ran));
    return isStream ? frame(span) : span;
  }
  const plain = { prefix: '', tags: naming.tags };
  const line = timerLine(naming.name, ran.end.elapsedMs, { naming: plain, tags: endTags(ran.end) });
  return new TextEncoder().encode(isStream ? `${line}\n` : line);
}
