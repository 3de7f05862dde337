/** What canaries remember: their runs, what they make of them, and whom they have yet to tell. */

import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { CanaryRun, PastRuns } from '../../verdict/canary/run.ts';
import { inTransaction, openDatabase, told } from '../database.ts';
import { Fields } from './fields.ts';
import { CANARY_LIMITS, type CanaryLimits, DAY_MS } from './limits.ts';
import { Outbox, type QueuedEvent, type Settlement, type WaitingEvent } from './outbox.ts';
import { pastRuns } from './past-runs.ts';
import { RUN_COLUMNS, runValues } from './run-row.ts';

/** What a run makes of a state. */
export interface Advanced<T> {
  /** Plain JSON. */
  readonly state: unknown;
  readonly events: readonly QueuedEvent[];
  readonly value: T;
}

/**
 * Judges a run by the state before it, null at first, and by the runs before it; `lastOkMs` is when the last of them that
 * was ok began, null when none ever was. At once: no promise.
 */
export type Advance<T> = (state: unknown, past: PastRuns, lastOkMs: number | null) => Advanced<T>;

/** A run that was kept. */
export interface Committed<T> {
  readonly value: T;
  /** All events of the check that wait, the new ones last. */
  readonly waiting: readonly WaitingEvent[];
  /** Events that waited and were given up: too many for their channel, or unreadable. */
  readonly dropped: number;
}

/** A check that was seen. Times are Unix times, ms. */
export interface CheckSummary {
  readonly check: string;
  readonly state: unknown;
  /** Start of the run that made the state. */
  readonly updatedMs: number;
  /** The run that was kept last; null when it has gone for its age. */
  readonly lastRun: CanaryRun | null;
  /** Start of the last run that was ok; null when there was none. */
  readonly lastOkMs: number | null;
  /** Events that wait. */
  readonly waiting: number;
}

const INSERT_RUN = `INSERT INTO canary_runs (${RUN_COLUMNS.join(', ')})
  VALUES (${RUN_COLUMNS.map(() => '?').join(', ')})`;

const STORE_STATE = `INSERT INTO canary_states (check_name, state, updated_ms, last_ok_ms) VALUES (?, ?, ?, ?)
  ON CONFLICT DO UPDATE SET state = excluded.state, updated_ms = excluded.updated_ms,
    last_ok_ms = coalesce(excluded.last_ok_ms, last_ok_ms)`;

/** What is too old goes, of any check; parameters: oldest time, check, runs of it that stay, number that goes. */
const PRUNE_OLD = `DELETE FROM canary_runs WHERE place IN (
  SELECT place FROM canary_runs
  WHERE at_ms < ?1 AND NOT (check_name = ?2 AND place > coalesce(
    (SELECT place FROM canary_runs WHERE check_name = ?2 ORDER BY place DESC LIMIT 1 OFFSET ?3), 0))
  ORDER BY at_ms LIMIT ?4)`;

/** What is too many of a check goes; parameters: check, number that stays, number that goes. */
const PRUNE_MANY = `DELETE FROM canary_runs WHERE place IN (
  SELECT place FROM canary_runs WHERE check_name = ?1 AND place <=
    (SELECT place FROM canary_runs WHERE check_name = ?1 ORDER BY place DESC LIMIT 1 OFFSET ?2)
  ORDER BY place LIMIT ?3)`;

/** An open history, as canaries see it. All its calls throw HistoryError when the file cannot be used. */
export class CanaryStore {
  readonly #database: DatabaseSyncInstance;
  readonly #outbox: Outbox;
  readonly #limits: CanaryLimits;

  /** @param path of the file, made when absent  @throws HistoryError */
  constructor(path: string, limits: CanaryLimits = CANARY_LIMITS) {
    this.#database = openDatabase(path);
    this.#outbox = new Outbox(this.#database);
    this.#limits = limits;
  }

  /**
   * Keeps a run, what it makes of the state of its check, and the events that come of it: all of this or nothing, on the
   * disk when it returns. What `advance` throws is thrown, and nothing is kept.
   *
   * @returns null when this very run was kept before: nothing changes then
   */
  commit<T>(check: string, run: CanaryRun, advance: Advance<T>): Committed<T> | null {
    return inTransaction(this.#database, () => {
      const isKnown = this.#database.prepare('SELECT 1 FROM canary_runs WHERE run_id = ?').get(run.runId);
      if (isKnown !== undefined) return null;
      const before = this.#before(check);
      const past = pastRuns(this.#database, check);
      const { state, events, value } = advance(before.json('state'), past, before.number('last_ok_ms'));
      this.#database.prepare(INSERT_RUN).run(...runValues(check, run));
      const okMs = run.outcome === 'ok' ? run.atMs : null;
      this.#database.prepare(STORE_STATE).run(check, JSON.stringify(state ?? null), run.atMs, okMs);
      this.#outbox.add(check, events);
      const dropped = this.#tidy(check, run.atMs);
      return { value, waiting: this.#outbox.waiting(check), dropped };
    });
  }

  #before(check: string): Fields {
    const row: unknown = this.#database
      .prepare('SELECT state, last_ok_ms FROM canary_states WHERE check_name = ?')
      .get(check);
    return new Fields(row);
  }

  #tidy(check: string, atMs: number): number {
    const { runs, days, least, atOnce } = this.#limits;
    this.#database.prepare(PRUNE_OLD).run(atMs - days * DAY_MS, check, least, atOnce);
    this.#database.prepare(PRUNE_MANY).run(check, runs, atOnce);
    return this.#outbox.tidy(check, atMs, this.#limits);
  }

  /** The runs of a check. */
  past(check: string): PastRuns {
    return pastRuns(this.#database, check);
  }

  /** Events that wait, of a check or of all (null): the ones of a channel in the order in which they were made. */
  queued(check: string | null): readonly WaitingEvent[] {
    return this.#outbox.waiting(check);
  }

  /** Writes down what became of events, all at once; of one that waits no more, nothing. @returns how many waited */
  settle(settlements: readonly Settlement[]): number {
    return inTransaction(
      this.#database,
      () => settlements.filter((settlement) => this.#outbox.settle(settlement)).length,
    );
  }

  /** Every check that was ever seen, by name. */
  checks(): readonly CheckSummary[] {
    const rows: unknown[] = told(() =>
      this.#database
        .prepare(
          `SELECT *, (SELECT count(*) FROM canary_outbox o
             WHERE o.status = 'queued' AND o.check_name = s.check_name) AS waiting
           FROM canary_states s ORDER BY check_name`,
        )
        .all(),
    );
    return rows.map((row) => this.#summaryOf(new Fields(row)));
  }

  #summaryOf(fields: Fields): CheckSummary {
    const check = fields.text('check_name') ?? '';
    return {
      check,
      state: fields.json('state'),
      updatedMs: fields.number('updated_ms') ?? 0,
      lastRun: this.past(check).latest(1)[0] ?? null,
      lastOkMs: fields.number('last_ok_ms'),
      waiting: fields.number('waiting') ?? 0,
    };
  }

  /** Deletes all that is kept of a check, and what waits to be told of it, all at once; of an unknown one nothing. */
  forget(check: string): void {
    inTransaction(this.#database, () => {
      for (const table of ['canary_outbox', 'canary_runs', 'canary_states']) {
        this.#database.prepare(`DELETE FROM ${table} WHERE check_name = ?`).run(check);
      }
    });
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}
