/** From the notifiers of a plan to channels that can be used. */

import { createRedactor } from '../../core/text.ts';
import { alertmanager } from '../../notify/alertmanager.ts';
import type { Means } from '../../notify/answer.ts';
import type { Channel } from '../../notify/channel.ts';
import { discord } from '../../notify/discord.ts';
import { exec } from '../../notify/exec.ts';
import { healthchecks } from '../../notify/healthchecks.ts';
import { pagerduty } from '../../notify/pagerduty.ts';
import { slack } from '../../notify/slack.ts';
import { teams } from '../../notify/teams.ts';
import { webhook } from '../../notify/webhook.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import { expandedNotifier } from '../../plan/notify/notifier-secrets.ts';
import type { Secrets } from '../../plan/plan.ts';
import type { World } from '../world.ts';
import { channelSecrets } from './channel-secrets.ts';

/** What channels need of the world. */
export type Reach = Pick<World, 'post' | 'processes' | 'clock' | 'env'>;

/**
 * The channels of a plan in its order, their references replaced by values. Whatever they say of an attempt holds none of
 * {@link channelSecrets}.
 */
export function openChannels(
  notify: readonly NotifierSettings[],
  secrets: Secrets,
  { post, processes, clock, env }: Reach,
): readonly Channel[] {
  const redact = createRedactor(channelSecrets(notify, secrets, env));
  const means: Means & Parameters<typeof exec>[1] = {
    post,
    redact,
    wallMs: clock.wallMs,
    feed: processes.feed,
  };
  return notify.map((each) => channelOf(expandedNotifier(each, secrets), means));
}

function channelOf(settings: NotifierSettings, means: Means & Parameters<typeof exec>[1]): Channel {
  switch (settings.kind) {
    case 'pagerduty':
      return pagerduty(settings, means);
    case 'alertmanager':
      return alertmanager(settings, means);
    case 'slack':
      return slack({ ...settings }, means);
    case 'teams':
      return teams({ ...settings }, means);
    case 'discord':
      return discord({ ...settings }, means);
    case 'healthchecks':
      return healthchecks({ ...settings }, means);
    case 'webhook':
      return webhook(settings, means);
    case 'exec':
      return exec(settings, means);
  }
}
