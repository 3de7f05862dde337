/** A load, followed by all that watch the servers meanwhile. */

import type { ServerLooks } from '../../core/server/signal.ts';
import type { LoadOptions } from '../../load/load-run.ts';
import type { Load } from '../../plan/plan.ts';
import type { Recording } from '../../record/recording.ts';
import type { Capture } from '../capture/capture.ts';
import { lengthMs, type Observer } from './observer.ts';

/** The server side of a run, watched. */
export interface Observation {
  readonly observer: Observer;
  readonly capture: Capture | null;
}

/** A load, followed by whoever watches. */
export interface LoadFollowing {
  readonly listeners: Pick<LoadOptions, 'onSchedule' | 'onReports' | 'watchReports'>;
  readonly onPart: (recording: Recording) => void;
  /** The looks until now. */
  readonly soFar: () => readonly ServerLooks[];
  /** To be called when the load is over: the looks of its time. */
  readonly end: () => Promise<readonly ServerLooks[]>;
}

/** Follows a load that is about to be sent. @param onReports somebody else who wants to know what servers report */
export function followLoad(
  load: Load,
  observation: Observation | null,
  onReports: LoadOptions['onReports'],
): LoadFollowing {
  const others: LoadFollowing['listeners'] = onReports === undefined ? {} : { watchReports: true, onReports };
  if (observation === null) {
    return { listeners: others, onPart: () => undefined, soFar: () => [], end: () => Promise.resolve([]) };
  }
  const { observer, capture } = observation;
  const following = observer.follow(load);
  const own = observer.onReports;
  return {
    listeners: {
      ...(own === null
        ? others
        : {
            watchReports: true,
            onReports: (reports) => {
              own(reports);
              onReports?.(reports);
            },
          }),
      onSchedule: (startMs) => {
        following.onSchedule(startMs);
        capture?.onSchedule({ measuredMs: startMs + load.warmupMs, endMs: startMs + lengthMs(load) });
      },
    },
    onPart: (recording) => capture?.onPart(recording, following.soFar()),
    soFar: following.soFar,
    end: following.end,
  };
}
