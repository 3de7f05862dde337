/** A log that grows by a line with each result; several programs may write to it. */

import { OutputError, UsageError } from '../../core/errors.ts';
import { safeText } from '../../core/text.ts';
import { renderLogLine } from '../../report/monitoring/log-line.ts';
import type { ResultDocument } from '../../result/document.ts';
import { reasonOf } from '../publish.ts';
import type { World } from '../world.ts';

/** For the user alone: lines name hosts and targets. */
const MODE = 0o600;

/** Checks that lines can be added, before anything is sent. @throws UsageError when they cannot */
export function checkLog(path: string, { files }: Pick<World, 'files'>): void {
  try {
    // A file may be writable in a folder that is not.
    files.append(path, '', MODE);
  } catch (error) {
    throw new UsageError(`cannot write ${safeText(path)}: ${reasonOf(error)}`, {
      hint: 'choose a log in a folder that exists and that you may write to',
      cause: error,
    });
  }
}

/** Adds the line of a result; returns what went wrong. */
export function appendLog(
  result: ResultDocument,
  path: string,
  { files }: Pick<World, 'files'>,
): readonly OutputError[] {
  try {
    files.appendWhole(path, renderLogLine(result), MODE);
    return [];
  } catch (error) {
    return [new OutputError(`cannot write ${safeText(path)}: ${reasonOf(error)}`, { cause: error })];
  }
}
