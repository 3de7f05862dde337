/**
 * Tests that need a program which Node does not bring. On a developer's machine they are skipped with the
 * reason in their name; under CI=true a missing program is a failure, so that no test is lost unseen.
 */

import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { describe, test } from 'vitest';

/** What to do with a test that needs programs. */
export type Requirement =
  | { readonly kind: 'run' }
  | { readonly kind: 'skip' | 'fail'; readonly reason: string };

/** The two ways to register tests, as vitest's own, for code that may not be able to run here. */
export interface Registrar {
  readonly describe: (name: string, body: () => void) => void;
  readonly test: (name: string, body: () => void | Promise<void>, timeoutMs?: number) => void;
}

function isOnPath(program: string, path: string): boolean {
  return path.split(delimiter).some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return folder !== '';
    } catch {
      return false;
    }
  });
}

/**
 * Decides from the environment: `run` when every program is on PATH, else `fail` if CI is `true`, else `skip`. What begins
 * with a slash is a file or folder that must be there, such as the source of a library.
 */
export function requirement(needed: readonly string[], env: NodeJS.ProcessEnv): Requirement {
  const isPath = (name: string): boolean => name.startsWith('/');
  const programs = needed.filter((name) => !isPath(name) && !isOnPath(name, env['PATH'] ?? ''));
  const paths = needed.filter((name) => isPath(name) && !existsSync(name));
  const missing = [...(programs.length > 0 ? [`${programs.join(', ')} on PATH`] : []), ...paths];
  if (missing.length === 0) return { kind: 'run' };
  return { kind: env['CI'] === 'true' ? 'fail' : 'skip', reason: `needs ${missing.join(' and ')}` };
}

/** A registrar for tests that need `programs`: `requires('nginx', 'openssl').describe('behind nginx', ...)`. */
export function requires(...programs: readonly string[]): Registrar {
  const found = requirement(programs, process.env);
  if (found.kind === 'run') return { describe, test };
  if (found.kind === 'skip') {
    const named = (name: string): string => `${name} (skipped: ${found.reason})`;
    return {
      describe: (name, body) => describe.skip(named(name), body),
      test: (name, body) => test.skip(named(name), body),
    };
  }
  const refuse = (): never => {
    throw new Error(`${found.reason}; install it in .ci/run`);
  };
  return {
    describe: (name) => describe(name, () => test('finds the programs it needs', refuse)),
    test: (name) => test(name, refuse),
  };
}
