/** Values spelled as curl spells them: `--connect-to`, `--resolve`, `-H`. */
import { UnitError } from '../../core/units.ts';
import type { ConnectTo, Resolve } from '../plan.ts';

const CONNECT_TO_HINT = 'write it as HOST1:PORT1:HOST2:PORT2, each part may be empty, IPv6 in [brackets]';
const RESOLVE_HINT = 'write it as HOST:PORT:ADDRESS[,ADDRESS], IPv6 in [brackets]';

/** Splits at colons outside of brackets. */
function fields(text: string): string[] {
  return text.split(/:(?![^[]*\])/);
}

function portOf(text: string, whole: string, hint: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw new UnitError(`"${whole}": "${text}" is no port`, { hint, index: Math.max(0, whole.indexOf(text)) });
}

function optionalPort(text: string, whole: string): number | null {
  return text === '' ? null : portOf(text, whole, CONNECT_TO_HINT);
}

function hostOf(text: string, whole: string, hint: string): string {
  if (/^[\w.-]*$|^\[[\da-f:.]+(?:%[\w.-]+)?\]$/i.test(text)) return text.toLowerCase();
  throw new UnitError(`"${whole}": "${text}" is no host name`, {
    hint,
    index: Math.max(0, whole.indexOf(text)),
  });
}

/** `HOST1:PORT1:HOST2:PORT2`: empty parts match any host or port, or leave it as it is. @throws UnitError */
export function parseConnectTo(text: string): ConnectTo {
  const parts = fields(text.trim());
  const [host = '', port = '', toHost = '', toPort = ''] = parts;
  if (parts.length !== 4)
    throw new UnitError(`"${text}" has ${parts.length} parts, not 4`, { hint: CONNECT_TO_HINT });
  return {
    host: hostOf(host, text, CONNECT_TO_HINT),
    port: optionalPort(port, text),
    toHost: hostOf(toHost, text, CONNECT_TO_HINT),
    toPort: optionalPort(toPort, text),
  };
}

/** An IPv4 or IPv6 address, without the brackets. */
function addressOf(text: string, whole: string): string {
  const bare = text.trim().replace(/^\[(.*)\]$/, '$1');
  const isV4 = /^(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)(?:\.(?!$)|$)){4}$/.test(bare);
  const isV6 = bare.includes(':') && URL.canParse(`http://[${bare.replace(/%.*$/, '')}]/`);
  if (isV4 || isV6) return bare;
  throw new UnitError(`"${whole}": "${text.trim()}" is no IP address`, { hint: RESOLVE_HINT });
}

/** `HOST:PORT:ADDRESS[,ADDRESS]`. @throws UnitError */
export function parseResolve(text: string): Resolve {
  const found = /^\+?(\[[^\]]*\]|[^:]*):([^:]*):(.+)$/.exec(text.trim());
  if (found === null) throw new UnitError(`"${text}" is not complete`, { hint: RESOLVE_HINT });
  const [, host = '', port = '', addresses = ''] = found;
  if (host === '') throw new UnitError(`"${text}" names no host`, { hint: RESOLVE_HINT });
  return {
    host: hostOf(host, text, RESOLVE_HINT),
    port: portOf(port, text, RESOLVE_HINT),
    addresses: addresses.split(',').map((address) => addressOf(address, text)),
  };
}

/** `K: V` of `-H`; `K;` stands for an empty value. The message never holds the value. @throws UnitError */
export function parseHeaderLine(line: string): readonly [name: string, value: string] {
  const hint = 'write it as "name: value", or "name;" for an empty value';
  const empty = /^([^:;\s]+);$/.exec(line.trim())?.[1];
  if (empty !== undefined) return [empty, ''];
  const colon = line.indexOf(':');
  if (colon <= 0) throw new UnitError('there is no "name:" at its start', { hint });
  const value = line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '');
  if (value === '') throw new UnitError(`the header ${line.slice(0, colon).trim()} has no value`, { hint });
  return [line.slice(0, colon).trim(), value];
}
