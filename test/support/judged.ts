/** A whole run, judged: flags in, result document out, as the command line does it. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measure } from '../../src/app/measure.ts';
import { planReads } from '../../src/app/plan-source.ts';
import { systemWorld } from '../../src/app/world.ts';
import type { Overrides } from '../../src/plan/flags.ts';
import { parsePlan } from '../../src/plan/parse.ts';
import type { ResultDocument } from '../../src/result/document.ts';

/** Runs flags as `headroom run` would, on the test's own event loop, with a state folder of its own. */
export async function judged(flags: Overrides, options: { breaker?: boolean } = {}): Promise<ResultDocument> {
  const stateFolder = mkdtempSync(join(tmpdir(), 'headroom-state-'));
  const world = { ...systemWorld(), isolation: 'inline' as const };
  try {
    return await measure(parsePlan(null, flags, planReads(world)), world, {
      owned: false,
      breaker: options.breaker ?? false,
      stateFolder,
      repeat: '',
      say: () => undefined,
    });
  } finally {
    rmSync(stateFolder, { recursive: true, force: true });
  }
}
