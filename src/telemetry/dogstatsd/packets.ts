/** Lines put together into datagrams. */

const encoder = new TextEncoder();

/** The most that fits into one frame of Ethernet, with room for headers: what Datadog's own clients send. */
export const UDP_BYTES = 1432;

/** Datagrams, and the number of lines that fit into none. */
export interface Packets {
  readonly packets: readonly string[];
  readonly lost: number;
}

/** Lines joined by line feeds, in their order, each datagram as full as `maxBytes` (of UTF-8) allows. */
export function packets(lines: readonly string[], maxBytes: number): Packets {
  const made: string[] = [];
  let open: string[] = [];
  let bytes = 0;
  let lost = 0;
  const close = (): void => {
    if (open.length > 0) made.push(open.join('\n'));
    open = [];
    bytes = 0;
  };
  for (const line of lines) {
    const length = encoder.encode(line).length;
    if (length > maxBytes) {
      lost += 1;
      continue;
    }
    if (open.length > 0 && bytes + 1 + length > maxBytes) close();
    bytes += length + (open.length > 0 ? 1 : 0);
    open.push(line);
  }
  close();
  return { packets: made, lost };
}
