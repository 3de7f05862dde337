/** A run as a row: what lists and selections need as columns, and the whole document, compressed. */

import { deflateSync, inflateSync } from 'node:zlib';
import { UsageError } from '../core/errors.ts';
import { decodeResult } from '../result/decode.ts';
import type { GitFacts, ResultDocument, Status } from '../result/document.ts';
import { originsOf, requestsOf } from '../result/reading/requests.ts';
import { HistoryError } from './database.ts';
import { generatorOf } from './generator.ts';

/** A stored run, without its document. */
export interface StoredRun {
  readonly runId: string;
  readonly command: ResultDocument['command'];
  readonly planHash: string;
  readonly planFile: string | null;
  /** What it was sent to, `scheme://host[:port]`, redacted, each once, with blanks between. */
  readonly origins: string;
  /** Class of the machine that measured: its hash and its words. */
  readonly generator: string;
  readonly generatorText: string;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  readonly durationMs: number;
  readonly verdict: Status;
  readonly exitCode: number;
  readonly git: GitFacts | null;
  /** Completed per second; of a capacity search the rate that held. */
  readonly ratePerSecond: number | null;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly errorRatio: number | null;
  /** Why it is no part of a baseline; null when it may be. */
  readonly unfit: string | null;
}

/** Values of the columns, in their order. */
export type RowValues = readonly (string | number | Uint8Array | null)[];

/** Names of the columns, the document last. */
export const COLUMNS = [
  'run_id',
  'command',
  'plan_hash',
  'plan_file',
  'origins',
  'generator',
  'generator_text',
  'started_at',
  'duration_ms',
  'verdict',
  'exit_code',
  'git_commit',
  'git_branch',
  'git_dirty',
  'rate_per_second',
  'p50_ms',
  'p99_ms',
  'error_ratio',
  'promotable',
  'unfit',
  'document',
] as const;

/** Largest document that is read back, bytes. */
const MAX_BYTES = 67_108_864;

/** The row of a result. @param unfit why it is no part of a baseline, or null */
export function rowOf(result: ResultDocument, unfit: string | null): RowValues {
  const generator = generatorOf(result);
  const { totals, git } = result;
  return [
    result.runId,
    result.command,
    result.planHash,
    result.planFile,
    originsOf(requestsOf(result)).join(' '),
    generator.hash,
    generator.text,
    result.startedAt,
    result.durationMs,
    result.verdict.status,
    result.exitCode,
    git?.commit ?? null,
    git?.branch ?? null,
    git?.dirty == null ? null : Number(git.dirty),
    result.command === 'capacity' ? (result.capacity?.heldPerSecond ?? null) : totals.ratePerSecond.completed,
    totals.response.quantiles['p50']?.valueMs ?? null,
    totals.response.quantiles['p99']?.valueMs ?? null,
    totals.errorRatio.value,
    unfit === null ? 1 : 0,
    unfit,
    deflateSync(JSON.stringify(result)),
  ];
}

/** The document of a row. @throws HistoryError when it cannot be read, or is none that this headroom knows */
export function documentOf(blob: unknown, runId: string): ResultDocument {
  try {
    const bytes = blob instanceof Uint8Array ? blob : new Uint8Array();
    const text = inflateSync(bytes, { maxOutputLength: MAX_BYTES }).toString('utf8');
    return decodeResult(text, `run ${runId}`);
  } catch (cause) {
    const why = cause instanceof UsageError ? `: ${cause.message}` : '';
    throw new HistoryError('other', `the result of run ${runId} cannot be read${why}`, cause);
  }
}

/** A row without its document. */
export function runOf(row: unknown): StoredRun {
  const at = new Map<string, unknown>(Object.entries(row ?? {}));
  const text = (name: string): string | null => {
    const value = at.get(name);
    return typeof value === 'string' ? value : null;
  };
  const number = (name: string): number | null => {
    const value = at.get(name);
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : null;
  };
  const commit = text('git_commit');
  const dirty = number('git_dirty');
  return {
    runId: text('run_id') ?? '',
    command: commandOf(text('command')),
    planHash: text('plan_hash') ?? '',
    planFile: text('plan_file'),
    origins: text('origins') ?? '',
    generator: text('generator') ?? '',
    generatorText: text('generator_text') ?? '',
    startedAt: text('started_at') ?? '',
    durationMs: number('duration_ms') ?? 0,
    verdict: statusOf(text('verdict')),
    exitCode: number('exit_code') ?? 0,
    git:
      commit === null
        ? null
        : { commit, branch: text('git_branch'), dirty: dirty === null ? null : dirty === 1 },
    ratePerSecond: number('rate_per_second'),
    p50Ms: number('p50_ms'),
    p99Ms: number('p99_ms'),
    errorRatio: number('error_ratio'),
    unfit: text('unfit'),
  };
}

const COMMANDS = ['run', 'probe', 'capacity', 'launch', 'compare', 'canary'] as const;
const STATUSES = ['pass', 'fail', 'inconclusive'] as const;

function commandOf(text: string | null): StoredRun['command'] {
  return COMMANDS.find((command) => command === text) ?? 'run';
}

function statusOf(text: string | null): Status {
  return STATUSES.find((status) => status === text) ?? 'inconclusive';
}
