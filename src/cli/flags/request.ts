/** Flags that say what is sent, and over which connection. */

import type { Group } from './flag.ts';

/** What is sent. */
export const REQUEST: Group = [
  'Request:',
  [
    { flags: '-m, --method <method>', text: 'HTTP method (default: GET, with a body POST)' },
    { flags: '-X, --request <method>', text: 'as -m', hidden: true },
    { flags: '-H, --header <line>', text: '"name: value"; may be repeated', many: true },
    { flags: '-b, --body <text>', text: 'request body; @file reads a file, @- standard input' },
    { flags: '--data <text>', text: 'as -b', hidden: true },
    { flags: '-t, --timeout <time>', text: 'total deadline of one request, from its send (default: 10s)' },
    { flags: '-L, --follow', text: 'follow redirects' },
    { flags: '--location', text: 'as -L', hidden: true },
  ],
];

/** How it gets there. */
export const CONNECTION: Group = [
  'Connection:',
  [
    { flags: '-k, --insecure', text: 'do not verify certificates' },
    { flags: '--cacert <file>', text: 'additional trusted roots, PEM' },
    { flags: '--cert <file>', text: 'client certificate, PEM' },
    { flags: '--key <file>', text: 'private key of the client certificate, PEM' },
    { flags: '--http2', text: 'HTTP/2 instead of HTTP/1.1' },
    { flags: '--no-keepalive', text: 'a new connection for each request' },
    { flags: '-x, --proxy <url>', text: 'forward proxy; the environment is not read' },
    {
      flags: '--connect-to <rule>',
      text: "host:port:to-host:to-port, as curl's; may be repeated",
      many: true,
    },
    { flags: '--resolve <rule>', text: "host:port:address, as curl's; may be repeated", many: true },
    { flags: '--unix-socket <path>', text: 'connect to this socket' },
  ],
];
