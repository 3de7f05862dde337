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
];
