/** Runs dependency-cruiser with the project's rules over a folder and decodes what it says. */

import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

/** A breach of the import rule: which rule, and from which file to which module. */
export interface Violation {
  readonly rule: string;
  readonly from: string;
  readonly to: string;
}

/** What was cruised: file paths relative to the folder, breaches, and the names of the rules in force. */
export interface Cruise {
  readonly modules: readonly string[];
  readonly violations: readonly Violation[];
  readonly rules: readonly { readonly name: string; readonly comment: string }[];
}

interface CruiseJson {
  readonly modules: readonly { readonly source: string }[];
  readonly summary: {
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string };
    }[];
    readonly ruleSetUsed: {
      readonly forbidden: readonly { readonly name: string; readonly comment: string }[];
    };
  };
}

/** Cruises `src` inside `root`. @throws Error with the tool's own words when it cannot run */
export function cruise(root: string): Cruise {
  const run = spawnSync(
    process.execPath,
    [
      resolve('node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config',
      resolve('.dependency-cruiser.mjs'),
      '--output-type',
      'json',
      'src',
    ],
    { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024, timeout: 60_000 },
  );
  if (!run.stdout.startsWith('{')) throw new Error(`dependency-cruiser did not run: ${run.stderr}`);
  const { modules, summary } = JSON.parse(run.stdout) as CruiseJson;
  return {
    modules: modules.map((module) => module.source),
    violations: summary.violations.map(({ from, to, rule }) => ({ rule: rule.name, from, to })),
    rules: summary.ruleSetUsed.forbidden,
  };
}
