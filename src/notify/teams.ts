/** Microsoft Teams, a webhook of Workflows: an adaptive card in a message. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { type Means, requestOf, sendOnce } from './answer.ts';
import type { Channel } from './channel.ts';
import { markdownLine } from './text.ts';
import { type Message, messageOf } from './wording.ts';

/** A workflow. */
export interface TeamsSettings {
  readonly name: string;
  readonly least: Severity;
  readonly url: string;
}

/** A message of Teams holds about 28 kB, with what Workflows puts around the card. */
const MAX_BYTES = 24_000;
const MAX_HEADLINE = 1000;
const MAX_NAME = 100;
const MAX_VALUE = 500;
const COLOR = { page: 'attention', ticket: 'warning', over: 'good' } as const;

/** A channel that shows one card for each event. */
export function teams(settings: TeamsSettings, means: Means): Channel {
  const { name, least, url } = settings;
  return {
    name,
    kind: 'teams',
    least,
    tell: (event, withinMs) => sendOnce(means, () => requestOf({ url, body: bodyOf(event), withinMs })),
    renew: null,
    beat: null,
  };
}

/** With as many facts as the message holds. */
function bodyOf(event: PageEvent): string {
  const message = messageOf(event);
  for (let count = message.facts.length; count > 0; count -= 1) {
    const body = JSON.stringify(cardOf(message, count));
    if (Buffer.byteLength(body) <= MAX_BYTES) return body;
  }
  return JSON.stringify(cardOf(message, 0));
}

function cardOf({ headline, facts, tone }: Message, count: number): unknown {
  const title = {
    type: 'TextBlock',
    text: markdownLine(headline, MAX_HEADLINE),
    weight: 'Bolder',
    size: 'Medium',
    wrap: true,
    color: COLOR[tone],
  };
  const set = {
    type: 'FactSet',
    facts: facts.slice(0, count).map(([name, value]) => ({
      title: markdownLine(name, MAX_NAME),
      value: markdownLine(value, MAX_VALUE),
    })),
  };
  return {
    type: 'message',
    attachments: [
      {
        contentType: 'application/vnd.microsoft.card.adaptive',
        contentUrl: null,
        content: {
          $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
          type: 'AdaptiveCard',
          version: '1.2',
          body: count === 0 ? [title] : [title, set],
          msteams: { width: 'full' },
        },
      },
    ],
  };
}
