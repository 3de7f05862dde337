/** Points in time as a plan writes them: ISO 8601 with a zone. */
import { UnitError } from '../../core/units.ts';

const INSTANT = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.]\d{1,3})?)?(Z|[+-]\d\d:?\d\d)?$/;
const HINT = 'write it as 2026-12-01T22:00Z, or 2026-12-01T22:00+01:00';

/**
 * Unix time of `2026-12-01T22:00Z`, ms; seconds may follow, and an offset stand in place of Z. Fractions of a second are
 * dropped.
 *
 * @param index where the text stands, for the error  @throws UnitError for a day or a time that there is not
 */
export function instantOf(text: string, index: number): number {
  const [, year, month, day, hour, minute, second = '0', zone] = INSTANT.exec(text) ?? [];
  if (day === undefined) throw new UnitError(`"${text}" is no point in time`, { hint: HINT, index });
  if (zone === undefined) {
    throw new UnitError(`"${text}" does not say in which zone`, { hint: `write ${text}Z for UTC`, index });
  }
  const parts = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = parts;
  const ms = Date.UTC(y, m - 1, d, h, min, s);
  // Date.UTC makes March of the 30th of February.
  const isReal = new Date(ms).toISOString().startsWith(isoOf(parts));
  if (!isReal) throw new UnitError(`there is no ${text}`, { hint: 'check day and time', index });
  return ms - offsetMs(zone, { text, index });
}

function isoOf(parts: readonly number[]): string {
  const [y = 0, ...rest] = parts;
  const [m, d, h, min, s] = rest.map((part) => String(part).padStart(2, '0'));
  return `${String(y).padStart(4, '0')}-${m}-${d}T${h}:${min}:${s}`;
}

function offsetMs(zone: string, { text, index }: { readonly text: string; readonly index: number }): number {
  if (zone === 'Z') return 0;
  const [, sign, hours, minutes] = /^([+-])(\d\d):?(\d\d)$/.exec(zone) ?? [];
  if (Number(hours) > 14 || Number(minutes) > 59) {
    throw new UnitError(`no zone is ${zone} from UTC`, { hint: HINT, index: index + text.indexOf(zone, 11) });
  }
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}
