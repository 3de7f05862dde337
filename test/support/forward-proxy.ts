/** A forward proxy on real sockets: passes plain requests on by their absolute URL, and tunnels CONNECT. */

import { connect, type Socket } from 'node:net';
import { response, type ScriptedServer, startScripted } from './scripted-server.ts';

/** What a proxy asks of its users. */
export interface ProxyRules {
  /** Value of `proxy-authorization` without which it answers 407; null: none. */
  readonly authorization?: string | null;
}

/** Starts it on a free loopback port. Its `heads` are what it was asked. */
export function startProxy(rules: ProxyRules = {}): Promise<ScriptedServer> {
  const wanted = rules.authorization ?? null;
  return startScripted({
    onRequest: ({ socket, head }) => {
      const sent = /^proxy-authorization: (.*)$/im.exec(head)?.[1] ?? null;
      if (sent !== wanted && wanted !== null) {
        socket.write(response('who are you', { status: '407 Proxy Authentication Required' }));
        return;
      }
      const [method = '', target = ''] = head.split(' ');
      if (method === 'CONNECT') tunnel(socket, target);
      else forward(socket, head, new URL(target));
    },
  });
}

function tunnel(client: Socket, authority: string): void {
  const { hostname, port } = new URL(`http://${authority}`);
  const origin = connect(Number(port), hostname === 'shop.test' ? '127.0.0.1' : hostname);
  // From here on the bytes are none of our business.
  client.removeAllListeners('data');
  origin.on('error', () => client.destroy());
  client.on('close', () => origin.destroy());
  origin.on('connect', () => {
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    client.pipe(origin).pipe(client);
  });
}

/** One request, and all the bytes of the answer, until the origin closes. */
function forward(client: Socket, head: string, url: URL): void {
  const origin = connect(Number(url.port), url.hostname === 'shop.test' ? '127.0.0.1' : url.hostname);
  client.setMaxListeners(0);
  origin.on('error', () => client.destroy());
  const [line = '', ...fields] = head.split('\r\n');
  const kept = fields.filter((field) => !/^proxy-/i.test(field));
  origin.write([line.replace(url.origin, ''), ...kept, '', ''].join('\r\n'));
  origin.on('data', (chunk: Buffer) => client.write(chunk));
  client.on('close', () => origin.destroy());
}
