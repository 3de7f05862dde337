import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discord } from '../../src/notify/discord.ts';
import { slack } from '../../src/notify/slack.ts';
import { teams } from '../../src/notify/teams.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import { hostileEvent, OBEYED, pageEvent, posted, recorder, resolveEvent, textsIn } from './sample-event.ts';

const SETTINGS = { name: 'team', least: 'ticket', url: 'https://chat.example/hook' } as const;
const RUNS = { numRuns: 60 };
const lengthOf = (text: unknown): number => [...String(text)].length;

const toSlack = (event: PageEvent) => posted((means) => slack(SETTINGS, means), event);
const toTeams = (event: PageEvent) => posted((means) => teams(SETTINGS, means), event);
const toDiscord = (event: PageEvent) => posted((means) => discord(SETTINGS, means), event);

/** Markdown without what is escaped. */
const unescaped = (text: string): string => text.replaceAll(/\\[\\`*_~|<>[\]#]|^(\\[-+]|\d+\\\.)/g, '');

describe('Slack', () => {
  const sectionOf = (body: Record<string, unknown>): string => {
    const [block, ...more] = body['blocks'] as { type: string; text: Record<string, unknown> }[];
    expect([block?.type, block?.text['type'], block?.text['verbatim'], more]).toEqual([
      'section',
      'mrkdwn',
      true,
      [],
    ]);
    return String(block?.text['text']);
  };

  test('shows who, what, since when, and the numbers', async () => {
    const body = await toSlack(pageEvent());
    expect(body['text']).toBe('PAGE: followers is offline: connection refused in 20 of 20 requests');
    expect(sectionOf(body).split('\n')).toEqual([
      '*PAGE: followers is offline: connection refused in 20 of 20 requests*',
      '• check: followers',
      '• since: 2026-11-22T10:00:00Z',
      '• kind: offline',
      '• indicator: errors &lt; 1%',
      '• requests: 20',
      '• failed: 20 (100%)',
      '• severity: page',
      '• run: run-1',
    ]);
  });

  test('shows how long it lasted', async () => {
    expect(sectionOf(await toSlack(resolveEvent()))).toMatch(/^\*RESOLVED after 12m: .*• lasted: 12m/s);
  });

  test('calls nobody, and shows nobody a link of theirs', async () => {
    const summary = '<!channel> <@U1> <https://evil|click> & @here';
    const body = await toSlack(pageEvent({ summary }));
    const escaped = '&lt;!channel&gt; &lt;@U1&gt; &lt;https://evil|click&gt; &amp; @here';
    expect(body['text']).toBe(`PAGE: ${escaped}`);
    expect(sectionOf(body)).toContain(escaped);
    expect(body['link_names']).toBe(false);
  });

  test('gets no more than it takes, and none of its signs, from hostile events', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const body = await toSlack(event);
        const section = sectionOf(body);
        expect(lengthOf(section)).toBeLessThanOrEqual(3000);
        expect(lengthOf(body['text'])).toBeGreaterThan(0);
        for (const text of [section, String(body['text'])]) {
          expect(text).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
          expect(text).not.toMatch(OBEYED);
        }
      }),
      RUNS,
    );
  });
});

describe('Teams', () => {
  interface Card {
    readonly type: string;
    readonly version: string;
    readonly body: readonly {
      type: string;
      text?: string;
      color?: string;
      facts?: { title: string; value: string }[];
    }[];
    readonly msteams: unknown;
  }
  /** adaptivecards.io 1.2 in the message of a Workflows webhook. */
  const cardOf = (body: Record<string, unknown>): Card => {
    expect(body['type']).toBe('message');
    const [attachment, ...more] = body['attachments'] as Record<string, unknown>[];
    expect(more).toEqual([]);
    expect(attachment).toMatchObject({
      contentType: 'application/vnd.microsoft.card.adaptive',
      contentUrl: null,
      content: {
        $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
        type: 'AdaptiveCard',
        version: '1.2',
      },
    });
    return attachment?.['content'] as Card;
  };

  test('shows a card with its facts, red while it fires', async () => {
    const { body } = cardOf(await toTeams(pageEvent({ summary: 'a_b is *down*' })));
    expect(body[0]).toEqual({
      type: 'TextBlock',
      text: 'PAGE: a\\_b is \\*down\\*',
      weight: 'Bolder',
      size: 'Medium',
      wrap: true,
      color: 'attention',
    });
    expect(body[1]?.type).toBe('FactSet');
    expect(body[1]?.facts).toContainEqual({ title: 'indicator', value: 'errors \\< 1%' });
  });

  test('shows the end in green, a ticket as a warning', async () => {
    expect(cardOf(await toTeams(resolveEvent())).body[0]?.color).toBe('good');
    expect(cardOf(await toTeams(pageEvent({ severity: 'ticket' }))).body[0]?.color).toBe('warning');
  });

  test('gets no more than it takes, and no markup, from hostile events', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const message = await toTeams(event);
        expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThanOrEqual(28_000);
        const [title, set] = cardOf(message).body;
        const texts = [
          title?.text ?? '',
          ...(set?.facts ?? []).flatMap(({ title: name, value }) => [name, value]),
        ];
        for (const text of texts) {
          expect(unescaped(text)).not.toMatch(/[\\`*_~|<>[\]#]/);
          expect(text).not.toMatch(OBEYED);
        }
      }),
      RUNS,
    );
  });
});

describe('Discord', () => {
  interface Embed {
    readonly description: string;
    readonly color: number;
    readonly timestamp: string;
  }
  const embedOf = (body: Record<string, unknown>): Embed => {
    const [embed, ...more] = body['embeds'] as Embed[];
    if (embed === undefined || more.length > 0) throw new Error('not one embed');
    return embed;
  };

  test('shows a message, and calls nobody', async () => {
    const body = await toDiscord(pageEvent({ summary: '@everyone: **down**' }));
    expect(body['content']).toBe('PAGE: @everyone: \\*\\*down\\*\\*');
    expect(body['allowed_mentions']).toEqual({ parse: [] });
    expect(embedOf(body).description).toContain('**indicator:** errors \\< 1%\n');
    expect(embedOf(body).timestamp).toBe('2026-11-22T10:00:00Z');
  });

  test('gets no more than it takes from hostile events', async () => {
    await fc.assert(
      fc.asyncProperty(hostileEvent, async (event) => {
        const body = await toDiscord(event);
        const { description, color } = embedOf(body);
        expect(lengthOf(body['content'])).toBeLessThanOrEqual(2000);
        expect(lengthOf(description)).toBeLessThanOrEqual(4096);
        expect(color).toBeLessThanOrEqual(0xffffff);
        for (const text of textsIn(body)) expect(text).not.toMatch(OBEYED);
        const foreign = description.replaceAll(/^\*\*|(?<=[^\n]):\*\* /gm, '');
        expect(unescaped(foreign)).not.toMatch(/[\\`_~|<>[\]#]/);
      }),
      RUNS,
    );
  });

  test.each([
    ['{"retry_after": 1.337}', {}, 1337],
    ['{"retry_after": 1e9}', { 'retry-after': '3' }, 3000],
    ['{"retry_after": -1}', {}, null],
    ['{"retry_after": "soon"}', {}, null],
    ['[', { 'retry-after': '3' }, 3000],
    ['null', {}, null],
  ])('is told later when it is flooded: %s %o', async (text, headers, afterMs) => {
    const means = recorder({ status: 429, body: text, headers });
    expect(await discord(SETTINGS, means).tell?.(pageEvent())).toMatchObject({ status: 'later', afterMs });
  });
});
