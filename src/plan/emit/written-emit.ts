/** Sinks back in the plan file's own vocabulary, without their secrets. */
import { redactUrl } from '../../core/text.ts';
import { shownHeaders } from '../source/hidden-header.ts';
import type { EmitSettings } from './emit-settings.ts';
import { addressOf } from './emit-settings.ts';

type Written = Readonly<Record<string, unknown>>;

/** The `emit` section as a plan file would say it: references as they are, `***` for secrets that are written out. */
export function writtenEmit(sinks: readonly EmitSettings[]): readonly Written[] {
  return sinks.map((settings) => ({
    [settings.kind]: redactUrl(addressOf(settings)),
    ...besideOf(settings),
  }));
}

function besideOf(settings: EmitSettings): Written {
  if (settings.kind === 'prometheus') return {};
  const tags = settings.tags.length === 0 ? {} : { tags: settings.tags };
  if (settings.kind === 'dogstatsd') return { prefix: settings.prefix, ...tags };
  if (settings.kind === 'ssf') return { service: settings.service, ...tags };
  const headers = shownHeaders(settings.headers);
  return { ...tags, ...(headers === null ? {} : { headers }) };
}
