/** YAML of a fixed shape: only values that come from outside are quoted. */

/**
 * The text as a scalar in double quotes: of JSON's escapes every one is YAML's. The text holds no control characters
 * (see `checkWish`), and what is not ASCII stays as it is.
 */
export function yamlQuoted(text: string): string {
  return JSON.stringify(text);
}

/** A list on one line. */
export function yamlList(texts: readonly string[]): string {
  return `[${texts.map(yamlQuoted).join(', ')}]`;
}
