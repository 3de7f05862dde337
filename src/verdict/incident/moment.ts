/** One run within the history of its check: what each subject is judged from. */

import type { CanarySettings } from '../../plan/canary/settings.ts';
import type { PageEvent } from '../canary/event.ts';
import type { CanaryRun } from '../canary/run.ts';
import type { CheckState } from '../canary/state.ts';
import type { Teller } from './notice.ts';
import type { Known } from './past.ts';
import { badOf, type Place, recentOf } from './places.ts';

/** The state before the run, with what the run itself adds. */
export interface Moment {
  readonly before: CheckState;
  readonly run: CanaryRun;
  readonly settings: CanarySettings;
  readonly known: Known;
  readonly teller: Teller;
  readonly places: readonly Place[];
  readonly okInRow: number;
  readonly blindInRow: number;
}

/** What the last runs were, for the details of an event. */
export function recentDetail({ places, settings, before }: Moment): PageEvent['details'][number] {
  const { fail } = settings;
  const { bad, ok, blind, missing } = recentOf(places, fail.of);
  const seen = badOf(places, settings, before.fromIndex).length;
  const parts = [
    `${bad} bad`,
    `${ok} good`,
    ...(blind > 0 ? [`${blind} blind`] : []),
    ...(missing > 0 ? [`${missing} missing`] : []),
  ];
  // Where runs are missing or blind, those before them are what fired.
  const sparse = seen > bad ? `; ${seen} bad of the last ${fail.of} that saw it` : '';
  return ['recent runs', `${parts.join(', ')} of the last ${fail.of}${sparse}`];
}
