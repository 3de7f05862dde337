/** Slack, incoming webhooks. The path of the URL is the secret. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { type Means, requestOf, sendOnce } from './answer.ts';
import type { Channel } from './channel.ts';
import { fit, lengthOf, slackEscape } from './text.ts';
import { messageOf } from './wording.ts';

/** A channel of a workspace. */
export interface SlackSettings {
  readonly name: string;
  readonly least: Severity;
  readonly url: string;
}

/** Of the text of a section block, and of all that is sent as `text`. */
const MAX_SECTION = 3000;
const MAX_HEADLINE = 1000;
const MAX_NAME = 100;
const MAX_VALUE = 500;

/** A channel that shows one message for each event. */
export function slack(settings: SlackSettings, means: Means): Channel {
  const { name, least, url } = settings;
  return {
    name,
    kind: 'slack',
    least,
    tell: (event, withinMs) => sendOnce(means, () => requestOf({ url, body: bodyOf(event), withinMs })),
    renew: null,
    beat: null,
  };
}

function bodyOf(event: PageEvent): string {
  const { headline, facts } = messageOf(event);
  const title = fit(headline, MAX_HEADLINE, slackEscape);
  const lines = facts.map(
    ([name, value]) => `• ${fit(name, MAX_NAME, slackEscape)}: ${fit(value, MAX_VALUE, slackEscape)}`,
  );
  const text = joinWithin([`*${title}*`, ...lines], MAX_SECTION);
  return JSON.stringify({
    // What a notification on a telephone shows.
    text: title,
    // Verbatim: nothing in it becomes a mention or a link by itself.
    blocks: [{ type: 'section', text: { type: 'mrkdwn', text, verbatim: true } }],
    link_names: false,
    unfurl_links: false,
    unfurl_media: false,
  });
}

/** As many of the lines as `max` code points hold. */
function joinWithin(lines: readonly string[], max: number): string {
  let text = '';
  for (const line of lines) {
    const longer = text === '' ? line : `${text}\n${line}`;
    if (lengthOf(longer) > max) break;
    text = longer;
  }
  return text;
}
