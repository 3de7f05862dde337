/** The proxies that an environment names. */

/** A proxy as a variable names it, with the scheme that may be left out, as curl has it (curl, "--proxy"); none stays empty. */
export function proxyUrl(text: string): string {
  return text === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

/** Stands for what a variable names that is no proxy of ours; no name ends like this one (RFC 2606 section 2). */
export const UNUSABLE_PROXY = 'http://proxy.invalid/';

/**
 * As {@link proxyUrl}, but {@link UNUSABLE_PROXY} for what is no http or https URL, such as one of SOCKS. It is for whoever
 * would go through it to say so: `NO_PROXY` may keep everybody from it.
 */
export function usableProxy(text: string): string {
  const url = proxyUrl(text);
  return url === '' || isHttp(url) ? url : UNUSABLE_PROXY;
}

function isHttp(text: string): boolean {
  try {
    const { protocol, username, password } = new URL(text);
    // They are decoded for whoever goes through it.
    decodeURIComponent(username + password);
    return /^https?:$/.test(protocol);
  } catch {
    return false;
  }
}
