/** JSON texts that are as harmless in a terminal as they are in a file. */

/**
 * Characters that JSON leaves as they are and a terminal obeys: DEL, C1 controls, bidirectional and invisible
 * formatting. They can stand inside strings only, so that their escapes mean the same.
 */
const OBEYED = /[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu;

/** Where CI services read a command, anywhere in a line: `##[group]`, `##vso[`. */
const COMMAND = /(?<=#)#(?=\w*\[)/g;

/** A report as indented JSON that ends with a newline; numbers that are not known are null. */
export function encodeReport(report: { readonly schema: string }): string {
  return `${escapeInJson(JSON.stringify(report, null, 2))}\n`;
}

/** JSON with the same meaning, without a character that a terminal obeys, newlines excepted, or a command of a CI service. */
export function escapeInJson(json: string): string {
  return json
    .replace(OBEYED, (character) => character.split('').map(escapeUnit).join(''))
    .replace(COMMAND, escapeUnit);
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
