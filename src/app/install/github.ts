/** A canary as a scheduled workflow of GitHub Actions. */

import { isAbsolute } from 'node:path';
import { UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { formatDurationMs } from '../../core/units.ts';
import { cronSchedule } from './schedule.ts';
import { canaryWords, deadlineSeconds, type InstallWish, installName } from './wish.ts';
import { yamlQuoted } from './yaml-lines.ts';

/** GitHub starts no workflow more often. */
const SHORTEST_MS = 300_000;

/** For checkout, Node and npm. */
const SETUP_MINUTES = 3;

/** GitHub ends a job after six hours in any case. */
const LONGEST_MINUTES = 360;

const STATE = '.headroom-state';

/** The workflow. What comes from outside reaches the shell as a variable, never as part of a script. */
export function githubText(wish: InstallWish): string {
  const name = installName(wish);
  const everyMs = Math.max(wish.everyMs, SHORTEST_MS);
  const target = wish.subject.kind === 'plan' ? inRepository(wish.subject.path) : wish.subject.url;
  return `${[
    `# .github/workflows/${name}.yml`,
    ...remarks(wish, everyMs),
    `name: ${name}`,
    'on:',
    '  schedule:',
    `    - cron: ${yamlQuoted(offTheHour(cronSchedule(everyMs)))}`,
    '  workflow_dispatch:',
    'permissions:',
    '  contents: read',
    'concurrency:',
    `  group: ${name}`,
    '  cancel-in-progress: false',
    'jobs:',
    '  canary:',
    '    runs-on: ubuntu-latest',
    `    timeout-minutes: ${timeoutMinutes({ ...wish, everyMs })}`,
    '    steps:',
    ...(wish.subject.kind === 'plan' ? ['      - uses: actions/checkout@v4'] : []),
    '      - uses: actions/setup-node@v4',
    '        with:',
    '          node-version: 24',
    '      # What the last runs were: a cache is never changed, so each run leaves a new one.',
    '      - uses: actions/cache/restore@v4',
    '        with:',
    `          path: ${STATE}`,
    `          key: ${name}_\${{ github.run_id }}-\${{ github.run_attempt }}`,
    `          restore-keys: ${name}_`,
    '      - name: canary',
    '        env:',
    `          CANARY: ${yamlQuoted(literal(target))}`,
    '          # Secrets of the plan, such as:',
    '          # PAGERDUTY_KEY: ${{ secrets.PAGERDUTY_KEY }}',
    `        run: npx --yes headroom-cli@${wish.version} ${canaryWords(everyMs).join(' ')} --state-dir ${STATE} "$CANARY"`,
    '      - uses: actions/cache/save@v4',
    '        if: always()',
    '        with:',
    `          path: ${STATE}`,
    `          key: ${name}_\${{ github.run_id }}-\${{ github.run_attempt }}`,
  ].join('\n')}\n`;
}

function timeoutMinutes(wish: InstallWish): number {
  return Math.min(LONGEST_MINUTES, Math.ceil(deadlineSeconds(wish) / 60) + SETUP_MINUTES);
}

function remarks(wish: InstallWish, everyMs: number): string[] {
  const floor =
    everyMs === wish.everyMs
      ? []
      : [
          `# GitHub starts workflows every 5 minutes at most: ${formatDurationMs(wish.everyMs)} became ${formatDurationMs(everyMs)}.`,
        ];
  return [
    ...floor,
    '# In busy times they start late, or not at all: a watch for hours, not for minutes.',
    '# They start from the default branch only; in a public repository GitHub turns them off after 60 days without a commit.',
    '# Overlap: the concurrency group, and the lock of the check.',
  ];
}

/** @throws UsageError for a path that leads out of it */
function inRepository(path: string): string {
  if (!isAbsolute(path) && !path.split(/[/\\]/).includes('..')) return path;
  throw new UsageError(`${safeText(path)} is no path within a repository`, {
    hint: 'name the plan from the root of the repository',
  });
}

/** The beginning of an hour is when everybody's workflows start. */
function offTheHour(cron: string): string {
  return cron.replace(/^\*\/(\d+) /, '3-59/$1 ').replace(/^0 /, '7 ');
}

/** GitHub evaluates expressions in every value; one that stands for its own two braces is none. */
function literal(text: string): string {
  return text.replaceAll('${{', "${{ '${{' }}");
}
