/** Elements of HTML and SVG as text. Foreign text enters through `shown` or as the value of an attribute, and nowhere else. */

import { safeText } from '../../core/text.ts';

/** Values are escaped; null and undefined leave the attribute out. */
export type Attributes = Readonly<Record<string, string | number | null | undefined>>;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** Elements of HTML that have no end tag. */
const VOID = new Set(['br', 'meta', 'hr', 'col']);

/** Text with the characters that markup gives a meaning replaced, in elements and in attributes, which stand in double quotes. */
function escapeMarkup(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? '');
}

/** Foreign text made harmless and escaped; longer than `maxLength` (500) it is cut. */
export function shown(text: string, maxLength = 500): string {
  return escapeMarkup(safeText(text, { maxLength }));
}

/** One element. `children` are markup; numbers among the attributes are rounded to tenths. */
export function element(name: string, attributes: Attributes, ...children: readonly string[]): string {
  const written = Object.entries(attributes)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(
      ([key, value]) =>
        ` ${key}="${escapeMarkup(typeof value === 'number' ? coordinate(value) : (value ?? ''))}"`,
    )
    .join('');
  const open = `<${name}${written}>`;
  return VOID.has(name) ? open : `${open}${children.join('')}</${name}>`;
}

/** A number with at most one decimal; what is not finite is 0. */
export function coordinate(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 10) / 10) : '0';
}

/** A link when the address is one of http or https, else the text alone. */
export function link(url: string, text: string): string {
  const isHttp = /^https?:\/\/[^\s"'<>\\]+$/i.test(url) && URL.canParse(url);
  return isHttp
    ? element('a', { href: safeText(url, { maxLength: 2000 }), rel: 'noopener noreferrer' }, shown(text))
    : shown(text);
}
