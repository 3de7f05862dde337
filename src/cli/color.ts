/** When text is coloured: apart from delivery, so that help need not load what measures. */

import type { ColorChoice } from '../app/rendering.ts';
import { UsageError } from '../core/errors.ts';
import type { Flags } from './options.ts';

/** What `--color` and `--no-color` say; null: nothing. @throws UsageError for a word that is none of `always`, `never`, `auto` */
export function colorChoice(flags: Flags): ColorChoice {
  if (flags.denied('color')) return 'never';
  if (flags.has('color')) return 'always';
  const when = flags.text('color');
  if (when === undefined) return null;
  if (when === 'always' || when === 'never' || when === 'auto') return when;
  throw new UsageError(`--color does not know "${when}"`, { hint: 'write --color always, never or auto' });
}
