/** Words of a POSIX shell. */

/** The text as one word of a shell's line; plain words stay as they are. */
export function shellQuoted(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
