/** `headroom canary forget CHECK`: ends what is open of a check that is no more, and forgets it. */

import { type Forgotten, forgetCheck } from '../../app/canary/forget.ts';
import { EXIT } from '../../app/exit.ts';
import { channelSecrets } from '../../app/notify/channel-secrets.ts';
import { openChannels } from '../../app/notify/open.ts';
import { planReads, readPlanFile } from '../../app/plan-source.ts';
import { OutputError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { parseCanaryPlan } from '../../plan/parse.ts';
import { secretValues } from '../../plan/secrets.ts';
import { outcomeOf } from '../delivery.ts';
import { anyHistoryPlace } from '../history/place.ts';
import type { Outcome, Session } from '../session.ts';

/** Runs the command: 0 when nothing is kept any more, 3 while a run is under way, 4 when an end was not taken. */
export async function canaryForgetCommand(session: Session): Promise<Outcome> {
  const [check = ''] = session.operands;
  const channels = channelsOf(session);
  const end = await forgetCheck(anyHistoryPlace(session), check, channels);
  if (end === 'held') {
    session.say(`a run of the check ${safeText(check)} is under way: nothing was changed`);
    return { code: EXIT.inconclusive };
  }
  const lines = linesOf(end, check);
  session.world.stdout.write(session.vault.show(lines.map((line) => `${line}\n`).join('')));
  const untold = end.deliveries.flatMap(({ channel, subject, status, text }) =>
    status === 'accepted'
      ? []
      : [
          new OutputError(`${channel} did not take the end of ${subject}: ${text}`, {
            hint: 'nothing was forgotten: try again, or leave out --plan and end it there by hand',
          }),
        ],
  );
  return outcomeOf(EXIT.pass, untold, session);
}

function channelsOf({ flags, world, vault }: Session): ReturnType<typeof openChannels> {
  const file = flags.text('plan');
  if (file === undefined) return [];
  const { plan, secrets } = parseCanaryPlan(readPlanFile(file, world), {}, planReads(world));
  vault.add(secretValues(plan, secrets));
  vault.add(channelSecrets(plan.notify ?? [], secrets, world.env));
  return openChannels(plan.notify ?? [], secrets, world);
}

function linesOf({ open, deliveries, isForgotten }: Forgotten, check: string): string[] {
  return [
    ...open.map(({ subject, since, dedupKey }) => {
      const told = deliveries.filter((each) => each.subject === subject && each.status === 'accepted');
      const key = safeText(dedupKey);
      return told.length === 0
        ? `${key} is open since ${since}, and no notifier was told that it is over: end it at the pager`
        : `${key}, open since ${since}, is over: told to ${told.map(({ channel }) => channel).join(', ')}`;
    }),
    ...(isForgotten ? [`${safeText(check)} is forgotten: nothing is kept of it`] : []),
  ];
}
