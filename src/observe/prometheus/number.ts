/** Numbers as Go writes and reads them. */

const DECIMAL = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
const HEX = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)(?:p([+-]?\d+))?$/i;
const WORDS: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
  ['+infinity', Number.POSITIVE_INFINITY],
  ['-infinity', Number.NEGATIVE_INFINITY],
]);

/**
 * A number as Go's ParseFloat takes it: decimal, hexadecimal, NaN and the infinities, in any case.
 *
 * @returns undefined for what is none, which keeps it apart from NaN
 */
export function parseNumber(text: string): number | undefined {
  if (DECIMAL.test(text)) return Number(text);
  const word = WORDS.get(text.toLowerCase());
  if (word !== undefined) return word;
  const [, sign = '', whole = '', part = '', power = '0'] = HEX.exec(text) ?? [];
  if (whole + part === '') return undefined;
  const digits = Number.parseInt(whole + part, 16);
  return (sign === '-' ? -1 : 1) * digits * 2 ** (Number(power) - 4 * part.length);
}
