import { describe, expect, test } from 'vitest';
import type { FailureCause, Phase } from '../../../src/core/attempt.ts';
import type { Stage } from '../../../src/load/dial/stage.ts';
import {
  causeOf,
  codeOf,
  deadlineCause,
  describeError,
  phaseOf,
  TransportError,
} from '../../../src/load/transport/classify.ts';

const coded = (code: string, message = 'it broke'): Error => Object.assign(new Error(message), { code });

/** How far the attempt had come: nothing yet, the first byte, the head; on a new or on a used connection. */
const FRESH = { reused: false, firstByteMs: NaN, status: 0 };
const USED = { reused: true, firstByteMs: NaN, status: 0 };
const BEGUN = { reused: true, firstByteMs: 5, status: 0 };
const HEADED = { reused: true, firstByteMs: 5, status: 200 };

interface Case {
  readonly stage: Stage;
  readonly error: Error;
  readonly progress?: typeof FRESH;
  readonly cause: FailureCause;
}

const CASES: readonly Case[] = [
  { stage: 'dns', error: coded('ENOTFOUND'), cause: 'dns' },
  { stage: 'dns', error: coded('EAI_AGAIN'), cause: 'dns' },
  { stage: 'dns', error: coded('EAI_SOMETHING_NEW'), cause: 'dns' },
  { stage: 'dns', error: coded('ECONNREFUSED'), cause: 'dns' },
  { stage: 'dns', error: coded('EMFILE'), cause: 'generator-emfile' },
  { stage: 'connect', error: coded('ECONNREFUSED'), cause: 'connect-refused' },
  { stage: 'connect', error: coded('ENOENT'), cause: 'connect-refused' },
  { stage: 'connect', error: coded('ETIMEDOUT'), cause: 'connect-timeout' },
  { stage: 'connect', error: coded('EHOSTUNREACH'), cause: 'connect-unreachable' },
  { stage: 'connect', error: coded('ENETUNREACH'), cause: 'connect-unreachable' },
  { stage: 'connect', error: coded('EACCES'), cause: 'connect-unreachable' },
  { stage: 'connect', error: coded('EPERM'), cause: 'connect-unreachable' },
  { stage: 'connect', error: coded('ECONNRESET'), cause: 'reset' },
  { stage: 'connect', error: coded('ESOMETHINGNEW'), cause: 'connect-unreachable' },
  { stage: 'connect', error: coded('EMFILE'), cause: 'generator-emfile' },
  { stage: 'connect', error: coded('ENFILE'), cause: 'generator-emfile' },
  { stage: 'connect', error: coded('EADDRNOTAVAIL'), cause: 'generator-ports' },
  { stage: 'connect', error: coded('EADDRINUSE'), cause: 'generator-ports' },
  { stage: 'proxy', error: coded('ECONNREFUSED'), cause: 'proxy' },
  { stage: 'proxy', error: coded('EHOSTUNREACH'), cause: 'proxy' },
  { stage: 'proxy', error: coded('EMFILE'), cause: 'generator-emfile' },
  { stage: 'tls', error: coded('CERT_HAS_EXPIRED'), cause: 'tls' },
  { stage: 'tls', error: coded('ERR_TLS_CERT_ALTNAME_INVALID'), cause: 'tls' },
  { stage: 'tls', error: coded('ECONNRESET'), cause: 'tls' },
  { stage: 'tls', error: coded('ETIMEDOUT'), cause: 'connect-timeout' },
  { stage: 'send', error: coded('EPIPE'), cause: 'reset' },
  { stage: 'send', error: coded('EPIPE'), progress: USED, cause: 'stale-connection' },
  { stage: 'wait', error: coded('ECONNRESET'), cause: 'reset' },
  { stage: 'wait', error: coded('ECONNRESET'), progress: USED, cause: 'stale-connection' },
  { stage: 'wait', error: coded('ECONNRESET'), progress: BEGUN, cause: 'reset' },
  { stage: 'receive', error: coded('ECONNRESET'), progress: HEADED, cause: 'reset' },
  { stage: 'wait', error: coded('UND_ERR_SOCKET', 'other side closed'), cause: 'empty-reply' },
  {
    stage: 'wait',
    error: coded('UND_ERR_SOCKET', 'other side closed'),
    progress: USED,
    cause: 'stale-connection',
  },
  {
    stage: 'receive',
    error: coded('UND_ERR_SOCKET', 'other side closed'),
    progress: HEADED,
    cause: 'truncated',
  },
  { stage: 'wait', error: coded('UND_ERR_SOCKET', 'bad response'), cause: 'protocol' },
  { stage: 'wait', error: coded('UND_ERR_SOCKET', 'bad upgrade'), cause: 'protocol' },
  { stage: 'wait', error: coded('HPE_INVALID_CONSTANT'), progress: BEGUN, cause: 'protocol' },
  { stage: 'receive', error: coded('HPE_INVALID_EOF_STATE'), progress: HEADED, cause: 'truncated' },
  {
    stage: 'receive',
    error: coded('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'),
    progress: HEADED,
    cause: 'truncated',
  },
  { stage: 'wait', error: coded('UND_ERR_RES_CONTENT_LENGTH_MISMATCH'), progress: BEGUN, cause: 'protocol' },
  { stage: 'wait', error: coded('UND_ERR_HEADERS_OVERFLOW'), progress: BEGUN, cause: 'protocol' },
  { stage: 'wait', error: coded('ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED'), cause: 'tls' },
  { stage: 'wait', error: coded('ERR_HTTP2_STREAM_ERROR'), progress: USED, cause: 'reset' },
  { stage: 'wait', error: coded('ERR_HTTP2_SESSION_ERROR'), progress: USED, cause: 'protocol' },
  { stage: 'wait', error: new Error('something else'), cause: 'protocol' },
  { stage: 'connect', error: new TransportError('proxy', 'no'), cause: 'proxy' },
  { stage: 'receive', error: new TransportError('too-large', 'no'), progress: HEADED, cause: 'too-large' },
];

describe('the cause of an error', () => {
  test.each(CASES.map((one) => ({ ...one, progress: one.progress ?? FRESH, code: codeOf(one.error) })))(
    'in stage $stage, $code "$error.message" ($progress): $cause',
    ({ stage, error, progress, cause }) => {
      expect(causeOf(error, stage, progress)).toBe(cause);
    },
  );

  test('is found for what is no error at all', () => {
    expect(causeOf('a text', 'wait', FRESH)).toBe('protocol');
    expect(causeOf(null, 'connect', FRESH)).toBe('connect-unreachable');
    expect(causeOf({ code: 5 }, 'connect', FRESH)).toBe('connect-unreachable');
  });
});

const DEADLINES: readonly { readonly stage: Stage; readonly cause: FailureCause; readonly phase: Phase }[] = [
  { stage: 'idle', cause: 'connect-timeout', phase: 'blocked' },
  { stage: 'waiting', cause: 'connect-timeout', phase: 'blocked' },
  { stage: 'dns', cause: 'dns', phase: 'dns' },
  { stage: 'connect', cause: 'connect-timeout', phase: 'connect' },
  { stage: 'proxy', cause: 'proxy', phase: 'connect' },
  { stage: 'tls', cause: 'tls', phase: 'tls' },
  { stage: 'send', cause: 'headers-timeout', phase: 'send' },
  { stage: 'wait', cause: 'headers-timeout', phase: 'wait' },
  { stage: 'receive', cause: 'body-timeout', phase: 'receive' },
];

describe('a deadline', () => {
  test.each(DEADLINES)(
    'that strikes in stage $stage is $cause in phase $phase',
    ({ stage, cause, phase }) => {
      expect(deadlineCause(stage)).toBe(cause);
      expect(phaseOf(stage)).toBe(phase);
    },
  );
});

describe('the line about an error', () => {
  test('is its message, with the code before it unless it says it', () => {
    expect(describeError(coded('ECONNRESET', 'read ECONNRESET'))).toBe('read ECONNRESET');
    expect(describeError(coded('CERT_HAS_EXPIRED', 'certificate has expired'))).toBe(
      'CERT_HAS_EXPIRED: certificate has expired',
    );
    expect(describeError(new Error('plain'))).toBe('plain');
    expect(describeError('a text')).toBe('a text');
  });

  test('is the reason alone for an error of OpenSSL, whose message is an address and a source line', () => {
    const error = Object.assign(
      coded('ERR_SSL_WRONG_VERSION_NUMBER', '80DC:error:0A00010B:SSL routines:x.c:1601:\n'),
      {
        reason: 'wrong version number',
      },
    );
    expect(describeError(error)).toBe('ERR_SSL_WRONG_VERSION_NUMBER: wrong version number');
  });
});
