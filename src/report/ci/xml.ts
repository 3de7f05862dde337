/** Text in XML 1.0: whatever it holds, the file stays well-formed. */

/** Characters that no XML 1.0 file may hold, not even as a reference (XML 1.0, production 2). */
const ILLEGAL = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** Stands for what cannot be shown; dropping it would leave no trace, and empty texts. */
const REPLACEMENT = '\uFFFD';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  // Always, so that `]]>`, which text may not hold, cannot come about.
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
};

/** For the content of an element. Illegal characters become U+FFFD; line breaks are kept. */
export function xmlText(text: string): string {
  return text
    .replaceAll(ILLEGAL, REPLACEMENT)
    .replaceAll(/[&<>\r]/g, (character) => ENTITIES[character] ?? '');
}

/** For the value of an attribute between double quotes. Line breaks survive as references. */
export function xmlAttribute(text: string): string {
  return text
    .replaceAll(ILLEGAL, REPLACEMENT)
    .replaceAll(/[&<>"\t\n\r]/g, (character) => ENTITIES[character] ?? '');
}

/** Attributes with a blank in front of each; those without a value are left out. */
export function xmlAttributes(attributes: Readonly<Record<string, string | number | null>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === null ? '' : ` ${name}="${xmlAttribute(String(value))}"`))
    .join('');
}
