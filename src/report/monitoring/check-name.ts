/** By which name monitoring knows what was measured. */

import type { ResultDocument } from '../../result/document.ts';

/**
 * The check of a canary; of anything else the file name of its plan without folder and ending, or the name of its first
 * target. No measured value, so that it is the same in every run.
 */
export function checkNameOf({ canary, planFile, targets }: ResultDocument): string {
  if (canary !== undefined) return canary.check;
  const file = (planFile ?? '').replace(/^.*[/\\]/, '').replace(/\.(?:ya?ml|json)$/i, '');
  return file === '' ? (targets[0]?.name ?? 'headroom') : file;
}
