/** Addresses of sinks: what each kind takes, and what stands in for what was left out. */
import { urlFault } from '../observe/build-observe.ts';
import type { Secrets } from '../plan.ts';
import { expand } from '../request/expansion.ts';
import type { EmitKind } from './sink-text.ts';
import { isSocketPath, PATH_BYTES } from './socket-path.ts';

/** Why an address is none. Neither of the two holds any part of it. */
interface AddressFault {
  readonly message: string;
  readonly hint: string;
}

const HOST_AND_PORT = /^(?:\[[\da-f:.]+\]|[^\s/?#@:[\]]+):(\d{1,5})$/i;
/** Scheme and authority, and no path; a text that is a reference as a whole is none. */
const WITHOUT_PATH = /^https?:\/\/(?:\$\{[^}]*\}|[^/?#\s$])+\/?$/i;

/**
 * The address with its usual parts: `udp://` before a bare `host:port` of `dogstatsd` and `ssf`, `/v1/metrics` and
 * `/api/v1/write` behind a URL without a path.
 */
export function wholeAddress(kind: EmitKind, written: string): string {
  const address = written.trim();
  if (kind === 'dogstatsd' || kind === 'ssf') {
    return HOST_AND_PORT.test(address) ? `udp://${address}` : address;
  }
  const path = kind === 'otlp' ? '/v1/metrics' : kind === 'remote-write' ? '/api/v1/write' : null;
  return path !== null && WITHOUT_PATH.test(address) ? address.replace(/\/$/, '') + path : address;
}

/** What is wrong with an address, its references expanded; null when it can be reached. */
export function addressFault(kind: EmitKind, address: string, secrets: Secrets): AddressFault | null {
  const value = expand(address, secrets).trim();
  switch (kind) {
    case 'dogstatsd':
      return isSocket(value, /^(?:udp|tcp):\/\//i) ? null : socketFault('udp://host:port or tcp://host:port');
    case 'ssf':
      if (/^unix:\/\/\/[^\s/\0]/.test(value) && !/\p{Cc}/u.test(value)) {
        return isSocketPath(value.slice('unix://'.length)) ? null : PATH_FAULT;
      }
      return isSocket(value, /^udp:\/\//i) ? null : socketFault('udp://host:port or unix:///path');
    case 'prometheus':
      return isListenable(value) ? null : socketFault('host:port, such as 127.0.0.1:9464; port 0 is any');
    default:
      return urlFault(address, secrets);
  }
}

const PATH_FAULT: AddressFault = {
  message: `the path of a socket has at most ${PATH_BYTES} bytes`,
  hint: 'let it be in a folder such as /run',
};

function isSocket(value: string, scheme: RegExp): boolean {
  const rest = value.replace(scheme, '');
  return rest !== value && portOf(rest) > 0;
}

function isListenable(value: string): boolean {
  return portOf(value) >= 0;
}

/** -1 when it is no host and port. */
function portOf(value: string): number {
  const port = Number(HOST_AND_PORT.exec(value)?.[1] ?? -1);
  return port <= 65_535 ? port : -1;
}

function socketFault(form: string): AddressFault {
  return { message: 'this is no address of such a sink', hint: `write it as ${form}` };
}
