/** The trace of a command: whose child it is, and what its own children are told. */

import { RunIds, traceHexOf } from '../../core/trace/ids.ts';
import { TRACEPARENT, type TraceParent, VENEUR_PARENT, VENEUR_TRACE } from '../../core/trace/parent.ts';
import { traceparentText } from '../../core/trace/traceparent.ts';
import type { SsfSpan } from '../../telemetry/ssf/span.ts';
import { tagPair } from '../../telemetry/tags.ts';
import { unixNs } from '../../telemetry/unix-time.ts';
import type { AttachedEnd } from '../world/attached.ts';

/** How a command is told of. */
export interface CommandNaming {
  /** Of the timer and of the span. */
  readonly name: string;
  readonly service: string;
  /** Veneur makes service indicators of its span. */
  readonly indicator: boolean;
  /** `key:value` each. */
  readonly tags: readonly string[];
}

/** The ids of a command's span. */
export interface CommandIds {
  readonly traceId: bigint;
  readonly spanId: bigint;
  /** 0n: it is the root of its trace, and `spanId` equals `traceId`. */
  readonly parentId: bigint;
  /** As `traceparent` has them. */
  readonly traceHex: string;
  readonly spanHex: string;
}

/** New ids below `parent`, or those of a trace of its own. @param random a text that nobody else has */
export function commandIds(random: string, parent: TraceParent | null): CommandIds {
  const ids = new RunIds({ runId: random, seed: 0 }, parent);
  const traceHex = parent === null ? ids.traceHex(0) : traceHexOf(parent);
  return { ...ids.ids(0), traceHex, spanHex: ids.spanHex(0) };
}

/** The environment of the command: ours, with its span as the one that is above whatever it starts. */
export function childEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { traceId, spanId, traceHex, spanHex }: CommandIds,
): Readonly<Record<string, string | undefined>> {
  return {
    ...env,
    [VENEUR_TRACE]: String(traceId),
    [VENEUR_PARENT]: String(spanId),
    [TRACEPARENT]: traceparentText({ traceHex, spanHex }),
  };
}

/** What is said of every command beside its tags: how it ended, and never with which arguments it was called. */
export function endTags({ code }: AttachedEnd): readonly (readonly [key: string, value: string])[] {
  return [
    ['error', String(code !== 0)],
    ['exit_code', String(code)],
  ];
}

/** The span of a command that has ended. @param startMs Unix time, ms */
export function commandSpan(
  naming: CommandNaming,
  { traceId, spanId, parentId }: CommandIds,
  { startMs, end }: { readonly startMs: number; readonly end: AttachedEnd },
): SsfSpan {
  const startNs = unixNs(startMs);
  return {
    traceId,
    id: spanId,
    parentId,
    startNs,
    // The difference alone is exact: the wall clock knows whole milliseconds, and may be set meanwhile.
    endNs: startNs + BigInt(Math.round(end.elapsedMs * 1e6)),
    error: end.code !== 0,
    service: naming.service,
    metrics: [],
    tags: new Map([...naming.tags.map(tagPair), ...endTags(end)]),
    indicator: naming.indicator,
    name: naming.name,
  };
}
