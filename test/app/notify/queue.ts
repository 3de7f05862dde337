/** Channels that answer as they are told to, and a clock that needs no time. */

import type { Queued } from '../../../src/app/notify/deliver.ts';
import type { Clock } from '../../../src/core/clock.ts';
import type { Attempted, Channel } from '../../../src/notify/channel.ts';
import type { PageEvent } from '../../../src/verdict/canary/event.ts';
import { pageEvent, WALL_MS } from '../../notify/sample-event.ts';

/** A clock that jumps over what is slept. */
export interface JumpingClock extends Clock {
  readonly pass: (ms: number) => void;
}

export function jumpingClock(): JumpingClock {
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    wallMs: () => WALL_MS + nowMs,
    sleep: (ms) => {
      nowMs += ms;
      return Promise.resolve();
    },
    pass: (ms) => {
      nowMs += ms;
    },
  };
}

export const accepted: Attempted = { status: 'accepted', text: 'answered 202' };
export const refused: Attempted = { status: 'refused', text: 'answered 400' };
export const later = (afterMs: number | null = null): Attempted => ({
  status: 'later',
  text: 'answered 503',
  afterMs,
});

/** What a channel was told, and when. */
export interface Told {
  readonly event: PageEvent;
  readonly atMs: number;
  readonly withinMs: number | undefined;
}

/** A channel that gives its answers one after the other, the last one again and again; each takes `tookMs`. */
export function channelOf(
  name: string,
  answers: readonly Attempted[],
  { clock, tookMs = 10, told = [] }: { clock: JumpingClock; tookMs?: number; told?: Told[] },
): Channel {
  let next = 0;
  return {
    name,
    kind: 'webhook',
    least: 'ticket',
    tell: (event, withinMs) => {
      told.push({ event, atMs: clock.nowMs(), withinMs });
      clock.pass(Math.min(tookMs, withinMs ?? tookMs));
      const answer = answers[Math.min(next, answers.length - 1)] ?? accepted;
      next += 1;
      return Promise.resolve(answer);
    },
    renew: null,
    beat: null,
  };
}

/** A queue for one channel, of events with these summaries. */
export function queueFor(channel: string, ...summaries: readonly string[]): Queued<string>[] {
  return summaries.map((summary) => ({
    id: `${channel}/${summary}`,
    channel,
    event: pageEvent({ summary }),
    notBeforeMs: null,
  }));
}
