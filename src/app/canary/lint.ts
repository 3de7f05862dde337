/** Lints a plan: reads it, and tells what is found with its place. Sends nothing, and needs no secret of notifiers. */

import { resolve } from 'node:path';
import { createRedactor, safeText } from '../../core/text.ts';
import { type PlanText, parsePlan } from '../../plan/parse.ts';
import { secretValues } from '../../plan/secrets.ts';
import { readDocument } from '../../plan/source/document.ts';
import type { LintReport } from '../../report/plan/lint-report.ts';
import { worstOf } from '../../verdict/lint/finding.ts';
import { lintPlan } from '../../verdict/lint/lint.ts';
import { EXIT } from '../exit.ts';
import { planReads } from '../plan-source.ts';
import type { World } from '../world.ts';

/** A sentence quotes names and objectives, and is cut nowhere near its end. */
const LONGEST_SENTENCE = 2000;

/**
 * The report on a plan file. 1 where an error or a warning stands: whoever means it as it is leaves the command out.
 *
 * @throws UsageError when it cannot be read as a plan
 */
export function lintFile(
  source: PlanText,
  world: Pick<World, 'files' | 'env' | 'cwd' | 'clock'>,
): LintReport {
  const { plan, secrets } = parsePlan(source, {}, planReads(world));
  const { positionOf } = readDocument(source);
  const redact = createRedactor(secretValues(plan, secrets));
  const clean = (text: string): string => safeText(redact(text), { maxLength: LONGEST_SENTENCE });
  const findings = lintPlan(plan, {
    nowMs: world.clock.wallMs(),
    planFile: source.file === 'standard input' ? null : resolve(world.cwd, source.file),
  });
  const worst = worstOf(findings);
  return {
    schema: 'headroom.lint/1',
    plan: safeText(source.file),
    findings: findings.map(({ code, severity, text, remedy, path }) => {
      const { line, column } = positionOf({ path });
      return { code, severity, text: clean(text), remedy: clean(remedy), line, column };
    }),
    exitCode: worst === null || worst === 'note' ? EXIT.pass : EXIT.fail,
  };
}
