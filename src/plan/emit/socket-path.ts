/** How long the path of a unix socket may be. */

/** A longer path the system cuts, and what it leads to then is another socket (Linux, unix(7): 108 bytes with their end). */
export const PATH_BYTES: number = 107;

/** Whether a socket can be at this path. */
export function isSocketPath(path: string): boolean {
  return new TextEncoder().encode(path).length <= PATH_BYTES;
}
