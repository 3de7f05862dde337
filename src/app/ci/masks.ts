/** Asks GitHub's runner to hide secrets in the log, should anything after us print them. */

import { SHORTEST_SECRET } from '../../core/text.ts';
import { escapeData } from '../../report/ci/workflow-command.ts';

/**
 * One `::add-mask::` command per secret and, as the runner compares line by line, per line of one. What is too short
 * would star out half the log and is left alone.
 */
export function maskCommands(secrets: Iterable<string>): string {
  const lines = [...secrets].flatMap((secret) => secret.split(/\r\n|\r|\n/)).map((line) => line.trim());
  const worth = [...new Set(lines)].filter((line) => line.length >= SHORTEST_SECRET);
  return worth.map((line) => `::add-mask::${escapeData(line)}\n`).join('');
}
