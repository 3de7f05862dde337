/** How a monitoring system is told that there is no result. */

import { pluginLine } from '../../report/monitoring/plugin-line.ts';

/** What a plug-in prints that could not do its work: a plan that cannot be read, another run under way, a bug. */
export function monitoredError(message: string): string {
  return `${pluginLine('UNKNOWN', message)}\n`;
}
