/** One run within the history of its check: what each subject is judged from. */

import type { CanarySettings } from '../../plan/canary/settings.ts';
import type { PageEvent } from '../canary/event.ts';
import type { CanaryRun } from '../canary/run.ts';
import type { CheckState } from '../canary/state.ts';
import type { Teller } from './notice.ts';
import type { Known } from './past.ts';
import { type Place, recentOf } from './places.ts';

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
export function recentDetail({ places, settings }: Moment): PageEvent['details'][number] {
  const { of } = settings.fail;
  const { bad, ok, blind, missing } = recentOf(places, settings);
  const unseen = [...(blind > 0 ? [`${blind} blind`] : []), ...(missing > 0 ? [`${missing} missing`] : [])];
  const due = unseen.length === 0 ? '' : `; of the last ${of} due ${unseen.join(', ')}`;
  return ['recent runs', `${bad} bad, ${ok} good of the last ${of}${due}`];
}
