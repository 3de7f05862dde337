/** `--discover` and `--capture`: what of the server side is looked for, and kept, beside the plan's own sources. */

import type { ObserveWish } from '../../app/observe/observation.ts';
import { UsageError } from '../../core/errors.ts';
import type { Flags } from '../options.ts';

/** What the flags wish for. @throws UsageError for a folder without a capture */
export function observeWish(flags: Flags): ObserveWish {
  const folder = flags.text('captureDir');
  const isCaptured = flags.text('capture') !== undefined;
  if (folder !== undefined && !isCaptured) {
    throw new UsageError('--capture-dir is where profiles are saved, and none are asked for', {
      hint: 'add --capture pprof',
    });
  }
  return {
    discover: flags.has('discover'),
    ...(isCaptured ? { capture: { folder: folder ?? '.' } } : {}),
  };
}
