/** Events, and what a channel sends for them. */

import fc from 'fast-check';
import type { Means } from '../../src/notify/answer.ts';
import type { Channel, PostRequest, PostResponse } from '../../src/notify/channel.ts';
import type { PageEvent } from '../../src/verdict/canary/event.ts';
import { nastyText } from '../support/hostile-text.ts';

/** When the sample incident began: 2026-11-22T10:00:00Z. */
export const SINCE_MS: number = Date.UTC(2026, 10, 22, 10);

/** Unix time of the sample clock: an hour later. */
export const WALL_MS: number = SINCE_MS + 3_600_000;

/** A page about a service that is offline. */
export function pageEvent(overrides: Partial<PageEvent> = {}): PageEvent {
  return {
    action: 'trigger',
    subject: 'service',
    severity: 'page',
    check: 'followers',
    dedupKey: 'headroom/followers/service',
    incidentId: '5d1c9a52-0000-4000-8000-000000000001',
    sinceMs: SINCE_MS,
    atMs: SINCE_MS,
    summary: 'followers is offline: connection refused in 20 of 20 requests',
    kind: 'offline',
    indicator: 'errors < 1%',
    details: [
      ['requests', '20'],
      ['failed', '20 (100%)'],
    ],
    runId: 'run-1',
    everyMs: 60_000,
    isDrill: false,
    ...overrides,
  };
}

/** The end of the same incident, 12 minutes later. */
export function resolveEvent(overrides: Partial<PageEvent> = {}): PageEvent {
  return pageEvent({
    action: 'resolve',
    atMs: SINCE_MS + 720_000,
    summary: 'followers is back: 2 good runs in a row',
    ...overrides,
  });
}

const longText = fc.oneof(
  nastyText,
  fc.constantFrom(
    '🙂'.repeat(5000),
    '&<>'.repeat(3000),
    '<!channel> @everyone <@U1> <at>x</at>',
    '*_`'.repeat(2000),
  ),
);

/** Events with hostile text wherever text can stand. */
export const hostileEvent: fc.Arbitrary<PageEvent> = fc
  .record({
    action: fc.constantFrom('trigger' as const, 'remind' as const, 'resolve' as const),
    subject: fc.constantFrom('service' as const, 'budget' as const, 'test' as const),
    severity: fc.constantFrom('page' as const, 'ticket' as const),
    check: longText,
    dedupKey: longText.map((text) => `headroom/${text}/service`),
    incidentId: longText,
    atMs: fc.oneof(
      fc.integer({ min: SINCE_MS - 100, max: SINCE_MS + 1e9 }),
      fc.constantFrom(Number.NaN, 1e300),
    ),
    summary: longText,
    indicator: fc.option(longText),
    details: fc.array(fc.tuple(longText, longText), { maxLength: 60 }),
    isDrill: fc.boolean(),
  })
  .map((overrides) => pageEvent(overrides));

/** A channel's means that keep what is posted, and answer what is wanted. */
export interface Recorder extends Means {
  readonly requests: PostRequest[];
}

export function recorder(answer: Partial<PostResponse> | Error = {}): Recorder {
  const requests: PostRequest[] = [];
  return {
    requests,
    post: (request) => {
      requests.push(request);
      if (answer instanceof Error) return Promise.reject(answer);
      return Promise.resolve({ status: 200, headers: {}, body: '', isCut: false, ...answer });
    },
    redact: (text) => text.replaceAll('top-secret', '***'),
    wallMs: () => WALL_MS,
  };
}

/** What a channel posts for an event, as parsed JSON. */
export async function posted(
  open: (means: Means) => Channel,
  event: PageEvent,
): Promise<Record<string, unknown>> {
  const means = recorder();
  const attempted = await open(means).tell?.(event);
  if (attempted?.status !== 'accepted') throw new Error(`not accepted: ${attempted?.text}`);
  const value: unknown = JSON.parse(means.requests[0]?.body ?? 'null');
  return value as Record<string, unknown>;
}

/** Every string in a value, keys too. */
export function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [
    ...(Array.isArray(value) ? [] : [key]),
    ...textsIn(each),
  ]);
}

/** Controls but line breaks, format characters, lone surrogates. */
export const OBEYED: RegExp = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;
