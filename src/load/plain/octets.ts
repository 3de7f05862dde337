/** Which bytes may stand where in HTTP/1.1, and the error for those that may not. */

/** Carriage return. */
export const CR = 13;
/** Line feed. */
export const LF = 10;

/** Bytes of a field name: RFC 9110 section 5.6.2, tchar. */
export const TOKEN: Uint8Array = tableOf((byte) =>
  /[!#$%&'*+\-.^_`|~0-9A-Za-z]/.test(String.fromCharCode(byte)),
);

/** Bytes of a field value: RFC 9110 section 5.5, with tab and obs-text. */
export const VALUE: Uint8Array = tableOf((byte) => byte === 9 || (byte >= 32 && byte !== 127));

/** A response that is no HTTP/1.1. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** Value of a hexadecimal digit, or -1. */
export function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

function tableOf(accepts: (byte: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: 256 }, (_, byte) => (accepts(byte) ? 1 : 0));
}
