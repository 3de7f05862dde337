/** From an error of the network, TLS or HTTP layer to a cause of the closed set: the one table. */

import type { Attempt, FailureCause, Phase } from '../../core/attempt.ts';
import type { Stage } from '../dial/stage.ts';

/** Marks an error of our own connector so that it keeps its cause. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly failure: FailureCause;

  constructor(failure: FailureCause, message: string) {
    super(message);
    this.failure = failure;
  }
}

const BY_CODE: Readonly<Record<string, FailureCause>> = {
  EMFILE: 'generator-emfile',
  ENFILE: 'generator-emfile',
  EADDRNOTAVAIL: 'generator-ports',
  EADDRINUSE: 'generator-ports',
  ENOBUFS: 'generator-ports',
  ECONNREFUSED: 'connect-refused',
  ENOENT: 'connect-refused',
  EHOSTUNREACH: 'connect-unreachable',
  ENETUNREACH: 'connect-unreachable',
  EACCES: 'connect-unreachable',
  EPERM: 'connect-unreachable',
  EINVAL: 'connect-unreachable',
  EAFNOSUPPORT: 'connect-unreachable',
  ETIMEDOUT: 'connect-timeout',
  UND_ERR_CONNECT_TIMEOUT: 'connect-timeout',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'truncated',
  UND_ERR_RES_EXCEEDED_MAX_SIZE: 'too-large',
  UND_ERR_HEADERS_OVERFLOW: 'protocol',
  UND_ERR_HEADERS_TIMEOUT: 'headers-timeout',
  UND_ERR_BODY_TIMEOUT: 'body-timeout',
  UND_ERR_INVALID_ARG: 'protocol',
  UND_ERR_NOT_SUPPORTED: 'protocol',
  UND_ERR_REQ_CONTENT_LENGTH_MISMATCH: 'protocol',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ENODATA: 'dns',
  ESERVFAIL: 'dns',
};

/** A server that shuts a connection down in good order, RFC 9113 section 6.8: NO_ERROR. */
const GRACEFUL_GOAWAY = 'frame received with code 0';

const RESETS: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED']);

/** What of an attempt tells how far its present hop had come. */
export type Progress = Pick<Attempt, 'reused' | 'firstByteMs' | 'status'>;

/** The cause of an error, given how far the attempt had come. */
export function causeOf(error: unknown, stage: Stage, attempt: Progress): FailureCause {
  if (error instanceof TransportError) return error.failure;
  const code = codeOf(error);
  return OPENING.has(stage) ? openingCause(code, stage) : exchangeCause(error, code, attempt);
}

const OPENING: ReadonlySet<Stage> = new Set(['waiting', 'dns', 'connect', 'proxy', 'tls']);

/** What broke while the connection was being opened. */
function openingCause(code: string, stage: Stage): FailureCause {
  if (stage === 'dns') return ownCause(code) ?? 'dns';
  if (stage === 'proxy') return ownCause(code) ?? 'proxy';
  if (stage === 'tls') return ownCause(code) ?? (isTimeout(code) ? 'connect-timeout' : 'tls');
  return RESETS.has(code) ? 'reset' : (BY_CODE[code] ?? 'connect-unreachable');
}

/** What broke after the request was begun. */
function exchangeCause(error: unknown, code: string, attempt: Progress): FailureCause {
  const { reused } = attempt;
  const started = Number.isFinite(attempt.firstByteMs);
  // undici says "content length" of any parse error after such a header, a malformed head included.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && attempt.status === 0) return 'protocol';
  if (code.startsWith('HPE_')) {
    return started && isEarlyEnd(error) ? 'truncated' : 'protocol';
  }
  if (RESETS.has(code)) return reused && !started ? 'stale-connection' : 'reset';
  if (code === 'UND_ERR_SOCKET') return socketCause(error, reused, started);
  if (code === 'ERR_HTTP2_STREAM_ERROR') return 'reset';
  if (code.startsWith('ERR_SSL') || code.startsWith('ERR_TLS')) return 'tls';
  if (code.startsWith('ERR_HTTP2')) return 'protocol';
  return BY_CODE[code] ?? 'protocol';
}

/** The cause that a deadline gives to an attempt, by the stage that it struck. */
export function deadlineCause(stage: Stage): FailureCause {
  switch (stage) {
    case 'dns':
      return 'dns';
    case 'proxy':
      return 'proxy';
    case 'connect':
    case 'waiting':
    case 'idle':
      return 'connect-timeout';
    case 'tls':
      return 'tls';
    case 'send':
    case 'wait':
      return 'headers-timeout';
    case 'receive':
    case 'ended':
      return 'body-timeout';
  }
}

/** The phase of a stage, for a failure example. */
export function phaseOf(stage: Stage): Phase {
  switch (stage) {
    case 'idle':
    case 'waiting':
      return 'blocked';
    case 'proxy':
      return 'connect';
    case 'ended':
      return 'receive';
    default:
      return stage;
  }
}

/** One line about an error: its code, when it has one, and its message. Raw. */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = codeOf(error);
  const message = messageOf(error, code);
  return code === '' || message.includes(code) ? message : `${code}: ${message}`;
}

/** OpenSSL's own messages begin with a thread's address and end in a source line: its `reason` says it all. */
function messageOf(error: Error, code: string): string {
  const reason = 'reason' in error && code.startsWith('ERR_SSL') ? error.reason : null;
  return typeof reason === 'string' ? reason : error.message.trim();
}

/** The error's code, or ''. */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return typeof error.code === 'string' ? error.code : '';
}

function ownCause(code: string): FailureCause | null {
  const cause = BY_CODE[code];
  return cause?.startsWith('generator-') === true ? cause : null;
}

function isTimeout(code: string): boolean {
  return code === 'ETIMEDOUT' || code === 'UND_ERR_CONNECT_TIMEOUT';
}

/** llhttp reports a close in the middle of a chunked body as a parse error of its own kind. */
function isEarlyEnd(error: unknown): boolean {
  return codeOf(error) === 'HPE_INVALID_EOF_STATE';
}

function socketCause(error: unknown, reused: boolean, started: boolean): FailureCause {
  const message = error instanceof Error ? error.message : '';
  if (message === 'bad response' || message === 'bad upgrade') return 'protocol';
  if (message.startsWith('HTTP/2') && !message.endsWith(GRACEFUL_GOAWAY)) return 'protocol';
  if (started) return 'truncated';
  return reused ? 'stale-connection' : 'empty-reply';
}
