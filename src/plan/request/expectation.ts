/**
 * Holds a response against a target's expectation. Everything here may have been written by a hostile server:
 * whatever the body is, the answer is a mismatch in one short line, never an exception.
 */
import type { Expectation } from '../plan.ts';
import { compileJsonPath } from './json-path.ts';
import { readJson } from './json-text.ts';
import { type CompiledMatch, compileMatch, cut, excerpt, isInexact } from './match.ts';

/** What a check may look at. */
export interface ResponseView {
  readonly status: number;
  /** Value of a header by its lower-case name; null when there is none. */
  header(name: string): string | null;
  readonly bodyBytes: number;
  /** Null when it was not kept, which is right where no check needs it. */
  readonly body: Uint8Array | null;
}

/** A compiled expectation. */
export interface Check {
  /** True when `mismatch` looks into the body, so that it must be kept. */
  readonly needsBody: boolean;
  acceptsStatus(status: number): boolean;
  /** Null when all holds, or else one line, at most 200 characters, with what was expected and what came; raw. */
  mismatch(response: ResponseView): string | null;
}

/** One part of an expectation. */
type Probe = (response: ResponseView) => string | null;

type StatusRange = NonNullable<Expectation['statuses']>[number];

const MAX_LINE = 200;
const NO_BYTES = new Uint8Array();

function rangeWords({ from, to }: StatusRange): string {
  if (from === to) {
    return String(from);
  }
  return from % 100 === 0 && to === from + 99 ? `${from / 100}xx` : `${from}-${to}`;
}

/** Without ranges a status below 400 is a success. */
function acceptsStatus(statuses: Expectation['statuses'], status: number): boolean {
  if (statuses === null) {
    return status > 0 && status < 400;
  }
  return statuses.some(({ from, to }) => status >= from && status <= to);
}

function statusProbe(statuses: Expectation['statuses']): Probe {
  const words = statuses === null ? 'less than 400' : statuses.map(rangeWords).join(' or ');
  return ({ status }) => (acceptsStatus(statuses, status) ? null : `status ${status}, expected ${words}`);
}

function sizeProbe({ min, max }: NonNullable<Expectation['size']>): Probe {
  const upTo = max === Infinity ? `at least ${min}` : `${min} to ${max}`;
  return ({ bodyBytes }) =>
    bodyBytes >= min && bodyBytes <= max ? null : `size ${bodyBytes} bytes, expected ${upTo} bytes`;
}

function headerProbe(name: string, match: CompiledMatch): Probe {
  return (response) => {
    const value = response.header(name);
    const came = value === null ? 'none' : excerpt(value);
    return match.text(value) ? null : `header ${cut(name, 60)} is ${came}, expected ${match.words}`;
  };
}

/** Bytes that are not text in the charset that the response names become U+FFFD, which no expectation holds. */
function bodyText(response: ResponseView): string {
  const body = response.body ?? NO_BYTES;
  const charset = /charset\s*=\s*"?([\w:.-]+)/i.exec(response.header('content-type') ?? '')?.[1];
  try {
    return new TextDecoder(charset ?? 'utf-8').decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

function bodyProbe(match: CompiledMatch, ofSizeAlone: boolean): Probe {
  if (ofSizeAlone) {
    return ({ bodyBytes }) =>
      match.text(bodyBytes === 0 ? null : '') ? null : `body of ${bodyBytes} bytes, expected ${match.words}`;
  }
  return (response) => {
    const text = bodyText(response);
    return match.text(text) ? null : `body is ${excerpt(text)}, expected ${match.words}`;
  };
}

/** JSON is UTF-8 (RFC 8259, section 8.1), whatever charset a header claims. */
function jsonText(body: Uint8Array | null): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body ?? NO_BYTES);
  } catch {
    return null;
  }
}

function cameInstead(values: readonly unknown[], match: CompiledMatch): string {
  const wrong = values.find((value) => !match.json([value])) ?? values[0];
  const note = isInexact(wrong) ? ', a number too large to compare' : '';
  return values.length === 0 ? 'absent' : `${excerpt(wrong)}${note}`;
}

function jsonProbe(checks: Expectation['json']): Probe {
  const compiled = checks.map(({ path, match }) => ({
    path: cut(path, 60),
    query: compileJsonPath(path),
    match: compileMatch(match),
  }));
  return ({ body }) => {
    const text = jsonText(body);
    if (text === null) {
      return 'body is not UTF-8, expected JSON';
    }
    const reading = readJson(text);
    if (!reading.ok) {
      return `body is ${excerpt(text)}, expected JSON: ${reading.problem}`;
    }
    for (const { path, query, match } of compiled) {
      const values = query(reading.value);
      if (!match.json(values)) {
        return `json ${path} is ${cameInstead(values, match)}, expected ${match.words}`;
      }
    }
    return null;
  };
}

function isOfSizeAlone(kind: string): boolean {
  return kind === 'present' || kind === 'absent';
}

function probesOf(expect: Expectation): Probe[] {
  return [
    statusProbe(expect.statuses),
    ...expect.headers.map(({ name, match }) => headerProbe(name.toLowerCase(), compileMatch(match))),
    ...(expect.size === null ? [] : [sizeProbe(expect.size)]),
    ...expect.body.map((match) => bodyProbe(compileMatch(match), isOfSizeAlone(match.kind))),
    ...(expect.json.length === 0 ? [] : [jsonProbe(expect.json)]),
  ];
}

function firstMismatch(probes: readonly Probe[], response: ResponseView): string | null {
  for (const probe of probes) {
    const line = probe(response);
    if (line !== null) {
      return cut(line, MAX_LINE);
    }
  }
  return null;
}

/**
 * Compiles paths and regular expressions once; the check itself keeps no state. A JSON path that selects several
 * values asks each of them to match. Numbers beyond 2^53 never match, since a double cannot tell them apart.
 *
 * @throws UsageError when a path or a regular expression is not valid
 */
export function compileExpectation(expect: Expectation): Check {
  const probes = probesOf(expect);
  return {
    needsBody: expect.json.length > 0 || expect.body.some(({ kind }) => !isOfSizeAlone(kind)),
    acceptsStatus: (status) => acceptsStatus(expect.statuses, status),
    mismatch: (response) => {
      try {
        return firstMismatch(probes, response);
      } catch (error) {
        return cut(`body could not be checked: ${error instanceof Error ? error.name : 'unknown'}`, MAX_LINE);
      }
    },
  };
}
