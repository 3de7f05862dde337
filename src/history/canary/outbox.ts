/** Events on their way: each waits for its channel until that takes it or never will. */

import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { PageEvent } from '../../verdict/canary/event.ts';
import { told } from '../database.ts';
import { eventText, readEvent } from './event-text.ts';
import { Fields } from './fields.ts';
import { type CanaryLimits, DAY_MS } from './limits.ts';

/** An event for a channel. */
export interface QueuedEvent {
  /** Name of the channel, unique in its plan. */
  readonly channel: string;
  readonly event: PageEvent;
}

/** One that waits. */
export interface WaitingEvent extends QueuedEvent {
  readonly id: number;
  readonly check: string;
  /** Attempts so far. */
  readonly attempts: number;
  /** Unix time, ms, before which the channel wants no attempt; null: any time. */
  readonly notBeforeMs: number | null;
}

/** What became of one. */
export interface Settlement {
  readonly id: number;
  /** `queued`: it waits on. */
  readonly status: 'queued' | 'accepted' | 'refused';
  /** Made now; they are added to those before. */
  readonly attempts: number;
  /** What the channel said, safe to show. */
  readonly text: string;
  readonly notBeforeMs: number | null;
  /** Unix time, ms. */
  readonly atMs: number;
}

const TOO_MANY = `
  UPDATE canary_outbox SET status = 'dropped', text = 'too many events wait for this channel', settled_ms = ?
  WHERE id IN (SELECT id FROM
    (SELECT id, row_number() OVER (PARTITION BY channel ORDER BY id DESC) AS place
      FROM canary_outbox WHERE status = 'queued' AND check_name = ?)
    WHERE place > ?)`;

/** The outbox of an open history. Its calls are parts of a transaction that the caller began. */
export class Outbox {
  readonly #database: DatabaseSyncInstance;

  constructor(database: DatabaseSyncInstance) {
    this.#database = database;
  }

  /** Adds events of a check, in their order. */
  add(check: string, events: readonly QueuedEvent[]): void {
    const insert = this.#database.prepare(
      `INSERT INTO canary_outbox (check_name, channel, dedup_key, event, created_ms, status, attempts, text)
       VALUES (?, ?, ?, ?, ?, 'queued', 0, '')`,
    );
    for (const { channel, event } of events) {
      insert.run(check, channel, event.dedupKey, eventText(event), event.atMs);
    }
  }

  /** Those that wait, of a check or of all (null): the ones of a channel in the order in which they were added. */
  waiting(check: string | null): WaitingEvent[] {
    return this.#rows(check).flatMap(({ waiting }) => (waiting === null ? [] : [waiting]));
  }

  /** Writes down what became of one; one that waits no more stays as it is. @returns whether it waited */
  settle({ id, status, attempts, text, notBeforeMs, atMs }: Settlement): boolean {
    const update = this.#database.prepare(
      `UPDATE canary_outbox SET status = ?, attempts = attempts + ?, text = ?, not_before_ms = ?, settled_ms = ?
       WHERE id = ? AND status = 'queued'`,
    );
    const settledMs = status === 'queued' ? null : atMs;
    return Number(update.run(status, attempts, text, notBeforeMs, settledMs, id).changes) > 0;
  }

  /**
   * Drops what cannot be read and the oldest of too many, and deletes what was settled long ago.
   *
   * @returns how many were dropped that waited
   */
  tidy(check: string, atMs: number, limits: CanaryLimits): number {
    const unreadable = this.#rows(check).filter(({ waiting }) => waiting === null);
    const drop = this.#database.prepare(
      "UPDATE canary_outbox SET status = 'dropped', text = 'it cannot be read', settled_ms = ? WHERE id = ?",
    );
    for (const { id } of unreadable) drop.run(atMs, id);
    const excess = this.#database.prepare(TOO_MANY).run(atMs, check, limits.queued);
    this.#database
      .prepare('DELETE FROM canary_outbox WHERE settled_ms < ?')
      .run(atMs - limits.settledDays * DAY_MS);
    return unreadable.length + Number(excess.changes);
  }

  #rows(check: string | null): { readonly id: number; readonly waiting: WaitingEvent | null }[] {
    const rows: unknown[] = told(() =>
      this.#database
        .prepare(
          "SELECT * FROM canary_outbox WHERE status = 'queued' AND (?1 IS NULL OR check_name = ?1) ORDER BY id",
        )
        .all(check),
    );
    return rows.map((row) => {
      const fields = new Fields(row);
      return { id: fields.number('id') ?? 0, waiting: waitingOf(fields) };
    });
  }
}

function waitingOf(fields: Fields): WaitingEvent | null {
  const event = readEvent(fields.text('event') ?? '');
  const id = fields.number('id');
  const check = fields.text('check_name');
  const channel = fields.text('channel');
  if (event === null || id === null || check === null || channel === null) return null;
  const attempts = fields.number('attempts') ?? 0;
  return { id, check, channel, event, attempts, notBeforeMs: fields.number('not_before_ms') };
}
