/** How a monitoring system is told that there is no result. */

import { plainText, pluginLine } from '../../report/monitoring/plugin-line.ts';

/** What a plan has wrong is many lines; a plug-in's output is short. */
const MOST_LINES = 20;
const LINE_LENGTH = 200;

/**
 * What a plug-in prints that could not do its work: a plan that cannot be read, another run under way, a bug. The first
 * line of the message in its own, the others below it.
 */
export function monitoredError(message: string): string {
  const [first = '', ...others] = message.split('\n');
  const below = others.slice(0, MOST_LINES).map((line) => plainText(line, LINE_LENGTH));
  return `${[pluginLine('UNKNOWN', first), ...below].join('\n')}\n`;
}
