/** What the `emit` section means: every default filled in, every address checked. */
import type { Secrets } from '../plan.ts';
import { mergeHeaders } from '../section/headers.ts';
import type { Complain } from '../section/schedule.ts';
import { addressOf, type EmitSettings } from './emit-settings.ts';
import { addressFault, wholeAddress } from './sink-address.ts';
import type { SinkInput } from './sink-text.ts';

/** What the plan file says, and what the flags say; undefined where they say nothing. */
export interface EmitSources {
  readonly file: readonly SinkInput[] | undefined;
  readonly flags: readonly SinkInput[] | undefined;
  readonly secrets: Secrets;
}

/** First part of the name of each metric, and the service of spans. */
const NAME = 'headroom';

/**
 * The sinks; null when neither file nor flags name any. Those of the flags take the place of those of the file.
 *
 * @param complain called once for each thing that does not fit; the list returned is then not to be used
 */
export function buildEmit(
  { file, flags, secrets }: EmitSources,
  complain: Complain,
): readonly EmitSettings[] | null {
  const written = flags ?? file;
  if (written === undefined || written.length === 0) return null;
  const seen = new Set<string>();
  return written.map((input, index) => {
    const settings = settingsOf(input);
    const { kind } = settings;
    const say = (fault: { readonly message: string; readonly hint: string }): void =>
      complain(flags === undefined ? 'file' : 'flags', { path: ['emit', index, kind], ...fault });
    const address = addressOf(settings);
    const fault = addressFault(kind, address, secrets);
    if (fault !== null) say(fault);
    const key = `${kind} ${address}`;
    const isTwin = seen.has(key) && !(settings.kind === 'prometheus' && address.endsWith(':0'));
    if (isTwin) say({ message: `this ${kind} sink is there twice`, hint: 'keep one of the two' });
    seen.add(key);
    return settings;
  });
}

function settingsOf({ kind, address, prefix, service, tags = [], headers = [] }: SinkInput): EmitSettings {
  const url = wholeAddress(kind, address);
  switch (kind) {
    case 'dogstatsd':
      return { kind, url, prefix: prefix ?? NAME, tags };
    case 'ssf':
      return { kind, url, service: service ?? NAME, tags };
    case 'prometheus':
      return { kind, listen: url };
    default:
      return { kind, url, headers: mergeHeaders(headers), tags };
  }
}
