/** The proxies that an environment names. */

/** A proxy as a variable names it, with the scheme that may be left out, as curl has it (curl, "--proxy"); none stays empty. */
export function proxyUrl(text: string): string {
  return text === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}
