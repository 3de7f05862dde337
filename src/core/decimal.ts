/** Decimals moved by powers of ten in their text, where a multiplication of doubles would round. */

/**
 * `decimal` times 10^power, without the rounding of a multiplication: 99.9 with -2 is 0.999 exactly.
 *
 * @param decimal digits with or without a point and an exponent, no sign
 */
export function scaleDecimal(decimal: string, power: number): number {
  const [digits = '', exponent = '0'] = decimal.toLowerCase().split('e');
  return Number(`${digits}e${Number(exponent) + power}`);
}

/**
 * The decimal text of a number times 10^power, exact: `shiftDecimal(0.07, 2)` is `'7'`. Fed to
 * {@link scaleDecimal} with -power it gives the number back.
 */
export function shiftDecimal(value: number, power: number): string {
  if (value < 0) return `-${shiftDecimal(-value, power)}`;
  const [digits = '', exponent = '0'] = String(value).split('e');
  const [whole = '', fraction = ''] = digits.split('.');
  const all = whole + fraction;
  const point = whole.length + Number(exponent) + power;
  const padded = all.padStart(all.length + Math.max(0, -point), '0').padEnd(point, '0');
  const split = Math.max(0, point);
  const integer = padded.slice(0, split).replace(/^0+(?=\d)/, '') || '0';
  const rest = padded.slice(split).replace(/0+$/, '');
  return rest === '' ? integer : `${integer}.${rest}`;
}
