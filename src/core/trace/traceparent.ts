/** The `traceparent` header: W3C Trace Context, section 3.2. */

/** Ids as the header has them: lower case hex digits, 32 and 16, neither all zero. */
export interface Traceparent {
  readonly traceHex: string;
  readonly spanHex: string;
}

/** Version 00 ends there; a later one may go on behind a dash, and 255 is none. */
const FORM = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?$/;

/** The header's text, sampled. */
export function traceparentText({ traceHex, spanHex }: Traceparent): string {
  return `00-${traceHex}-${spanHex}-01`;
}

/** What a header says; null when it is none. Blanks around it do not matter. */
export function readTraceparent(text: string): Traceparent | null {
  const [, version, traceHex = '', spanHex = '', more] = FORM.exec(text.trim()) ?? [];
  if (version === undefined || (version === '00' && more !== undefined)) return null;
  return /[^0]/.test(traceHex) && /[^0]/.test(spanHex) ? { traceHex, spanHex } : null;
}
