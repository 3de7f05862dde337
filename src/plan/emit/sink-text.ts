/** Sinks and tags as one types them; without the parser of plans, so that a small command can read them too. */
import { UnitError } from '../../core/units.ts';
import { nearestOf } from '../request/reference.ts';
import type { HeaderInput } from '../section/headers.ts';
import type { EmitSettings } from './emit-settings.ts';

/** The kinds of sinks. */
export const EMIT_KINDS = ['dogstatsd', 'ssf', 'prometheus', 'pushgateway', 'remote-write', 'otlp'] as const;

/** A member of {@link EMIT_KINDS}. */
export type EmitKind = EmitSettings['kind'];

/** One sink as it was written. */
export interface SinkInput {
  readonly kind: EmitKind;
  readonly address: string;
  readonly prefix?: string | undefined;
  readonly service?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly headers?: readonly HeaderInput[] | undefined;
}

const MAX_TAG_LENGTH = 200;

/**
 * Reads a sink in one text, `KIND=ADDRESS`.
 *
 * @throws UnitError for any other text; its message holds no part of an address
 */
export function readSink(written: string): SinkInput {
  const [, name, address] = /^([a-z][a-z\d-]*)=(.*)$/is.exec(written.trim()) ?? [];
  if (name === undefined || address === undefined) {
    throw new UnitError('this does not say what kind of sink it is', {
      hint: 'write KIND=ADDRESS, such as dogstatsd=udp://127.0.0.1:8125',
    });
  }
  const kind = EMIT_KINDS.find((known) => known === name.toLowerCase());
  if (kind === undefined) {
    const near = nearestOf(name, EMIT_KINDS);
    const hint = near === null ? `known are ${EMIT_KINDS.join(', ')}` : `did you mean ${near}?`;
    throw new UnitError(`"${name.slice(0, 40)}" is no kind of sink`, { hint });
  }
  if (address.trim() === '') {
    throw new UnitError(`"${kind}" needs an address`, { hint: `write ${kind}=ADDRESS` });
  }
  return { kind, address };
}

/** The tag without blanks around it. @throws UnitError for one that no sink could carry */
export function readTag(written: string): string {
  const tag = written.trim();
  const hint = 'write it as key:value, such as env:staging, without | # and ,';
  if (!/^[A-Za-z][\w./-]*:./.test(tag)) throw new UnitError('this is no tag', { hint });
  if (tag.length > MAX_TAG_LENGTH) {
    throw new UnitError(`a tag has at most ${MAX_TAG_LENGTH} characters`, { hint });
  }
  const index = written.search(/[|#,\p{Cc}]/u);
  if (index < 0) return tag;
  throw new UnitError('this character cannot stand in a tag', { hint, index });
}
