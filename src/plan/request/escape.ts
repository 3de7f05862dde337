/** How a value is written where it lands: in a URL, a form, a JSON text or a header. */

/** Half a surrogate pair has no UTF-8 form, and encodeURIComponent throws on it. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\uFFFD');
}

/** A value as one path segment or query value. */
export function percentEncode(value: string): string {
  return encodeURIComponent(wellFormed(value));
}

/** A value of application/x-www-form-urlencoded. */
export function formEncode(value: string): string {
  return percentEncode(value).replaceAll('%20', '+');
}

/** A value inside a JSON string; a number is itself. */
export function jsonEscape(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}

/** As it is. */
export function verbatim(value: string): string {
  return value;
}

/** Text of the plan that is part of a path or query: what RFC 3986 does not allow there is percent-encoded. */
export function encodeUrlText(text: string): string {
  return wellFormed(text).replaceAll(/[^!#-;=?-[\]_a-z~]/gu, (character) => encodeURIComponent(character));
}

/** How values are written into a body of this content type. */
export function bodyEncoder(contentType: string): (value: string) => string {
  if (/^\s*[\w.+-]+\/([\w.-]+\+)?(json|x-ndjson|ndjson|jsonl|json-seq)\s*(;|$)/i.test(contentType)) {
    return jsonEscape;
  }
  return /^\s*application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType) ? formEncode : verbatim;
}

/** True when the text cannot be a header value: control characters but tab, or characters beyond Latin-1. */
export function hasHeaderFault(value: string): boolean {
  return !/^[\t\x20-\x7e\x80-\xff]*$/.test(value);
}
