import { createServer, type RequestListener } from 'node:http';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { acknowledgedAt } from '../../../src/app/pager/acknowledgement.ts';
import { controlAt } from '../../../src/app/pager/control.ts';
import { DRILL_FAULT_NAMES, DRILL_FAULTS } from '../../../src/app/pager/faults.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { parseFault } from '../../../src/demo/faults.ts';

/** A server that keeps what it was asked. */
async function serve(
  answer: RequestListener,
): Promise<{ readonly url: string; readonly asked: readonly string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push(`${request.method} ${request.url} ${body}`.trim());
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  return { url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`, asked };
}

/** A control that numbers faults, as the example system's does, and one that does not. */
const numbering: RequestListener = (request, response) => {
  response.statusCode = request.method === 'POST' ? 201 : 200;
  response.end(request.method === 'POST' ? '{"id":7,"kind":"kill"}' : '{"faults":[]}');
};
const plain: RequestListener = (_request, response) => response.writeHead(204).end();

describe('controlAt', () => {
  test('orders a fault that ends by itself, and clears that one only', async () => {
    const { url, asked } = await serve(numbering);
    const control = controlAt({ url, fault: 'slow-some', forMs: 90_000.4 });
    await control.mend();
    await control.breakIt();
    await control.mend();
    await control.mend();
    expect(asked).toEqual([
      'POST /control/faults {"replica":"all","kind":"slow","ratio":0.02,"ms":300,"for":"90001ms"}',
      'DELETE /control/faults?id=7',
    ]);
  });

  test('user and password of its URL go along, and not within it', async () => {
    const seen: string[] = [];
    const { url, asked } = await serve((request, response) => {
      seen.push(request.headers.authorization ?? 'none');
      response.writeHead(204).end();
    });
    const named = url.replace('://', '://me:p%40ss@');
    await controlAt({ url: named, fault: 'kill', forMs: 1000 }).breakIt();
    await acknowledgedAt(`${named}/ack`, 'headroom/a', { nowMs: () => 1 })();
    const basic = `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
    expect(seen).toEqual([basic, basic]);
    expect(asked[1]).toBe('GET /ack?dedup_key=headroom%2Fa');
  });

  test('a path and a query of its own are kept, and a control without numbers is cleared whole', async () => {
    const { url, asked } = await serve(plain);
    const control = controlAt({ url: `${url}/chaos?key=1`, fault: 'kill', forMs: 1000 });
    await control.breakIt();
    await control.mend();
    expect(asked).toEqual([
      'POST /chaos?key=1 {"replica":"all","kind":"kill","for":"1000ms"}',
      'DELETE /chaos?key=1',
    ]);
  });

  test('a fault that is over by itself is no error; any other refusal is', async () => {
    let status = 404;
    const { url } = await serve((request, response) => {
      if (request.method === 'POST') numbering(request, response);
      else response.writeHead(status).end('there is \u001b[31mno such fault');
    });
    const gone = controlAt({ url, fault: 'kill', forMs: 1000 });
    await gone.breakIt();
    await expect(gone.mend()).resolves.toBeUndefined();
    status = 500;
    const broken = controlAt({ url, fault: 'kill', forMs: 1000 });
    await broken.breakIt();
    await expect(broken.mend()).rejects.toThrow(/refused: DELETE .*: 500 there is \\x1b\[31mno such fault/);
  });

  test('tries to mend what may have been broken though no answer came', async () => {
    const { url, asked } = await serve((request, response) => {
      if (request.method === 'POST') response.destroy();
      else plain(request, response);
    });
    const control = controlAt({ url, fault: 'kill', forMs: 1000 });
    await expect(control.breakIt()).rejects.toThrow(UsageError);
    await control.mend();
    expect(asked.at(-1)).toBe('DELETE /control/faults');
  });

  test.each(['ftp://127.0.0.1/', 'nonsense'])('%s is no control', (url) => {
    expect(() => controlAt({ url, fault: 'kill', forMs: 1000 })).toThrow('--target-control is no http URL');
  });

  test('nobody there is said in words, without the password of the URL', async () => {
    const control = controlAt({ url: 'http://me:secret@127.0.0.1:9/', fault: 'kill', forMs: 1000 });
    const error: unknown = await control.breakIt().catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect(String(error)).toMatch(/does not answer.*: the connection was refused$/);
    expect(String(error)).not.toContain('secret');
  });
});

test.each(DRILL_FAULT_NAMES)('the example system understands the order for %s', (name) => {
  const order = { ...DRILL_FAULTS[name].order, for: '30000ms' };
  expect(parseFault(order, 1)).toMatchObject({ replica: 'all', forMs: 30_000 });
});

describe('acknowledgedAt', () => {
  test('a question without an answer ends with what it is asked for', async () => {
    const { url } = await serve(() => undefined);
    const over = new AbortController();
    const answer = acknowledgedAt(url, 'headroom/a', { nowMs: () => 7 })(over.signal);
    setTimeout(() => over.abort(), 50);
    expect(await answer).toBeNull();
  }, 3000);

  test('200 is yes, all else is not yet', async () => {
    const statuses = [204, 404, 500, 302, 200];
    const { url, asked } = await serve((_request, response) =>
      response.writeHead(statuses.shift() ?? 500).end(),
    );
    const acknowledged = acknowledgedAt(`${url}/ack?team=a`, 'headroom/a b/service', { nowMs: () => 7 });
    const answers = [];
    for (let count = 0; count < 5; count += 1) answers.push(await acknowledged());
    expect(answers).toEqual([null, null, null, null, 7]);
    expect(asked[0]).toBe('GET /ack?team=a&dedup_key=headroom%2Fa+b%2Fservice');
  });

  test('nobody there is not yet', async () => {
    expect(await acknowledgedAt('http://127.0.0.1:9/', 'key', { nowMs: () => 7 })()).toBeNull();
  });

  test('refuses what is no URL', () => {
    expect(() => acknowledgedAt('pager', 'key', { nowMs: () => 7 })).toThrow(UsageError);
  });
});
