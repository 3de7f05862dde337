/** Names and tags that every reader of DogStatsD takes, Veneur and Datadog alike. */

import { tagPair } from '../tags.ts';

/** How lines are named. */
export interface Naming {
  /** Before each name; ends with no dot; empty: none. */
  readonly prefix: string;
  /** `key:value` each, on every line. */
  readonly tags: readonly string[];
}

/** Datadog cuts longer tags. */
const TAG_LENGTH = 200;

/**
 * The name with its prefix; whatever is no letter, digit, `_`, `-` or dot becomes `_`. It begins with a letter: what
 * begins with `_sc` would be read as a check. Without any letter it is `unnamed`.
 */
export function metricName({ prefix }: Naming, name: string): string {
  const whole = prefix === '' ? name : `${prefix}.${name}`;
  const harmless = whole.replaceAll(/[^A-Za-z0-9_.-]/g, '_').replace(/^[^A-Za-z]+/, '');
  return harmless === '' ? 'unnamed' : harmless;
}

/**
 * `#key:value,...`: letters and digits of any script, `_-./` and in values also `:` stay, every other character becomes
 * `_`, and what is longer than 200 characters is cut. Own tags win over those of the naming.
 */
export function tagSection(naming: Naming, own: readonly (readonly [key: string, value: string])[]): string {
  const pairs = new Map([...naming.tags.map(tagPair), ...own]);
  const tags = [...pairs].flatMap(([key, value]) => {
    return key === '' ? [] : [tagText(key, value)];
  });
  return tags.length === 0 ? '' : `|#${tags.join(',')}`;
}

function tagText(key: string, value: string): string {
  const harmless = key.replaceAll(/[^\p{L}\p{N}_\-./]/gu, '_');
  const text = value === '' ? harmless : `${harmless}:${valueText(value)}`;
  return [...text].slice(0, TAG_LENGTH).join('');
}

function valueText(value: string): string {
  return value.replaceAll(/[^\p{L}\p{N}_\-./:]/gu, '_');
}

/** Names are cut to this before they are made different: with a key and a number they stay within a tag. */
const NAME_LENGTH = 150;

/** Names as tags hold them, made different: the second `a_b` becomes `a_b_2`, so that two targets never share a series. */
export function distinctNames(names: readonly string[]): string[] {
  const seen = new Set<string>();
  return names.map((name) => {
    const plain = [...valueText(name)].slice(0, NAME_LENGTH).join('');
    let own = plain;
    for (let next = 2; seen.has(own); next += 1) own = `${plain}_${next}`;
    seen.add(own);
    return own;
  });
}

/** A finite number as text, with six digits behind the point at most, and never with an exponent. */
export function numberText(value: number): string {
  return Number.isInteger(value) ? String(BigInt(value)) : value.toFixed(6).replace(/\.?0+$/, '');
}
