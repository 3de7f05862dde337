/** What is taken of an HTTP answer, whoever asked. */

/** The beginning of a body. */
export interface ReadBody {
  readonly body: Buffer;
  /** There was more of it than was read. */
  readonly isCut: boolean;
}

/** The first `maxBytes` of a body; the rest is not waited for. @throws what the body's stream fails with */
export async function readUpTo(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReadBody> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of body) {
    chunks.push(chunk);
    total += chunk.length;
    if (total > maxBytes) break;
  }
  return { body: Buffer.concat(chunks).subarray(0, maxBytes), isCut: total > maxBytes };
}

/** One text for each name; of several values the first. */
export function plainHeaders(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const pairs = Object.entries(headers).flatMap(([name, value]): [string, string][] => {
    const first = Array.isArray(value) ? value[0] : value;
    return first === undefined ? [] : [[name, first]];
  });
  return Object.fromEntries(pairs);
}
