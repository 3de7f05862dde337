/** What a command that sends traffic does about the sinks of its plan: nothing at all where there are none. */

import type { ResultDocument } from '../../result/document.ts';
import type { SinkFacts } from '../../result/trace/exemplar-result.ts';
import type { Ground, LoadListeners, Subject } from '../send.ts';
import type { Emission } from './emission.ts';

/** Whose measurements, and whom to tell that something goes wrong. */
export interface EmittingPlace {
  readonly subject: Pick<Subject, 'plan' | 'secrets'>;
  readonly ground: Pick<Ground, 'world' | 'runId'>;
  readonly say: (line: string) => void;
  /** Takes the emission over: tells of a verdict other than that of the run, and closes it. Absent: neither is asked. */
  readonly onEmission?: ((emission: Emission) => void) | undefined;
}

/** What becomes part of the document; nothing without sinks. */
export interface SinksOf {
  readonly sinks?: readonly SinkFacts[];
}

/**
 * Emits while `use` sends its load, tells of the document that it returns, and lets go of everything.
 *
 * @param use is told who listens to its load, and what to call when it is over
 * @throws UsageError when a page cannot be served  @throws what `use` throws
 */
export async function emitting(
  { subject, ground, say, onEmission }: EmittingPlace,
  use: (listeners: LoadListeners, end: () => Promise<SinksOf>) => Promise<ResultDocument>,
): Promise<ResultDocument> {
  if (subject.plan.emit === undefined || subject.plan.emit.length === 0) {
    return use({}, () => Promise.resolve({}));
  }
  // What speaks to sinks takes a while to load, and few runs have any.
  const { startEmission } = await import('./emission.ts');
  const emission = await startEmission({ ...subject, ...ground, say });
  onEmission?.(emission);
  try {
    const result = await use(emission.listeners, async () => ({ sinks: await emission.end() }));
    if (onEmission === undefined) await emission.tell(result);
    return result;
  } finally {
    if (onEmission === undefined) emission.close();
  }
}

/** Both are told. */
export function bothListen(one: LoadListeners, other: LoadListeners): LoadListeners {
  const { onSpans = other.onSpans, onReports = other.onReports, onPart = other.onPart } = one;
  return {
    ...(onSpans === undefined ? {} : { onSpans: both(onSpans, other.onSpans) }),
    ...(onReports === undefined ? {} : { onReports: both(onReports, other.onReports) }),
    ...(onPart === undefined ? {} : { onPart: both(onPart, other.onPart) }),
  };
}

function both<Told extends readonly unknown[]>(
  one: (...told: Told) => void,
  other: ((...told: Told) => void) | undefined,
): (...told: Told) => void {
  if (other === undefined || other === one) return one;
  return (...told) => {
    one(...told);
    other(...told);
  };
}
