/** Shards of one plan, each measured elsewhere, judged as the one run that they are. */

import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { checkAccounts } from '../../record/accounts.ts';
import { buildResult } from '../../result/build.ts';
import type { Reason, ResultDocument } from '../../result/document.ts';
import { chooseShards } from '../../result/part/choose.ts';
import { joinShards } from '../../result/part/join.ts';
import { type ReadableShard, readShardFile } from '../../result/part/read-part.ts';
import { notesOf } from '../../verdict/notes.ts';
import { judgeRun } from '../../verdict/verdict.ts';
import { exitOf } from '../exit.ts';

/** A file of one shard. */
export interface PartText {
  /** As it is to be named. */
  readonly file: string;
  readonly text: string;
}

/**
 * Joins shards, in any order, and judges the whole exactly as a run of one machine. What does not belong to it is left
 * out, and makes the result inconclusive, as a missing shard does; only that never takes away a breach.
 *
 * @param tool version of headroom, whose parts alone are understood, and of Node
 * @throws UsageError when a file is no shard's result, or none can be joined
 * @throws InternalError when the accounts of the whole do not add up
 */
export function mergeParts(texts: readonly PartText[], tool: { readonly version: string }): ResultDocument {
  const files = texts.map(({ file, text }) => readShardFile(text, file, tool.version));
  const { shards, doubts } = chooseShards(files);
  const [first, ...others] = shards;
  if (first === undefined) {
    const versions = [...new Set(files.map(({ result }) => result.tool.version))].join(', ');
    throw new UsageError(`these shards were made by headroom ${versions}, and this is ${tool.version}`, {
      hint: 'merge with the version of headroom that made them',
    });
  }
  const { facts, measured, host, sinks } = joinShards([first, ...others]);
  if (facts.generator.deadWorkers === 0) checkAccounts(facts.recording);
  const judged = judgeRun({ ...facts, doubts });
  const { status } = judged.verdict;
  const { result, part } = first;
  return buildResult({
    command: 'run',
    tool: { version: result.tool.version, node: result.tool.node },
    runId: runIdOf(shards),
    plan:
      result.trace === undefined ? facts.plan : { ...facts.plan, trace: { phases: false, ...result.trace } },
    redactedPlan: result.plan,
    planFile: result.planFile ?? undefined,
    planHash: result.planHash,
    repeat: part.repeat,
    measured,
    stopped: facts.stopped,
    host,
    judged: {
      ...judged,
      notes: [...serversNote(shards), ...notesOf({ ...facts, coLocated: host.coLocated, status })],
      exitCode: exitOf(status, null),
    },
    ...(sinks === undefined ? {} : { sinks }),
    redact: (text) => text,
  });
}

/** Every shard looked at the same servers, and held them against its own part of the load: no whole comes of that. */
function serversNote(shards: readonly ReadableShard[]): Reason[] {
  const observers = shards.filter(({ result }) => (result.servers ?? []).length > 0);
  const [first] = observers;
  if (first === undefined) return [];
  const text = `What the servers told of themselves stands in the parts, each beside its own load: headroom report ${first.file} shows it.`;
  return [{ code: 'SERVERS_IN_PARTS', text }];
}

/** The same shards always make the same run: history knows it again. */
function runIdOf(shards: readonly ReadableShard[]): string {
  const ids = [...new Set(shards.map(({ result }) => result.runId))].sort();
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) return only;
  const hash = createHash('sha256').update(ids.join(' ')).digest('hex');
  const [, ...groups] = /^(.{8})(.{4})(.{4})(.{4})(.{12})/.exec(hash) ?? [];
  return groups.join('-');
}
