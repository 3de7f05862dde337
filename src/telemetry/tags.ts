/** Tags that a plan gives: `key:value` each. */

/** A tag as a pair; of a tag without a colon the value is empty. */
export function tagPair(tag: string): readonly [key: string, value: string] {
  const colon = tag.indexOf(':');
  return colon < 0 ? [tag, ''] : [tag.slice(0, colon), tag.slice(colon + 1)];
}
