/** What a run makes of its wish to know how the servers were: sources found, an observer, a watch for captures. */

import { type CaptureOrder, watchForCapture } from '../capture/capture.ts';
import type { Ground, Subject } from '../send.ts';
import { discover } from './discover.ts';
import type { Observation } from './following.ts';
import { startObserving } from './observer.ts';
import { distinctSources, watchedSource } from './source.ts';

/** What is wished for, beside the sources of the plan. */
export interface ObserveWish {
  /** Look on the targets' own origins for what servers tell of themselves. */
  readonly discover?: boolean;
  /** Save profiles when an objective breaks; absent: none. */
  readonly capture?: CaptureOrder;
}

/**
 * Finds the sources and begins to watch them; null when there is nothing to watch, and nothing was wished for.
 *
 * @throws UsageError when a capture cannot be made
 */
export async function openObservation(
  { plan, secrets }: Subject,
  { world, runId }: Pick<Ground, 'world' | 'runId'>,
  { discover: isAsked = false, capture, say }: ObserveWish & { readonly say: (line: string) => void },
): Promise<Observation | null> {
  const named = (plan.observe ?? []).map((source) => watchedSource(source, secrets));
  if (named.length === 0 && !isAsked && capture === undefined) return null;
  const scrape = await world.scrape({ insecure: plan.tls.insecure, ca: plan.tls.ca });
  const found = isAsked ? await discover({ plan, secrets }, { world, scrape }) : { sources: [], lines: [] };
  for (const line of found.lines) say(line);
  const sources = distinctSources([...named, ...found.sources]);
  const setup = { plan, runId, sources, scrape, say };
  const watch = capture === undefined ? null : watchForCapture({ ...setup, ...capture }, world);
  return { observer: await startObserving({ sources, scrape, say }, world), capture: watch };
}
