/** What fleet looks remember: how fast each server answered, so that a calm moment of it is known. */

import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import type { CalmFacts, Middle } from '../../verdict/fleet/facts.ts';
import { Fields } from '../canary/fields.ts';
import { inTransaction, openDatabase, told } from '../database.ts';

/** One window: how fast a server answered during one look. */
export interface FleetWindow {
  /** The page and the address that were asked. */
  readonly place: string;
  /** Start of the look, Unix time, ms. */
  readonly atMs: number;
  readonly response: Middle;
  /** Requests per second of the server then; null: not known. */
  readonly ratePerSecond: number | null;
}

/** How much is kept. */
export interface FleetLimits {
  /** Newest windows of each server. */
  readonly windows: number;
  /** Days before the look that was kept last. */
  readonly days: number;
  /** Windows in all. */
  readonly total: number;
  /** Windows of a server from which on it gets no more than one in each `apartMs`. */
  readonly dense: number;
  readonly apartMs: number;
}

/**
 * Three weeks of a server, however often it is looked at: a fleet that is watched through an incident would otherwise
 * forget its calm moments within the hour. Of a thousand servers eight days.
 */
export const FLEET_LIMITS: FleetLimits = {
  windows: 500,
  days: 35,
  total: 200_000,
  dense: 24,
  apartMs: 3_600_000,
};

const DAY_MS = 86_400_000;

/** Share of the windows that are calmer than the one that counts as calm: the calmest of all is a stroke of luck. */
const CALM_RANK = 0.1;

/** Old windows that go for each that comes. */
const OLD_AT_ONCE = 4;

/** Capacity searches that are looked through, and for how long they count: servers and programs change. */
const SEARCHES = 500;
const SEARCH_DAYS = 90;

const INSERT = `INSERT INTO fleet_windows (place, at_ms, median_ms, low_ms, high_ms, answers, rate_per_second)
  VALUES (?, ?, ?, ?, ?, ?, ?)`;

const COVERED =
  'SELECT count(*) AS looks, min(at_ms) AS first, max(at_ms) AS last FROM fleet_windows WHERE place = ?';

const CALMEST = `SELECT median_ms, low_ms, high_ms, answers FROM fleet_windows WHERE place = ?
  ORDER BY median_ms, id LIMIT 1 OFFSET ?`;

/** A clock that is years ahead for one look takes so much with it, not all. */
const PRUNE_OLD = `DELETE FROM fleet_windows WHERE id IN
  (SELECT id FROM fleet_windows WHERE at_ms < ? ORDER BY at_ms LIMIT ?)`;

const PRUNE_MANY = `DELETE FROM fleet_windows WHERE place = ?1 AND id <=
  (SELECT id FROM fleet_windows WHERE place = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)`;

const PRUNE_TOTAL = `DELETE FROM fleet_windows WHERE id <=
  (SELECT id FROM fleet_windows ORDER BY id DESC LIMIT 1 OFFSET ?)`;

const CAPACITIES = `SELECT origins, plan_hash, rate_per_second FROM runs
  WHERE command = 'capacity' AND rate_per_second > 0 AND instr(origins, ' ') = 0 AND started_at >= ?
  ORDER BY started_at DESC LIMIT ?`;

/** An open history, as fleet looks see it. All its calls throw HistoryError when the file cannot be used. */
export class FleetStore {
  readonly #database: DatabaseSyncInstance;
  readonly #limits: FleetLimits;

  /** @param path of the file, made when absent  @throws HistoryError */
  constructor(path: string, limits: FleetLimits = FLEET_LIMITS) {
    this.#database = openDatabase(path);
    this.#limits = limits;
  }

  /** The calm moments of these places, of those that have any: the tenth part of their windows was calmer. */
  calm(places: Iterable<string>): ReadonlyMap<string, CalmFacts> {
    return told(() => {
      const covered = this.#database.prepare(COVERED);
      const calmest = this.#database.prepare(CALMEST);
      const found = new Map<string, CalmFacts>();
      for (const place of places) {
        const all = new Fields(covered.get(place));
        const looks = all.number('looks') ?? 0;
        const row: unknown = looks === 0 ? null : calmest.get(place, Math.floor((looks - 1) * CALM_RANK));
        const response = middleOf(new Fields(row));
        const coveredMs = (all.number('last') ?? 0) - (all.number('first') ?? 0);
        if (response !== null) found.set(place, { response, looks, coveredMs });
      }
      return found;
    });
  }

  /**
   * The rates that capacity searches of one origin each showed to hold, per second, by origin: of each plan the newest,
   * and of several plans the least. Which requests a server takes now is not known; the heaviest may be among them.
   *
   * @param atMs the present, Unix time: what is three months older counts no more
   */
  capacities(atMs: number): ReadonlyMap<string, number> {
    const since = new Date(atMs - SEARCH_DAYS * DAY_MS).toISOString();
    const rows: unknown[] = told(() => this.#database.prepare(CAPACITIES).all(since, SEARCHES));
    const seen = new Set<string>();
    const found = new Map<string, number>();
    for (const row of rows) {
      const fields = new Fields(row);
      const origin = fields.text('origins') ?? '';
      const rate = fields.number('rate_per_second');
      const plan = `${fields.text('plan_hash')} ${origin}`;
      if (rate === null || seen.has(plan)) continue;
      seen.add(plan);
      found.set(origin, Math.min(rate, found.get(origin) ?? rate));
    }
    return found;
  }

  /** Keeps the windows of one look, of places that have many only now and then, and deletes what is too old or too many: all of it or nothing, on the disk when it returns. */
  keep(windows: readonly FleetWindow[]): void {
    if (windows.length === 0) return;
    inTransaction(this.#database, () => {
      const insert = this.#database.prepare(INSERT);
      for (const { place, atMs, response, ratePerSecond } of windows.filter((each) => this.#isWanted(each))) {
        const { medianMs, lowMs, highMs, count } = response;
        insert.run(place, atMs, medianMs, lowMs, highMs, count, ratePerSecond);
      }
      this.#tidy(windows);
    });
  }

  #isWanted({ place, atMs }: FleetWindow): boolean {
    const { dense, apartMs } = this.#limits;
    const all = new Fields(this.#database.prepare(COVERED).get(place));
    return (all.number('looks') ?? 0) < dense || Math.abs(atMs - (all.number('last') ?? 0)) >= apartMs;
  }

  #tidy(windows: readonly FleetWindow[]): void {
    const latestMs = Math.max(...windows.map(({ atMs }) => atMs));
    const oldestMs = latestMs - this.#limits.days * DAY_MS;
    this.#database.prepare(PRUNE_OLD).run(oldestMs, OLD_AT_ONCE * windows.length);
    const prune = this.#database.prepare(PRUNE_MANY);
    for (const { place } of windows) prune.run(place, this.#limits.windows);
    this.#database.prepare(PRUNE_TOTAL).run(this.#limits.total);
  }

  /** Closes the file. */
  close(): void {
    this.#database.close();
  }
}

function middleOf(fields: Fields): Middle | null {
  const medianMs = fields.number('median_ms');
  if (medianMs === null || medianMs <= 0) return null;
  return {
    medianMs,
    lowMs: fields.number('low_ms') ?? 0,
    highMs: fields.number('high_ms'),
    count: fields.number('answers') ?? 0,
  };
}
