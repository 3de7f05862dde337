/** Where the trace of one request is looked at. */

/** Stands in a template for the id. */
export const ID_MARK = '{trace_id}';

/**
 * The address of a trace: the template with the id in place of `{trace_id}`. Null without a template or an id, when the
 * id is not 32 hex digits, when the address is not http or https, and when a secret had to be taken out of it. Not
 * escaped for any format: as a URL it holds neither blanks, quotes, backslashes nor angle brackets.
 */
export function traceLink(template: string | null | undefined, id: string | null | undefined): string | null {
  if (template === null || template === undefined || !template.includes(ID_MARK)) return null;
  if (id === null || id === undefined || !/^[\da-f]{32}$/.test(id) || template.includes('***')) return null;
  const address = template.replaceAll(ID_MARK, id);
  // Without a host the parser would take the first part of the path for one.
  if (!/^https?:\/\/[^/?#]/i.test(address) || !URL.canParse(address)) return null;
  return new URL(address).href.replaceAll("'", '%27').replaceAll('\\', '%5C');
}
