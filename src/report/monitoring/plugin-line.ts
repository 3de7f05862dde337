/** The first line of a plug-in for Nagios, Icinga and their like, and text that is fit to stand in its output. */

import { safeText } from '../../core/text.ts';
import type { ServiceState } from '../../result/reading/service-state.ts';

/** What the first line should not exceed before its data, so that lists show all of it. */
const LENGTH = 80;

/** `HEADROOM OK - words`, cut after 80 characters. */
export function pluginLine(state: ServiceState, words: string): string {
  const lead = `HEADROOM ${state} - `;
  return lead + plainText(words, LENGTH - lead.length);
}

/** One harmless line without the mark that begins performance data. */
export function plainText(text: string, maxLength: number): string {
  return safeText(text.replaceAll('…', '...').replaceAll('–', '-'), { maxLength }).replaceAll('|', '/');
}
