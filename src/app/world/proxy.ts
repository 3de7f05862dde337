/** The proxies that an environment names. */

/** A proxy as a variable names it, with the scheme that may be left out, as curl has it (curl, "--proxy"); none stays empty. */
export function proxyUrl(text: string): string {
  return text === '' || /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
}

/** As {@link proxyUrl}. @throws Error whose code says so when it is no http or https URL, such as one of SOCKS */
export function checkedProxy(text: string): string {
  const url = proxyUrl(text);
  if (url === '' || (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol))) return url;
  throw Object.assign(new Error('the proxy is none'), { code: 'ERR_PROXY' });
}
