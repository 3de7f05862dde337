/** Discord, webhooks of a channel. The path of the URL is the secret. */

import type { PageEvent, Severity } from '../verdict/canary/event.ts';
import { judged, type Means, requestOf, sendOnce, waitOf } from './answer.ts';
import type { Attempted, Channel, PostResponse } from './channel.ts';
import { fit, lengthOf, markdownEscape } from './text.ts';
import { messageOf, stampOf } from './wording.ts';

/** A channel of a server. */
export interface DiscordSettings {
  readonly name: string;
  readonly least: Severity;
  readonly url: string;
}

const MAX_CONTENT = 2000;
const MAX_DESCRIPTION = 4096;
const MAX_NAME = 100;
const MAX_VALUE = 500;
const COLOR = { page: 0xd0021b, ticket: 0xf5a623, over: 0x2eb67d } as const;

/** A channel that shows one message for each event, and calls nobody by name. */
export function discord(settings: DiscordSettings, means: Means): Channel {
  const { name, least, url } = settings;
  return {
    name,
    kind: 'discord',
    least,
    tell: (event, withinMs) =>
      sendOnce(means, () => requestOf({ url, body: bodyOf(event), withinMs }), judgedHere),
    renew: null,
    beat: null,
  };
}

function bodyOf(event: PageEvent): string {
  const { headline, facts, tone } = messageOf(event);
  const lines = facts.map(
    ([name, value]) => `**${fit(name, MAX_NAME, markdownEscape)}:** ${fit(value, MAX_VALUE, markdownEscape)}`,
  );
  let description = '';
  for (const line of lines) {
    if (lengthOf(description) + lengthOf(line) + 1 > MAX_DESCRIPTION) break;
    description += `${line}\n`;
  }
  return JSON.stringify({
    content: fit(headline, MAX_CONTENT, markdownEscape),
    embeds: [{ description, color: COLOR[tone], timestamp: stampOf(event.atMs) }],
    allowed_mentions: { parse: [] },
  });
}

/** Discord tells in the body, in seconds with fractions, how long a limit lasts. */
function judgedHere(response: PostResponse, means: Means): Attempted {
  const attempted = judged(response, means);
  if (attempted.status !== 'later' || response.status !== 429) return attempted;
  return { ...attempted, afterMs: waitOf(secondsIn(response.body) * 1000) ?? attempted.afterMs };
}

function secondsIn(body: string): number {
  try {
    const found: unknown = JSON.parse(body);
    if (typeof found !== 'object' || found === null || !('retry_after' in found)) return Number.NaN;
    return typeof found.retry_after === 'number' ? found.retry_after : Number.NaN;
  } catch {
    return Number.NaN;
  }
}
