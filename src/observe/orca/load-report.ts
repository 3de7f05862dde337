/** The binary form of a load report: protobuf's wire format, as far as this message needs it. */

import { ObserveError } from '../observe-error.ts';

/** Fields of xds.data.orca.v3.OrcaLoadReport, by number. */
const DOUBLES: ReadonlyMap<number, string> = new Map([
  [1, 'cpu_utilization'],
  [2, 'mem_utilization'],
  [6, 'rps_fractional'],
  [7, 'eps'],
  [9, 'application_utilization'],
]);
const MAPS: ReadonlyMap<number, string> = new Map([
  [4, 'request_cost'],
  [5, 'utilization'],
  [8, 'named_metrics'],
]);

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

interface Field {
  readonly number: number;
  readonly double: number | null;
  readonly bytes: Uint8Array | null;
}

/**
 * Reads base64 (either alphabet) of an OrcaLoadReport. Fields that are not known are passed over. Field 3, `rps`, is
 * deprecated and left out.
 *
 * @returns numbers by name, those of maps as `utilization.disk`  @throws ObserveError
 */
export function readLoadReport(base64: string): Map<string, number> {
  const metrics = new Map<string, number>();
  const bytes = Buffer.from(base64, 'base64');
  if (bytes.length === 0) throw new ObserveError('the load report is no base64');
  for (const field of fieldsOf(bytes)) {
    const double = DOUBLES.get(field.number);
    const map = MAPS.get(field.number);
    if (double !== undefined && field.double !== null) metrics.set(double, field.double);
    if (map === undefined || field.bytes === null) continue;
    const { key, value } = entryOf(field.bytes);
    metrics.set(`${map}.${key}`, value);
  }
  return metrics;
}

/** Of an entry, what is left out is the empty name or 0. */
function entryOf(bytes: Uint8Array): { key: string; value: number } {
  let key = '';
  let value = 0;
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1 && field.bytes !== null) key = new TextDecoder().decode(field.bytes);
    if (field.number === 2 && field.double !== null) value = field.double;
  }
  return { key, value };
}

function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const varint = (): number => {
    for (let value = 0, scale = 1; scale < 2 ** 63; scale *= 128) {
      const byte = bytes[at] ?? broken();
      at += 1;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    return broken();
  };
  const skip = (length: number): number => {
    const from = at;
    at += length;
    return at <= bytes.length ? from : broken();
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Math.floor(tag / 8);
    const wire = tag % 8;
    if (wire === VARINT) varint();
    else if (wire === FIXED64) yield { number, double: view.getFloat64(skip(8), true), bytes: null };
    else if (wire === FIXED32) skip(4);
    else if (wire === BYTES) {
      const length = varint();
      const from = skip(length);
      yield { number, double: null, bytes: bytes.subarray(from, from + length) };
    } else broken();
  }
}

function broken(): never {
  throw new ObserveError('the load report is broken protobuf');
}
