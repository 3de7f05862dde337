/** Names that have no address, and a name that many ask for at once. */

import { describe, expect, test } from 'vitest';
import { AddressBook, type LookUp } from '../../src/load/dial/address-book.ts';
import { Dial } from '../../src/load/dial/dial.ts';
import { routeTo } from '../../src/load/dial/route.ts';
import { checkAccounts } from '../../src/record/accounts.ts';
import { useScripted } from '../support/closing.ts';
import { drive, openLoad, planFor } from '../support/traffic.ts';

const serve = useScripted();

/** A dial to a port of `shop.test`, whose name is looked up as given. */
function dialOf(port: number, book: AddressBook): Dial {
  const route = routeTo(`http://shop.test:${port}`, planFor('http://shop.test/').http, null);
  return new Dial(route, book, { tls: {}, allowPublic: false, nowMs: () => performance.now() });
}

describe('a name', () => {
  test('that does not exist is a failure of its own kind, request by request', {
    timeout: 20_000,
  }, async () => {
    // RFC 6761 section 6.4: no resolver may find it; one that never answers runs into the deadline.
    const plan = planFor('http://nonexistent.invalid/', {
      load: openLoad(100, 100),
      target: { timeoutMs: 3000 },
    });
    const { recording } = await drive(plan);
    checkAccounts(recording);
    expect([...recording.causes]).toEqual([['dns', 10]]);
    const [example] = recording.examples.get('dns') ?? [];
    expect(example?.phase).toBe('dns');
    expect(example?.detail).toMatch(/nonexistent\.invalid|within 3000 ms/);
  });

  test('is looked up once for many dials, each of which says how long it waited', async () => {
    const server = await serve({});
    let asked = 0;
    const lookUp: LookUp = async () => {
      asked += 1;
      await new Promise((resolve) => {
        setTimeout(resolve, 50);
      });
      return [{ address: '127.0.0.1', family: 4 }];
    };
    const book = new AddressBook('shop.test', null, lookUp);
    const dials = Array.from({ length: 100 }, () => dialOf(server.port, book));
    const sockets = await Promise.all(dials.map((dial) => dial.open()));
    expect(asked).toBe(1);
    for (const dial of dials) {
      expect(dial.dnsMs).toBeGreaterThan(45);
      expect(dial.connectMs).toBeLessThan(dial.dnsMs + 500);
      expect(dial.remote).toBe(`127.0.0.1:${server.port}`);
    }
    const later = dialOf(server.port, book);
    sockets.push(await later.open());
    expect(later.dnsMs).toBeNaN();
    for (const socket of sockets) socket.destroy();
  });

  test('that is never answered leaves its dial in that stage, and cancelling it dials nobody', async () => {
    const server = await serve({});
    let answer: (found: { address: string; family: number }[]) => void = () => undefined;
    const book = new AddressBook(
      'shop.test',
      null,
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    const dial = dialOf(server.port, book);
    const opened = dial.open().catch(() => 'refused');
    expect(dial.stage).toBe('dns');
    dial.cancel();
    answer([{ address: '127.0.0.1', family: 4 }]);
    expect(await opened).toBe('refused');
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(server.connections).toBe(0);
  });

  test('with a public address is not dialled', async () => {
    const book = new AddressBook('shop.test', null, async () => [{ address: '203.0.113.1', family: 4 }]);
    const startMs = performance.now();
    await expect(dialOf(80, book).open()).rejects.toThrow(/203\.0\.113\.1.*--yes-i-own-this/);
    expect(performance.now() - startMs).toBeLessThan(500);
  });
});
