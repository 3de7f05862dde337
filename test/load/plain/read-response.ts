/** Feeds bytes to the parser as a connection would, and tells what came of it. */

import { ProtocolError } from '../../../src/load/plain/octets.ts';
import { ResponseParser } from '../../../src/load/plain/response-parser.ts';

/** What a parser made of some bytes. */
export interface Reading {
  /** `whole`: ended within the bytes; `closed`: ended by the close; `short`: the close came too early; `refused`. */
  readonly kind: 'whole' | 'closed' | 'short' | 'refused';
  /** The parser's own words when it refused, else null. */
  readonly error: string | null;
  readonly status: number;
  /** Field lines, as latin1. */
  readonly head: string;
  /** As latin1. */
  readonly body: string;
  /** Number of bytes behind the response; 0 when it is not whole. */
  readonly surplus: number;
  readonly keepAlive: boolean;
  readonly keepAliveSeconds: number;
}

/** How the bytes come. */
export interface Delivery {
  /** Method of the request; GET unless said. */
  readonly method?: string;
  /** Positions at which the bytes are cut, ascending; none: all at once. */
  readonly cuts?: readonly number[];
  /** A parser that has read other responses before. */
  readonly parser?: ReusedParser;
}

/** A parser with a sink of its own, to be used for one response after another. */
export class ReusedParser {
  status = 0;
  head = '';
  body = '';
  readonly parser: ResponseParser = new ResponseParser({
    onHead: (status, head) => {
      this.status = status;
      this.head = head;
    },
    onBody: (bytes, from, to) => {
      this.body += bytes.toString('latin1', from, to);
    },
  });
}

/** Reads one response that the server sends and then closes. Text is taken as latin1. */
export function readResponse(sent: string | Buffer, delivery: Delivery = {}): Reading {
  const bytes = typeof sent === 'string' ? Buffer.from(sent, 'latin1') : sent;
  const reused = delivery.parser ?? new ReusedParser();
  const { parser } = reused;
  reused.status = 0;
  reused.head = '';
  reused.body = '';
  parser.reset(delivery.method ?? 'GET');
  let left = 0;
  let error: string | null = null;
  let kind: Reading['kind'] = 'short';
  try {
    left = feed(parser, bytes, delivery.cuts ?? []);
    if (parser.done) kind = 'whole';
    else if (parser.end()) kind = 'closed';
  } catch (caught) {
    if (!(caught instanceof ProtocolError)) throw caught;
    kind = 'refused';
    error = caught.message;
  }
  const { status, head, body } = reused;
  const { keepAlive, keepAliveSeconds } = parser;
  return {
    kind,
    error,
    status,
    head,
    body,
    surplus: kind === 'whole' ? left : 0,
    keepAlive,
    keepAliveSeconds,
  };
}

/** @returns the number of bytes behind the response's last one */
function feed(parser: ResponseParser, bytes: Buffer, cuts: readonly number[]): number {
  const ends = [...cuts.filter((cut) => cut < bytes.length), bytes.length];
  let from = 0;
  for (const end of ends) {
    if (end <= from) continue;
    // Each piece in a buffer of its own, at another offset: nothing may be kept of the last one.
    const piece = Buffer.concat([Buffer.alloc(3, 'x'), bytes.subarray(from, end)]);
    const position = parser.execute(piece, 3, piece.length);
    piece.fill(0);
    if (parser.done) return bytes.length - from - (position - 3);
    from = end;
  }
  return 0;
}
