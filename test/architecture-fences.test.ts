/** Plants one fault per fence in a copy of the project's shape, and expects the tools to find exactly those. */

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Cruise, cruise } from './support/cruise.ts';

const INNOCENT = {
  'src/core/word.ts': 'export const word: string = "word";\n',
  'src/stats/number.ts':
    'import { word } from "../core/word.ts";\nexport const number: number = word.length;\n',
  'src/demo/system.ts':
    'import { readFileSync } from "node:fs";\nexport const system: string = readFileSync("x", "utf8");\n',
  'src/load/loop.ts': 'export const now = (): number => performance.now();\n',
  'src/app/run.ts': 'import { now } from "../load/loop.ts";\nexport const run: number = now();\n',
  'src/app/world.ts': 'import { mkdir } from "node:fs/promises";\nexport const make: typeof mkdir = mkdir;\n',
  'src/cli/commands/demo.ts': 'export { system } from "../../demo/system.ts";\n',
  'src/cli/commands/run.ts': 'export { run } from "../../app/run.ts";\nprocess.stdout.write("run");\n',
  'src/report/terminal.ts': 'import chalk from "chalk";\nexport const red: string = chalk.red("red");\n',
  'src/index.ts': 'export { run } from "./app/run.ts";\n',
};

/** One planted fault: a file, what it says, and the rule that must catch it. */
type Fault = readonly [file: string, text: string, rule: string];

const IMPORT_FAULTS: readonly Fault[] = [
  ['src/core/up.ts', 'import "../stats/number.ts";', 'core-imports'],
  [
    'src/stats/typed.ts',
    'import type { red } from "../report/terminal.ts";\nexport type Red = typeof red;',
    'stats-imports',
  ],
  ['src/plan/lazy.ts', 'export const later: Promise<unknown> = import("../app/run.ts");', 'plan-imports'],
  ['src/record/judge.ts', 'import "../verdict/rule.ts";', 'record-imports'],
  ['src/verdict/rule.ts', 'import "../load/loop.ts";', 'verdict-imports'],
  ['src/result/draw.ts', 'import "../report/terminal.ts";', 'result-imports'],
  ['src/load/cheat.ts', 'import "../verdict/rule.ts";', 'load-imports'],
  ['src/report/rerun.ts', 'export { now } from "../load/loop.ts";', 'report-imports'],
  ['src/demo/borrow.ts', 'import "../core/word.ts";', 'demo-imports'],
  ['src/app/start.ts', 'import "../demo/system.ts";', 'app-imports'],
  ['src/cli/judge.ts', 'import "../verdict/rule.ts";', 'cli-imports'],
  ['src/cli/commands/canary.ts', 'import "../../demo/system.ts";', 'cli-imports'],
  ['src/cli/pager/drill.ts', 'import "../../report/terminal.ts";', 'demo-commands-imports'],
  ['src/app/new-room.ts', 'import "../attic/thing.ts";', 'known-rooms-only'],
  ['src/app/entry.ts', 'import "../index.ts";', 'nothing-imports-the-library-entry'],
  ['src/plan/agent.ts', 'import "undici";', 'fence-undici'],
  ['src/record/tally.ts', 'import "hdr-histogram-js";', 'fence-hdr-histogram'],
  ['src/app/flags.ts', 'import "commander";', 'fence-commander'],
  ['src/report/html.ts', 'import "chalk";', 'fence-terminal'],
  ['src/cli/table.ts', 'import "cli-table3";', 'fence-terminal'],
  ['src/app/parse.ts', 'import "yaml";', 'fence-plan-text'],
  ['src/load/check.ts', 'import "zod";', 'fence-plan-text'],
  ['src/load/rows.ts', 'import "csv-parse";', 'fence-data-text'],
  ['src/stats/lookup.ts', 'import "../core/attempt.ts";', 'fence-numbers'],
  ['src/app/store.ts', 'import "@photostructure/sqlite";', 'fence-sqlite'],
  ['src/plan/read.ts', 'import "node:fs";', 'fence-process-and-files'],
  ['src/app/write.ts', 'import "fs/promises";', 'fence-process-and-files'],
  ['src/load/shell.ts', 'import "node:child_process";', 'fence-process-and-files'],
  ['src/app/exit.ts', 'import "node:process";', 'fence-process-and-files'],
  ['src/verdict/wait.ts', 'import "node:timers/promises";', 'fence-clocks'],
  ['src/app/thread.ts', 'import "node:worker_threads";', 'fence-threads'],
  ['src/stats/ask.ts', 'import "node:http";', 'fence-pure-rooms'],
  ['src/app/bench.ts', 'import "autocannon";', 'not-to-dev-dep'],
  ['src/app/undeclared.ts', 'import "minimist";', 'declared-dependencies-only'],
  ['src/app/nowhere.ts', 'import "./gone.ts";', 'resolvable'],
  ['src/app/left-over.ts', 'export const nobody: string = "asks";', 'no-orphan'],
  ['src/load/fixture.ts', 'import "../../test/sample.ts";', 'not-to-test'],
  ['src/app/hen.ts', 'import type { Egg } from "./egg.ts";\nexport type Hen = Egg;', 'no-circular'],
];

const LINT_FAULTS: readonly Fault[] = [
  ['src/plan/env.ts', 'export const path: unknown = process.env;', 'eslint(no-restricted-globals)'],
  ['src/load/env.ts', 'export const path: unknown = process.env;', 'eslint(no-restricted-globals)'],
  ['src/verdict/clock.ts', 'export const now: number = performance.now();', 'eslint(no-restricted-globals)'],
  ['src/app/timer.ts', 'setTimeout(() => 1, 10);', 'eslint(no-restricted-globals)'],
  ['src/app/web.ts', 'export const page: unknown = fetch;', 'eslint(no-restricted-globals)'],
  ['src/app/date.ts', 'export const now: number = Date.now();', 'eslint(no-restricted-properties)'],
  ['src/load/dice.ts', 'export const dice: number = Math.random();', 'eslint(no-restricted-properties)'],
  ['src/demo/dice.ts', 'export const dice: number = Math.random();', 'eslint(no-restricted-properties)'],
  ['src/cli/talk.ts', 'console.log("talk");', 'eslint(no-console)'],
  ['src/cli/leave.ts', 'process.exit(1);', 'unicorn(no-process-exit)'],
  [
    'src/app/float.ts',
    'const later = async (): Promise<number> => 1;\nlater();',
    'typescript(no-floating-promises)',
  ],
  [
    'src/app/switch.ts',
    'export function f(x: "a" | "b"): number {\n  switch (x) {\n    case "a":\n      return 1;\n  }\n  return 2;\n}',
    'typescript(switch-exhaustiveness-check)',
  ],
  ['src/app/any.ts', 'export const thing: any = 1;', 'typescript(no-explicit-any)'],
  [
    'src/app/cast.ts',
    'export const f = (x: unknown): string => x as string;',
    'typescript(consistent-type-assertions)',
  ],
  [
    'src/app/bang.ts',
    'export const f = (x: string | null): string => x!;',
    'typescript(no-non-null-assertion)',
  ],
  ['src/app/default.ts', 'export default 1;', 'import(no-default-export)'],
  ['src/app/long.ts', 'export {};\n'.repeat(301), 'eslint(max-lines)'],
  [
    'src/app/tall.ts',
    `export function f(): void {\n${'  f();\n'.repeat(60)}}`,
    'eslint(max-lines-per-function)',
  ],
  [
    'src/app/wide.ts',
    'export const f = (a: 1, b: 2, c: 3, d: 4, e: 5): number => a + b + c + d + e;',
    'eslint(max-params)',
  ],
  [
    'src/app/knot.ts',
    `export function f(x: number): number {\n${'  if (x > 1) return x;\n'.repeat(21)}  return 0;\n}`,
    'eslint(complexity)',
  ],
  ['src/app/Camel.ts', 'export const camel: string = "hump";', 'unicorn(filename-case)'],
  ['src/app/later.ts', '// TODO: finish\nexport const later: number = 1;', 'eslint(no-warning-comments)'],
];

function plant(files: Iterable<readonly [file: string, text: string]>): string {
  const root = mkdtempSync(join(tmpdir(), 'fences-'));
  for (const name of ['package.json', 'tsconfig.json', '.oxlintrc.json'])
    copyFileSync(name, join(root, name));
  symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  return root;
}

interface LintJson {
  readonly diagnostics: readonly { readonly code: string; readonly filename: string }[];
}

function lint(root: string): readonly string[] {
  const run = spawnSync(
    process.execPath,
    [resolve('node_modules/oxlint/bin/oxlint'), '--format', 'json', 'src'],
    {
      cwd: root,
      encoding: 'utf8',
      timeout: 60_000,
    },
  );
  const { diagnostics } = JSON.parse(run.stdout) as LintJson;
  return diagnostics.map(({ filename, code }) => `${filename}: ${code}`).sort();
}

describe('the import rule', () => {
  let root = '';
  let result: Cruise = { modules: [], violations: [], rules: [] };
  beforeAll(() => {
    const faults = IMPORT_FAULTS.map(([file, text]) => [file, text] as const);
    const rest = {
      'src/app/egg.ts': 'import type { Hen } from "./hen.ts";\nexport type Egg = Hen;\n',
      'src/core/attempt.ts': 'export {};\n',
      'src/attic/thing.ts': 'export {};\n',
      'test/sample.ts': 'export {};\n',
    };
    root = plant([...Object.entries(INNOCENT), ...Object.entries(rest), ...faults]);
    result = cruise(root);
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true }));

  test.each(IMPORT_FAULTS)('catches %s, which says %j', (file, _text, rule) => {
    const own = result.violations.filter(({ from, to }) => from === file || to === file);
    expect(own.map((violation) => violation.rule)).toContain(rule);
  });

  test('has nothing against innocent files', () => {
    const innocent = Object.keys(INNOCENT);
    expect(result.violations.filter(({ from }) => innocent.includes(from))).toEqual([]);
  });

  test('plants a fault for each fence', () => {
    const tried = new Set(IMPORT_FAULTS.map(([, , rule]) => rule));
    const fences = result.rules.map(({ name }) => name).filter((name) => !name.endsWith('-imports'));
    expect(fences.filter((name) => !tried.has(name))).toEqual([]);
  });
});

describe('the lint fences', () => {
  let root = '';
  let found: readonly string[] = [];
  beforeAll(() => {
    root = plant([...Object.entries(INNOCENT), ...LINT_FAULTS.map(([file, text]) => [file, text] as const)]);
    found = lint(root);
  }, 60_000);
  afterAll(() => rmSync(root, { recursive: true }));

  test('catch each planted fault and nothing else', () => {
    expect(found).toEqual(LINT_FAULTS.map(([file, , rule]) => `${file}: ${rule}`).sort());
  });
});
