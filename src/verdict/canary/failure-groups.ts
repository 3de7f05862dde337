/** The ways in which requests of a run went wrong, by their causes. */

import { FAILURE_CAUSES, type FailureCause } from '../../core/attempt.ts';
import type { FailureKind } from './run.ts';

/** `unanswered`: no answer came; `late`: a deadline passed; `slow`: it was answered, beyond a limit. */
export type RequestGroup = 'certificate' | 'unanswered' | 'erroring' | 'wrong' | 'late' | 'slow';

/** `saturated`: nothing is wrong with requests, and an objective about a server is breached. */
export type Group = RequestGroup | 'saturated';

/** The more serious ones first. */
export const GROUP_ORDER: readonly RequestGroup[] = [
  'certificate',
  'unanswered',
  'erroring',
  'wrong',
  'late',
  'slow',
];

/** What is said of a service whose requests went wrong in a way. */
export const KIND_OF: Readonly<Record<Group, FailureKind>> = {
  certificate: 'certificate',
  unanswered: 'offline',
  erroring: 'erroring',
  wrong: 'wrong',
  late: 'slow',
  slow: 'slow',
  saturated: 'saturated',
};

/** How many went wrong in each way, and the most frequent cause of each with its own count. */
export interface Groups {
  readonly counts: Readonly<Record<RequestGroup, number>>;
  readonly causes: Readonly<Partial<Record<RequestGroup, { readonly text: string; readonly count: number }>>>;
}

/** A failed handshake belongs to `certificate` where its certificate is why. Our own causes are the generator's. */
const GROUP_OF: Readonly<Record<FailureCause, RequestGroup | null>> = {
  dns: 'unanswered',
  'connect-refused': 'unanswered',
  'connect-timeout': 'late',
  'connect-unreachable': 'unanswered',
  tls: 'unanswered',
  reset: 'unanswered',
  'empty-reply': 'unanswered',
  'headers-timeout': 'late',
  'body-timeout': 'late',
  'stale-connection': 'unanswered',
  truncated: 'wrong',
  protocol: 'wrong',
  'too-large': 'wrong',
  decode: 'wrong',
  'redirect-limit': 'wrong',
  mismatch: 'wrong',
  'http-4xx': 'erroring',
  'http-5xx': 'erroring',
  proxy: 'unanswered',
  'generator-emfile': null,
  'generator-ports': null,
};

/** OpenSSL's and Node's reasons against a server's certificate; an alert is about the client's. */
const CERTIFICATE = /\b(?:ERR_TLS_)?CERT_|_CERT\b|_CERT_|LEAF_SIGNATURE|certificate/i;
const ALERT = /ALERT/i;

/** What is looked at. */
interface Failed {
  readonly totals: { readonly byCause: Readonly<Record<string, number>> };
  readonly failures: readonly {
    readonly cause: string;
    readonly examples: readonly FailureExample[];
  }[];
}

/** One request that failed. */
export interface FailureExample {
  /** Name of the target. */
  readonly target: string;
  readonly status: number | null;
  /** Safe to show. */
  readonly detail: string;
}

/** The groups of a run. @param slow requests that were answered too late, which no cause tells */
export function groupsOf(failed: Failed, slow: number): Groups {
  const counts = { certificate: 0, unanswered: 0, erroring: 0, wrong: 0, late: 0, slow };
  const causes: Partial<Record<RequestGroup, { text: string; count: number }>> = {};
  const isOfCertificate = isCertificate(failed);
  for (const cause of FAILURE_CAUSES) {
    const count = failed.totals.byCause[cause] ?? 0;
    const group = cause === 'tls' && isOfCertificate ? 'certificate' : GROUP_OF[cause];
    if (count === 0 || group === null) continue;
    counts[group] += count;
    if (count > (causes[group]?.count ?? 0)) causes[group] = { text: cause, count };
  }
  return { counts, causes };
}

/** More targets than these are not named. */
const MOST_NAMED = 3;

/**
 * Which targets failed for a cause, as far as examples show it, and what the first of them met:
 * `cart, search: 200 body is "<html>"`. Null without examples.
 */
export function exampleOf({ failures }: Pick<Failed, 'failures'>, cause: string): string | null {
  const examples = failures
    .filter((failure) => failure.cause === cause)
    .flatMap((failure) => failure.examples);
  const [first] = examples;
  if (first === undefined) return null;
  const names = [...new Set(examples.map(({ target }) => target))];
  const named = names.slice(0, MOST_NAMED).join(', ') + (names.length > MOST_NAMED ? ', …' : '');
  const { status, detail } = first;
  // What is said of a status has it in its words.
  const answered = status === null || detail.startsWith('status ') ? '' : `${status} `;
  return `${named}: ${answered}${detail}`;
}

/** Most of the handshakes that are kept as examples failed for the certificate. */
function isCertificate({ failures }: Failed): boolean {
  const details = failures.filter(({ cause }) => cause === 'tls').flatMap(({ examples }) => examples);
  const about = details.filter(({ detail }) => CERTIFICATE.test(detail) && !ALERT.test(detail));
  return about.length > 0 && about.length * 2 >= details.length;
}

/** The largest group, the more serious one of equals; late and slow ones weigh together. Null when all are empty. */
export function dominantOf({ counts }: Groups): RequestGroup | null {
  const tardy = counts.late + counts.slow;
  const weightOf = (group: RequestGroup): number =>
    group === 'late' || group === 'slow' ? tardy : counts[group];
  const most = Math.max(...GROUP_ORDER.map(weightOf));
  const found = GROUP_ORDER.find((group) => weightOf(group) === most);
  if (most === 0 || found === undefined) return null;
  return found === 'late' && counts.slow > counts.late ? 'slow' : found;
}
