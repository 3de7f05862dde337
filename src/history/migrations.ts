/** The tables of the history, and how an older file becomes the newest. */

/** Version n is what the first n steps make; a file says in `user_version` how many it has had. */
export const MIGRATIONS: readonly string[] = [
  `CREATE TABLE runs (
     run_id TEXT PRIMARY KEY,
     command TEXT NOT NULL,
     plan_hash TEXT NOT NULL,
     plan_file TEXT,
     origins TEXT NOT NULL,
     generator TEXT NOT NULL,
     generator_text TEXT NOT NULL,
     started_at TEXT NOT NULL,
     duration_ms REAL NOT NULL,
     verdict TEXT NOT NULL,
     exit_code INTEGER NOT NULL,
     git_commit TEXT,
     git_branch TEXT,
     git_dirty INTEGER,
     rate_per_second REAL,
     p50_ms REAL,
     p99_ms REAL,
     error_ratio REAL,
     promotable INTEGER NOT NULL,
     unfit TEXT,
     document BLOB NOT NULL
   ) STRICT;
   CREATE INDEX runs_by_plan ON runs (plan_hash, generator, started_at);
   CREATE INDEX runs_by_time ON runs (started_at);
   CREATE TABLE pins (
     plan_hash TEXT NOT NULL,
     generator TEXT NOT NULL,
     run_id TEXT NOT NULL REFERENCES runs (run_id),
     PRIMARY KEY (plan_hash, generator, run_id)
   ) STRICT, WITHOUT ROWID;`,
  `CREATE TABLE canary_runs (
     place INTEGER PRIMARY KEY,
     run_id TEXT NOT NULL UNIQUE,
     check_name TEXT NOT NULL,
     at_ms REAL NOT NULL,
     outcome TEXT NOT NULL,
     kind TEXT,
     indicator TEXT,
     text TEXT NOT NULL,
     sent INTEGER NOT NULL,
     failed INTEGER NOT NULL,
     tallies TEXT NOT NULL,
     maintenance INTEGER NOT NULL,
     counts INTEGER NOT NULL,
     bad INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX canary_runs_by_check ON canary_runs (check_name, place);
   CREATE INDEX canary_runs_that_count ON canary_runs (check_name, counts, at_ms, bad);
   CREATE INDEX canary_runs_by_time ON canary_runs (at_ms);
   CREATE TABLE canary_states (
     check_name TEXT PRIMARY KEY,
     state TEXT NOT NULL,
     updated_ms REAL NOT NULL,
     last_ok_ms REAL
   ) STRICT, WITHOUT ROWID;
   CREATE TABLE canary_outbox (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     check_name TEXT NOT NULL,
     channel TEXT NOT NULL,
     dedup_key TEXT NOT NULL,
     event TEXT NOT NULL,
     created_ms REAL NOT NULL,
     status TEXT NOT NULL,
     attempts INTEGER NOT NULL,
     not_before_ms REAL,
     text TEXT NOT NULL,
     settled_ms REAL
   ) STRICT;
   CREATE INDEX canary_outbox_by_status ON canary_outbox (status, check_name, id);
   CREATE INDEX canary_outbox_by_end ON canary_outbox (settled_ms);`,
  `CREATE TABLE fleet_windows (
     id INTEGER PRIMARY KEY AUTOINCREMENT,
     place TEXT NOT NULL,
     at_ms REAL NOT NULL,
     median_ms REAL NOT NULL,
     low_ms REAL NOT NULL,
     high_ms REAL,
     answers INTEGER NOT NULL,
     rate_per_second REAL
   ) STRICT;
   CREATE INDEX fleet_windows_by_place ON fleet_windows (place, median_ms);
   CREATE INDEX fleet_windows_by_time ON fleet_windows (at_ms);`,
];
