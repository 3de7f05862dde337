/**
 * The two ports of a replica, plain and with TLS, in front of its one server: opened, closed and opened again on the same
 * ports, with one certificate or the other.
 */

import type { Server } from 'node:http';
import { createServer as createSecureServer, type Server as SecureServer, type TLSSocket } from 'node:tls';
import { listen } from '../child-protocol.ts';
import type { Certificates } from '../tls/certificates.ts';
import type { Doors } from './fault-effects.ts';

/** How long to try to get a port back, ms. */
const PORT_LIMIT_MS = 3000;

/** Both ports of one server. */
export class Listeners {
  readonly #server: Server;
  readonly #secure: SecureServer;
  readonly #certificates: Certificates;
  readonly #secureSockets = new Set<TLSSocket>();
  #port: number;
  #securePort: number;
  #showsExpired = false;

  /** Not yet listening. @param ports 0 for any */
  constructor(server: Server, ports: { port: number; securePort: number }, certificates: Certificates) {
    this.#server = server;
    this.#certificates = certificates;
    this.#port = ports.port;
    this.#securePort = ports.securePort;
    this.#secure = createSecureServer({ key: certificates.key, cert: certificates.valid });
    this.#secure.on('secureConnection', (socket) => {
      this.#secureSockets.add(socket);
      socket.once('close', () => this.#secureSockets.delete(socket));
      // The server of the plain port serves these connections as its own.
      server.emit('connection', socket);
    });
    // A client that leaves within its handshake, or does not accept the certificate, is no fault of ours.
    this.#secure.on('tlsClientError', (_error, socket) => socket.destroy());
  }

  get ports(): { readonly port: number; readonly securePort: number } {
    return { port: this.#port, securePort: this.#securePort };
  }

  /** Has the ports as they are to be. Settles when they are. @throws Error when a port stays taken for 3 s */
  async set({ refuse, showExpired }: Doors): Promise<void> {
    if (showExpired !== this.#showsExpired) this.#show(showExpired);
    if (refuse) {
      this.close();
      return;
    }
    if (!this.#server.listening) this.#port = await listenPatiently(this.#server, this.#port);
    if (!this.#secure.listening) this.#securePort = await listenPatiently(this.#secure, this.#securePort);
  }

  /** Closes both ports and cuts all connections. */
  close(): void {
    if (this.#server.listening) this.#server.close();
    if (this.#secure.listening) this.#secure.close();
    this.#server.closeAllConnections();
    this.#cutSecure();
  }

  #show(expired: boolean): void {
    const { key, valid, expired: past } = this.#certificates;
    this.#secure.setSecureContext({ key, cert: expired ? past : valid });
    this.#showsExpired = expired;
    // Who is connected has seen the other one.
    this.#cutSecure();
  }

  #cutSecure(): void {
    for (const socket of this.#secureSockets) socket.destroy();
  }
}

async function listenPatiently(server: Server | SecureServer, port: number): Promise<number> {
  const untilMs = performance.now() + PORT_LIMIT_MS;
  for (;;) {
    try {
      return await listen(server, port);
    } catch (error) {
      // A client's outgoing connection may have borrowed the port while nobody listened there.
      if (port === 0 || performance.now() > untilMs) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
