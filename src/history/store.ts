/** The history: runs and baselines in one SQLite file that many processes may use at once. */

import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { ResultDocument } from '../result/document.ts';
import { HistoryError, inTransaction, openDatabase, told } from './database.ts';
import { unfitFor } from './promotion.ts';
import type { Reference } from './reference.ts';
import { BASELINE_RUNS, PRUNE, PRUNE_ALL, RETENTION, type Retention } from './retention.ts';
import { COLUMNS, documentOf, rowOf, runOf, type StoredRun } from './row.ts';

/** Of which runs a baseline is one: those of a plan on a class of machines. */
export interface Lineage {
  readonly planHash: string;
  /** Hash of the class. */
  readonly generator: string;
}

/** The runs that are a baseline. */
export interface BaselineRuns {
  readonly source: 'history' | 'pinned';
  /** Newest first. */
  readonly runs: readonly StoredRun[];
}

/** A run that might have been a baseline, had one thing been as it is now. */
export interface Kin {
  /** The class of the machine, or what was asked by a plan file of that name and the flags beside it. */
  readonly differs: 'machine' | 'plan';
  readonly run: StoredRun;
}

/** A stretch of time, ISO 8601 in UTC. */
export interface Span {
  /** Runs that began then or later. */
  readonly since?: string;
  /** Runs that began before. */
  readonly until?: string;
}

/** Which runs to list. */
export interface RunFilter extends Span {
  readonly planHash?: string;
  /** Part of a plan's file, of an origin, or the beginning of a plan's hash. */
  readonly about?: string;
  readonly limit: number;
}

const LISTED = COLUMNS.filter((column) => column !== 'document').join(', ');
const NEWEST_FIRST = 'ORDER BY started_at DESC, run_id DESC';
const DAY_MS = 86_400_000;

/** An open history. All its calls throw HistoryError when the file cannot be used. */
export class HistoryStore {
  readonly #database: DatabaseSyncInstance;
  readonly #retention: Retention;

  /** @param path of the file, made when absent  @throws HistoryError */
  constructor(path: string, retention: Retention = RETENTION) {
    this.#database = openDatabase(path);
    this.#retention = retention;
  }

  /**
   * Stores a result, in place of one of the same run, and deletes what is too old or too many; on the disk when it
   * returns. @returns false when this very run was there already
   */
  record(result: ResultDocument, unfit: string | null = unfitFor(result)): boolean {
    const values = rowOf(result, unfit);
    return inTransaction(this.#database, () => {
      const isKnown = this.#database.prepare('SELECT 1 FROM runs WHERE run_id = ?').get(result.runId);
      if (isKnown !== undefined) return false;
      const places = COLUMNS.map(() => '?').join(', ');
      this.#database.prepare(`INSERT INTO runs (${COLUMNS.join(', ')}) VALUES (${places})`).run(...values);
      this.#prune(result);
      return true;
    });
  }

  /** The run itself stays, whatever the clocks of earlier ones said. */
  #prune({ runId, planHash, startedAt }: ResultDocument): void {
    const { runs, days, least, total } = this.#retention;
    const oldest = new Date(Date.parse(startedAt) - days * DAY_MS).toISOString();
    this.#database.prepare(PRUNE).run(oldest, least, planHash, runs, runId, BASELINE_RUNS);
    this.#database.prepare(PRUNE_ALL).run(total, runId);
  }

  /** Runs, newest first. */
  list({ planHash, about, since, until, limit }: RunFilter): StoredRun[] {
    const hash = about !== undefined && /^[\da-f]{4,64}$/.test(about) ? about : '-';
    const conditions = [
      ...(planHash === undefined ? [] : [['plan_hash = ?', planHash]]),
      ...(about === undefined
        ? []
        : [
            [
              "(instr(plan_file, ?) > 0 OR instr(origins, ?) > 0 OR plan_hash GLOB ? || '*')",
              about,
              about,
              hash,
            ],
          ]),
      ...(since === undefined ? [] : [['started_at >= ?', since]]),
      ...(until === undefined ? [] : [['started_at < ?', until]]),
    ];
    const texts = conditions.map(([condition]) => condition);
    const where = texts.length === 0 ? '' : `WHERE ${texts.join(' AND ')}`;
    const values = conditions.flatMap(([, ...own]) => own);
    return this.#rows(`SELECT ${LISTED} FROM runs ${where} ${NEWEST_FIRST} LIMIT ?`, ...values, limit);
  }

  /** Number of runs that are kept. */
  count(): number {
    const row: unknown = told(() => this.#database.prepare('SELECT count(*) AS runs FROM runs').get());
    return typeof row === 'object' && row !== null && 'runs' in row ? Number(row.runs) : 0;
  }

  /** The runs that a reference means, newest first; several for the beginning of several ids. */
  find(reference: Reference): StoredRun[] {
    switch (reference.kind) {
      case 'latest':
        return this.#rows(`SELECT ${LISTED} FROM runs ${NEWEST_FIRST} LIMIT 1 OFFSET ?`, reference.back);
      case 'id':
        return this.#rows(
          `SELECT ${LISTED} FROM runs WHERE substr(run_id, 1, ?) = ? ${NEWEST_FIRST} LIMIT 20`,
          reference.prefix.length,
          reference.prefix,
        );
      case 'baseline': {
        const [latest] = this.list({ limit: 1 });
        const lineage = reference.of ?? latest;
        return lineage === undefined ? [] : [...this.baseline(lineage).runs];
      }
    }
  }

  /** The pinned runs of a lineage, else its last passing ones: as many as there are, at most {@link BASELINE_RUNS}. */
  baseline({ planHash, generator }: Lineage): BaselineRuns {
    const pinned = this.#rows(
      `SELECT ${LISTED} FROM runs WHERE run_id IN
        (SELECT run_id FROM pins WHERE plan_hash = ? AND generator = ?) ${NEWEST_FIRST}`,
      planHash,
      generator,
    );
    if (pinned.length > 0) return { source: 'pinned', runs: pinned };
    return { source: 'history', runs: this.fit({ planHash, generator }, BASELINE_RUNS) };
  }

  /** The last runs of a lineage that may be part of a baseline, newest first. */
  fit({ planHash, generator }: Lineage, limit: number): StoredRun[] {
    return this.#rows(
      `SELECT ${LISTED} FROM runs WHERE plan_hash = ? AND generator = ? AND promotable = 1 ${NEWEST_FIRST} LIMIT ?`,
      planHash,
      generator,
      limit,
    );
  }

  /**
   * The newest run that may be part of a baseline and is of the same plan on another class of machines, else of another
   * plan in a file of the same name on the same class; null for none.
   */
  kin({ planHash, generator }: Lineage, planFile: string | null): Kin | null {
    const newest = (condition: string, ...values: readonly string[]): StoredRun | undefined =>
      this.#rows(
        `SELECT ${LISTED} FROM runs WHERE promotable = 1 AND ${condition} ${NEWEST_FIRST} LIMIT 1`,
        ...values,
      )[0];
    const elsewhere = newest('plan_hash = ? AND generator <> ?', planHash, generator);
    if (elsewhere !== undefined) return { differs: 'machine', run: elsewhere };
    if (planFile === null) return null;
    const before = newest(
      'plan_file = ? AND generator = ? AND plan_hash <> ?',
      planFile,
      generator,
      planHash,
    );
    return before === undefined ? null : { differs: 'plan', run: before };
  }

  /** Makes these runs the baseline of their lineage, in place of what was pinned there. They must be of one lineage. */
  pin(runs: readonly StoredRun[]): void {
    const [first] = runs;
    if (first === undefined) return;
    inTransaction(this.#database, () => {
      this.#unpin(first);
      const add = this.#database.prepare(
        'INSERT OR IGNORE INTO pins (plan_hash, generator, run_id) VALUES (?, ?, ?)',
      );
      for (const { planHash, generator, runId } of runs) add.run(planHash, generator, runId);
    });
  }

  /** Lets a lineage's baseline be its last passing runs again. @returns how many runs were pinned */
  unpin(lineage: Lineage): number {
    return inTransaction(this.#database, () => this.#unpin(lineage));
  }

  #unpin({ planHash, generator }: Lineage): number {
    const drop = this.#database.prepare('DELETE FROM pins WHERE plan_hash = ? AND generator = ?');
    return Number(drop.run(planHash, generator).changes);
  }

  /** The document of a stored run. @throws HistoryError when it was deleted meanwhile */
  document({ runId }: Pick<StoredRun, 'runId'>): ResultDocument {
    const row: unknown = told(() =>
      this.#database.prepare('SELECT document FROM runs WHERE run_id = ?').get(runId),
    );
    if (typeof row !== 'object' || row === null || !('document' in row)) {
      throw new HistoryError('other', `the run ${runId} is not there any more`);
    }
    return documentOf(row.document, runId);
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }

  #rows(sql: string, ...values: readonly (string | number)[]): StoredRun[] {
    const rows: unknown[] = told(() => this.#database.prepare(sql).all(...values));
    return rows.map(runOf);
  }
}
