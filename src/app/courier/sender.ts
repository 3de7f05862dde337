/** Chooses what carries parcels to a place. */

import type { World } from '../world.ts';
import type { SinkBook } from './book.ts';
import { DatagramSender } from './datagrams.ts';
import type { Sender } from './parcel.ts';
import type { Place } from './place.ts';
import { StreamSender } from './stream.ts';

/** A sender to a place. */
export function senderTo(place: Place, world: Pick<World, 'lookup' | 'clock'>, book: SinkBook): Sender {
  if (place.kind === 'udp') return new DatagramSender(place, world, book);
  return new StreamSender(place, world.clock, book);
}
