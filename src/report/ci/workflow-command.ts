/** Workflow commands of GitHub Actions: lines by which a step talks to the runner that reads its output. */

import { safeText } from '../../core/text.ts';

/** Longest message; the runner cuts what is far longer. */
const MAX_MESSAGE = 2000;

/** `::name key=value,...::message`, one whole line without its end; properties that are null or empty are left out. */
export function workflowCommand(
  name: 'error' | 'warning' | 'notice',
  properties: Readonly<Record<string, string | number | null>>,
  message: string,
): string {
  const pairs = Object.entries(properties)
    .filter(([, value]) => value !== null && value !== '')
    .map(([key, value]) => `${key}=${escapeProperty(safeText(String(value)))}`);
  return `::${name} ${pairs.join(',')}::${escapeData(safeText(message, { maxLength: MAX_MESSAGE }))}`;
}

/** The message of a command, as the runner's toolkit escapes it: per cent first. */
export function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

/** The value of a property, which also ends at a colon or a comma. */
function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
