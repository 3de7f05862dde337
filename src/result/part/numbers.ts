/** Lists of numbers as short texts: a part holds thousands, and a line for each would make it unreadable. */

/** Numbers with blanks between, each to its last bit. */
export function numbersText(numbers: readonly number[]): string {
  return numbers.join(' ');
}

/**
 * The numbers of such a text.
 *
 * @throws RangeError when there are not `length` of them, or one is no finite number
 */
export function numbersOf(text: string, length: number): number[] {
  const numbers = text.split(' ').map((word) => (word === '' ? NaN : Number(word)));
  if (numbers.length !== length || !numbers.every(Number.isFinite)) {
    throw new RangeError(`${length} numbers are expected, not "${text.slice(0, 60)}"`);
  }
  return numbers;
}

/** Counts by position, those that are not 0, as `position:count` with blanks between. */
export function sparseText(entries: Iterable<readonly [position: number, count: number]>): string {
  return Array.from(entries, ([position, count]) => `${position}:${count}`).join(' ');
}

/**
 * The counts of such a text.
 *
 * @throws RangeError when a position is not below `length`, or a count is no positive whole number
 */
export function sparseOf(text: string, length: number): [position: number, count: number][] {
  if (text === '') return [];
  return text.split(' ').map((word) => {
    const [, position, count] = /^(\d{1,9}):(\d{1,16})$/.exec(word) ?? [];
    const entry: [number, number] = [Number(position), Number(count)];
    if (entry[0] < length && Number.isSafeInteger(entry[1])) return entry;
    throw new RangeError(`a count is expected, not "${word.slice(0, 60)}"`);
  });
}
