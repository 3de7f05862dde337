/** What is kept of a response while it comes in, and how it is judged when it is whole. */

import { brotliDecompressSync, gunzipSync, inflateRawSync, inflateSync } from 'node:zlib';
import type { ResponseView } from '../../plan/request/expectation.ts';

/** Most layers of content coding that are undone; more is an attack or a mistake. */
const MAX_CODINGS = 3;

/** Headers that say that a cache answered: Age (RFC 9111 section 5.1) and the common CDN ones. */
const CACHE_HEADERS: ReadonlySet<string> = new Set([
  'x-cache',
  'cf-cache-status',
  'x-cache-status',
  'x-proxy-cache',
]);

/** The field lines of a head, looked at only when something depends on them. */
export interface Headers {
  /** Name, in the server's own case, and value, in order. */
  pairs(): [name: string, value: string][];
  /** True when there may be a header of this length: cheap, and never false when there is one. */
  mayHave(lengths: ReadonlySet<number>): boolean;
}

/** Headers as undici hands them over: a flat list of names and values. */
export class HeaderPairs implements Headers {
  readonly #raw: readonly Buffer[];

  constructor(raw: readonly Buffer[]) {
    this.#raw = raw;
  }

  pairs(): [string, string][] {
    const pairs: [string, string][] = [];
    for (let index = 0; index + 1 < this.#raw.length; index += 2) {
      pairs.push([
        this.#raw[index]?.toString('latin1') ?? '',
        this.#raw[index + 1]?.toString('latin1') ?? '',
      ]);
    }
    return pairs;
  }

  mayHave(lengths: ReadonlySet<number>): boolean {
    for (let index = 0; index < this.#raw.length; index += 2)
      if (lengths.has(this.#raw[index]?.length ?? 0)) return true;
    return false;
  }
}

/** Headers as the text of their lines, as they came. */
export class HeadText implements Headers {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  pairs(): [string, string][] {
    if (this.#text === '') return [];
    return this.#text
      .split('\r\n')
      .filter((line) => line !== '')
      .map((line) => {
        const colon = line.indexOf(':');
        return [line.slice(0, colon), line.slice(colon + 1).trim()];
      });
  }

  mayHave(lengths: ReadonlySet<number>): boolean {
    const text = this.#text;
    for (let from = 0; from < text.length; ) {
      const colon = text.indexOf(':', from);
      if (lengths.has(colon - from)) return true;
      const end = text.indexOf('\n', colon);
      if (colon === -1 || end === -1) return false;
      from = end + 1;
    }
    return false;
  }
}

const NONE: Headers = new HeaderPairs([]);

/** How servers tell of their own load, and the word by which its form is known; a plain header may begin with its word. */
const REPORT_FORMS: ReadonlyMap<string, string> = new Map([
  ['endpoint-load-metrics', ''],
  ['endpoint-load-metrics-bin', 'BIN'],
  ['endpoint-load-metrics-json', 'JSON'],
]);

const REPORT_LENGTHS: ReadonlySet<number> = new Set([...REPORT_FORMS.keys()].map((name) => name.length));

const CACHE_LENGTHS: ReadonlySet<number> = new Set([...CACHE_HEADERS, 'age'].map((name) => name.length));

/** A response coming in. Reused: `reset` makes it new. */
export class IncomingResponse implements ResponseView {
  status = 0;
  bodyBytes = 0;
  body: Uint8Array | null = null;
  #headers: Headers = NONE;
  #chunks: Buffer[] = [];

  reset(): void {
    this.status = 0;
    this.bodyBytes = 0;
    this.body = null;
    this.#headers = NONE;
    if (this.#chunks.length > 0) this.#chunks = [];
  }

  /** Takes the head. */
  head(status: number, headers: Headers): void {
    this.status = status;
    this.#headers = headers;
  }

  /** Counts a piece of the body, and keeps it when it will be looked at. */
  data(chunk: Buffer, keep: boolean): void {
    this.bodyBytes += chunk.length;
    if (keep) this.#chunks.push(chunk);
  }

  /** Value of a header, case ignored; several are joined with `, `. Null when absent. */
  header(name: string): string | null {
    let value: string | null = null;
    for (const [key, next] of this.#headers.pairs()) {
      if (key.toLowerCase() === name) value = value === null ? next : `${value}, ${next}`;
    }
    return value;
  }

  /** All headers, in order. */
  headerPairs(): [string, string][] {
    return this.#headers.pairs();
  }

  /** True when a cache says that it answered. */
  cached(): boolean {
    if (!this.#headers.mayHave(CACHE_LENGTHS)) return false;
    return this.#headers.pairs().some(([name, value]) => {
      const key = name.toLowerCase();
      return (key === 'age' && Number(value) > 0) || (CACHE_HEADERS.has(key) && /\bhit\b/i.test(value));
    });
  }

  /** What the server says of its own load, as `TEXT ...`, `JSON ...` or `BIN ...`; null when it says nothing. */
  loadReport(): string | null {
    if (!this.#headers.mayHave(REPORT_LENGTHS)) return null;
    for (const [name, value] of this.#headers.pairs()) {
      const form = REPORT_FORMS.get(name.toLowerCase());
      if (form !== undefined && value !== '') return inForm(value, form);
    }
    return null;
  }

  /** True when the response looks like a bot challenge or a firewall's page rather than the service's own. */
  challenged(): boolean {
    if (this.status !== 403 && this.status !== 429 && this.status !== 503) return false;
    return (
      this.header('cf-mitigated') !== null ||
      this.header('x-amzn-waf-action') !== null ||
      this.header('x-datadome') !== null ||
      this.header('x-sucuri-block') !== null ||
      /akamaighost|cloudflare|imperva|incapsula/i.test(this.header('server') ?? '')
    );
  }

  /**
   * Puts the body together and undoes its content coding, within `maxBytes`.
   * @returns null, or what is wrong with it
   */
  decode(maxBytes: number): string | null {
    const codings = (this.header('content-encoding') ?? '')
      .split(',')
      .map((coding) => coding.trim().toLowerCase())
      .filter((coding) => coding !== '' && coding !== 'identity');
    if (codings.length > MAX_CODINGS) return `${codings.length} layers of content coding`;
    let body: Buffer = Buffer.concat(this.#chunks);
    for (const coding of codings.reverse()) {
      try {
        body = undo(coding, body, maxBytes);
      } catch (error) {
        return `${coding}: ${error instanceof Error ? error.message : String(error)}`;
      }
    }
    this.body = body;
    return null;
  }
}

function inForm(value: string, form: string): string {
  if (form !== '') return `${form} ${value}`;
  if (/^(?:TEXT|JSON|BIN) /.test(value)) return value;
  return `${value.startsWith('{') ? 'JSON' : 'TEXT'} ${value}`;
}

function undo(coding: string, body: Buffer, maxOutputLength: number): Buffer {
  switch (coding) {
    case 'gzip':
    case 'x-gzip':
      return gunzipSync(body, { maxOutputLength });
    case 'deflate':
      // Many servers leave out the zlib header that RFC 9110 section 8.4.1.2 asks for.
      return isZlib(body)
        ? inflateSync(body, { maxOutputLength })
        : inflateRawSync(body, { maxOutputLength });
    case 'br':
      return brotliDecompressSync(body, { maxOutputLength });
    default:
      throw new Error('unknown content coding');
  }
}

/** RFC 1950 section 2.2: method 8, and a header that is a multiple of 31. */
function isZlib(body: Buffer): boolean {
  const [method = 0, flags = 0] = body;
  return (method & 15) === 8 && (method * 256 + flags) % 31 === 0;
}
