/** What servers say of their own load in response headers (ORCA: gRPC proposal A51, Envoy's `endpoint-load-metrics`). */

import type { ServerReport } from '../protocol.ts';
import type { IncomingResponse } from '../transport/response.ts';

/** Most addresses of which something is kept between two tells, and most characters of one report. */
const MAX_ADDRESSES = 200;
const MAX_CHARACTERS = 4096;

/** The newest report of each address. */
export class ServerReports {
  #newest = new Map<string, string>();

  /** Looks whether a response carries a report. @param remote null: from nobody knows where, and not kept */
  look(remote: string | null, response: IncomingResponse): void {
    if (remote === null) return;
    const text = response.loadReport();
    if (text === null) return;
    if (this.#newest.size >= MAX_ADDRESSES && !this.#newest.has(remote)) return;
    this.#newest.set(remote, text.slice(0, MAX_CHARACTERS));
  }

  /** What was said since the last time; null when nothing was. */
  take(): readonly ServerReport[] | null {
    if (this.#newest.size === 0) return null;
    const reports = Array.from(this.#newest, ([remote, text]) => ({ remote, text }));
    this.#newest = new Map();
    return reports;
  }
}
