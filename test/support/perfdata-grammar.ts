/**
 * Performance data by the grammar of the Monitoring Plugins development guidelines
 * (https://www.monitoring-plugins.org/doc/guidelines.html, section 2.6), strict: what is outside of it throws.
 */

export interface ParsedReading {
  readonly label: string;
  readonly value: number;
  readonly unit: string;
  readonly warn: number | null;
  readonly crit: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

const NUMBER = String.raw`-?\d+(?:\.\d+)?`;
const READING = new RegExp(
  `^'((?:[^'=|\\n]|'')+)'=(${NUMBER})(s|ms|us|%|B|KB|MB|TB|c|);((?:${NUMBER})?);((?:${NUMBER})?);((?:${NUMBER})?);((?:${NUMBER})?)(?: |$)`,
);

/** The readings of a text. @throws Error at the first character that the grammar does not allow */
export function parsePerfdata(text: string): ParsedReading[] {
  const readings: ParsedReading[] = [];
  let rest = text;
  while (rest !== '') {
    const match = READING.exec(rest);
    if (match === null) throw new Error(`no reading at: ${rest.slice(0, 60)}`);
    const [whole, label = '', value = '', unit = '', warn, crit, min, max] = match;
    readings.push({
      label: label.replaceAll("''", "'"),
      value: Number(value),
      unit,
      warn: known(warn),
      crit: known(crit),
      min: known(min),
      max: known(max),
    });
    rest = rest.slice(whole.length);
  }
  return readings;
}

function known(text: string | undefined): number | null {
  return text === undefined || text === '' ? null : Number(text);
}
