/** One way out for our own measurements. */

import type { RequestSpan } from '../../core/trace/request-span.ts';
import type { ResultDocument } from '../../result/document.ts';
import type { Interval } from '../../telemetry/interval.ts';
import type { SinkBook } from '../courier/book.ts';

/** A sink. None of its functions waits for the network, but `flush`; none of them throws or rejects. */
export interface Sink {
  readonly book: SinkBook;
  /** Told once a second, and at the end. `recent` is to be read at once, `cumulative` is live. */
  readonly onInterval?: (recent: Interval, cumulative: Interval) => void;
  /** Told of requests that ended, and how many more nobody kept. */
  readonly onSpans?: (spans: readonly RequestSpan[], lost: number) => void;
  /** Told of the document, when the run was judged. */
  readonly onResult?: (result: ResultDocument) => void;
  /** Brings out what waits; resolves at the latest after about `withinMs`. */
  readonly flush: (withinMs: number) => Promise<void>;
  /** Lets go of sockets and timers; what still waits is lost. */
  readonly close: () => void;
}
