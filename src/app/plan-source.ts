/** Where a plan comes from: a file that is named or found, and the world that its references reach into. */

import { dirname, isAbsolute, join, relative } from 'node:path';
import { UsageError } from '../core/errors.ts';
import { drawSeed } from '../core/random.ts';
import { safeText } from '../core/text.ts';
import type { PlanReads, PlanText } from '../plan/parse.ts';
import { reasonOf } from './publish.ts';
import type { World } from './world.ts';

const NAMES = ['headroom.yaml', 'headroom.yml', 'headroom.json'];
/** A plan is written by people; data and bodies are not. */
const MAX_PLAN_BYTES = 1_048_576;
const MAX_FILE_BYTES = 268_435_456;

type Reachable = Pick<World, 'files' | 'env' | 'cwd'>;

/** What reading a plan may reach. Paths are relative to the plan's folder, for flags to the working directory. */
export function planReads({ files, env }: Reachable): PlanReads {
  const read = (path: string, relativeTo: string | null): Uint8Array =>
    files.read(placed(path, relativeTo), MAX_FILE_BYTES);
  return {
    readText: (path, relativeTo) => new TextDecoder().decode(read(path, relativeTo)),
    readBytes: read,
    readStdin: () => files.readStdin(MAX_FILE_BYTES),
    env: (name) => env[name],
    drawSeed,
  };
}

function placed(path: string, relativeTo: string | null): string {
  return relativeTo === null || isAbsolute(path) ? path : join(dirname(relativeTo), path);
}

/** Reads a plan file; `-` is standard input. @throws UsageError when it cannot be read or is larger than 1 MiB */
export function readPlanFile(path: string, { files }: Reachable): PlanText {
  try {
    const bytes = path === '-' ? files.readStdin(MAX_PLAN_BYTES) : files.read(path, MAX_PLAN_BYTES);
    return { file: path === '-' ? 'standard input' : path, text: new TextDecoder().decode(bytes) };
  } catch (error) {
    throw new UsageError(`cannot read the plan ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'name a plan file with --plan, or give a URL',
      cause: error,
    });
  }
}

/** The nearest plan file, from the working directory upwards; null when there is none. */
export function findPlan({ files, cwd }: Reachable): string | null {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const found = NAMES.map((name) => join(folder, name)).find((path) => files.exists(path));
    if (found !== undefined) return relative(cwd, found);
    if (dirname(folder) === folder) return null;
  }
}
