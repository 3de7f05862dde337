/** Whether the server under test answers: asked by requests, since an open port alone says nothing. */

import type { FailureCause } from '../../core/attempt.ts';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { type ProbeObservation, probe } from '../../load/probe.ts';
import type { Plan, Secrets, Target } from '../../plan/plan.ts';
import type { World } from '../world.ts';

/** Who is asked. */
export interface Asking {
  readonly plan: Plan;
  readonly secrets: Secrets;
  /** Asked instead of the first target; absent: that. */
  readonly readyUrl?: string;
}

/** What one question showed: an answer below 500 is `ready`. */
export interface Answer {
  readonly isReady: boolean;
  /** Something took the connection, whatever it said. */
  readonly isTaken: boolean;
  /** In a few words, harmless. */
  readonly seen: string;
}

/** How long one answer may take, ms. */
const ANSWER_MS = 2000;

/** What happens where nothing listens. */
const UNREACHED: ReadonlySet<FailureCause | null> = new Set<FailureCause>([
  'dns',
  'connect-refused',
  'connect-timeout',
  'connect-unreachable',
]);

/** @throws UsageError for a `readyUrl` that is none */
export async function ask(asking: Asking, world: World, signal?: AbortSignal): Promise<Answer> {
  const { plan, secrets } = asking;
  const seen = await probe({
    plan: questionOf(asking),
    secrets,
    count: 1,
    // A few requests per second are no load.
    guard: { allowPublic: true },
    runId: world.newId(),
    userAgent: `headroom/${world.version}`,
    ...(signal === undefined ? {} : { signal }),
  });
  return answerOf(seen[0], plan.http.proxy !== null);
}

function answerOf(seen: ProbeObservation | undefined, isProxied: boolean): Answer {
  if (seen === undefined) return { isReady: false, isTaken: false, seen: 'not asked' };
  const { outcome, status, cause } = seen.attempt;
  const isReady = outcome === 'completed' && status < 500;
  // A proxy takes every connection, and says by a 5xx that there is nobody behind it.
  const isTaken = isReady || (!isProxied && !UNREACHED.has(cause));
  return { isReady, isTaken, seen: outcome === 'completed' ? `status ${status}` : (cause ?? 'no answer') };
}

/** The plan with the one question as its target: without a body, and taken as it comes. */
function questionOf({ plan, readyUrl }: Asking): Plan {
  const [first] = plan.targets;
  if (first === undefined) throw new UsageError('the plan has no target');
  const question: Target = {
    ...first,
    method: 'GET',
    url: readyUrl === undefined ? first.url : checkedUrl(readyUrl),
    // Credentials of a target are for that target.
    headers: readyUrl === undefined ? first.headers : [],
    body: null,
    timeoutMs: ANSWER_MS,
    expect: { statuses: null, headers: [], body: [], json: [], size: null },
  };
  return { ...plan, targets: [question], http: { ...plan.http, redirects: 0 } };
}

function checkedUrl(text: string): string {
  const { protocol } = URL.parse(text) ?? {};
  if (protocol === 'http:' || protocol === 'https:') return text;
  throw new UsageError(`--ready-url: "${safeText(text)}" is no URL`, {
    hint: 'such as http://localhost:8080/health',
  });
}
