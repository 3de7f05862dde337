/** Why something on a network did not work, in words; apart from what talks HTTP, which takes long to load. */

/** Words for codes of Node and undici. Certificates have dozens of them, see {@link wordsFor}. */
const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  EHOSTUNREACH: 'there is no route to the host',
  ENETUNREACH: 'there is no route to the network',
  ENOTFOUND: 'the name of the host is not known',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'the connection could not be made in time',
  UND_ERR_CONNECT_TIMEOUT: 'the connection could not be made in time',
  UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the connection was closed before the answer was whole',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too long',
  UND_ERR_ABORTED: 'the proxy did not open a way',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS, perhaps http:// is meant',
  ERR_PROXY: 'the proxy that the environment names is no http or https URL',
  ERR_INVALID_URL: 'the URL is none',
};

/** Certificates that are not accepted have codes like these (Node, `tls`, "X509 certificate error codes"). */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|ERR_TLS|CRL|INVALID_CA|PATH_LENGTH|HOSTNAME_MISMATCH/;

/** Why no answer came, in words. Messages of Node and undici may hold URLs and names from certificates, codes do not. */
export function wordsFor(error: unknown): string {
  const code = codeOf(error);
  const known = WORDS[code];
  if (known !== undefined) return known;
  if (CERTIFICATE.test(code)) return `its certificate is not accepted: ${code}`;
  if (error instanceof Error && error.name === 'HTTPParserError') return 'what it answered is no HTTP';
  return code === '' ? 'the request failed' : `the request failed: ${code}`;
}

/** The code of an error, or of the one behind it. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  return codeOf(error.cause);
}
