import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { deliver } from '../../../src/app/notify/deliver.ts';
import { openChannels, type Reach } from '../../../src/app/notify/open.ts';
import { systemPost } from '../../../src/app/world/post.ts';
import { systemWorld } from '../../../src/app/world.ts';
import type { Attempted } from '../../../src/notify/channel.ts';
import type { NotifierSettings } from '../../../src/plan/canary/notifier.ts';
import { pageEvent, resolveEvent } from '../../notify/sample-event.ts';
import { useScripted } from '../../support/closing.ts';
import { response, type ScriptedRequest } from '../../support/scripted-server.ts';

const serve = useScripted();
const folder = mkdtempSync(join(tmpdir(), 'headroom-open-'));
afterAll(() => rmSync(folder, { recursive: true }));

const { processes, clock } = systemWorld();
const reach: Reach = { post: systemPost({}), processes, clock, env: {} };

/** Every secret that is planted, as references or written out. */
const PLANTED = {
  KEY: 'R0uting-key-of-32-characters-long',
  PATH: 'T0PSECRET/B0TSECRET/xoxsecretsecret',
  SIGN: 'signing+secret/with&signs',
  USER: 'us3r-name:pa55-w0rd',
};
const SECRETS = Object.fromEntries(Object.entries(PLANTED).map(([name, value]) => [`env:${name}`, value]));
const UUID = '0c8f1ad0-5ec2-4e7a-8000-000000000002';

function notifiers(base: string): readonly NotifierSettings[] {
  const facts = { least: 'ticket' } as const;
  const host = base.replace(/\/$/, '');
  return [
    { ...facts, name: 'pd', kind: 'pagerduty', routingKey: '${env:KEY}', url: `${host}/v2/enqueue` },
    {
      ...facts,
      name: 'am',
      kind: 'alertmanager',
      urls: [host.replace('://', '://${env:USER}@')],
      labels: {},
    },
    { ...facts, name: 'slack', kind: 'slack', url: `${host}/services/\${env:PATH}` },
    {
      ...facts,
      name: 'teams',
      kind: 'teams',
      url: `${host}/workflows/written-out-secret/invoke?sig=query-secret-long`,
    },
    { ...facts, name: 'discord', kind: 'discord', url: `${host}/api/webhooks/123456789/discordtoken` },
    { ...facts, name: 'hook', kind: 'webhook', url: `${host}/hook`, secret: '${env:SIGN}', headers: [] },
    { ...facts, name: 'hc', kind: 'healthchecks', url: `${host}/${UUID}` },
    {
      ...facts,
      name: 'own',
      kind: 'exec',
      command: [process.execPath, '-e', 'console.log(process.argv[1]); process.exit(1)', '${env:SIGN}'],
      timeoutMs: 10_000,
    },
  ];
}

const HIDDEN = [
  ...Object.values(PLANTED),
  ...PLANTED.PATH.split('/'),
  ...PLANTED.USER.split(':').slice(1),
  'written-out-secret',
  'query-secret-long',
  '123456789',
  'discordtoken',
  UUID,
];

/** Forms in which somebody might give a secret back. */
const spelled = (text: string): string[] => [
  text,
  encodeURIComponent(text),
  Buffer.from(text).toString('base64'),
  JSON.stringify(text).slice(1, -1),
];

async function attemptsAt(answer: (request: ScriptedRequest) => void): Promise<Attempted[]> {
  const server = await serve({ onRequest: answer });
  const channels = openChannels(notifiers(server.url), SECRETS, reach);
  const attempts = channels.map(async ({ tell, beat }) =>
    tell === null
      ? beat?.({ phase: 'fail', runId: 'run', text: 'it failed' }, 5000)
      : tell(pageEvent(), 5000),
  );
  return (await Promise.all(attempts)).filter((attempt) => attempt !== undefined);
}

describe('channels of a plan', () => {
  test('are told at their addresses, with references replaced', async () => {
    const heads: string[] = [];
    const attempts = await attemptsAt(({ socket, head }) => {
      heads.push(head);
      socket.write(response('ok', { status: '202 Accepted' }));
    });
    expect(attempts.map(({ status }) => status)).toEqual([
      ...Array.from({ length: 7 }, () => 'accepted'),
      'later',
    ]);
    const lines = heads.map((head) => head.split(' ')[1] ?? '').toSorted((a, b) => (a < b ? -1 : 1));
    expect(lines).toEqual([
      `/${UUID}/fail?rid=run`,
      '/api/v2/alerts',
      '/api/webhooks/123456789/discordtoken',
      '/hook',
      `/services/${PLANTED.PATH}`,
      '/v2/enqueue',
      '/workflows/written-out-secret/invoke?sig=query-secret-long',
    ]);
    const basic = `Basic ${Buffer.from(PLANTED.USER).toString('base64')}`;
    expect(heads.find((head) => head.includes('/api/v2/alerts'))).toContain(basic);
  });

  test.each([
    ['refuses', '400 Bad Request'],
    ['accepts', '200 OK'],
    ['fails', '500 Internal Server Error'],
  ])('say no secret, whatever the server gives back that %s', async (_, status) => {
    const parts = HIDDEN.flatMap(spelled);
    const half = Math.ceil(parts.length / 2);
    for (const echoed of [parts.slice(0, half), parts.slice(half), parts.toReversed()]) {
      const attempts = await attemptsAt(({ socket, head }) => {
        socket.write(response(`${echoed.join(' ')} ${head}`, { status }));
      });
      const said = JSON.stringify(attempts);
      for (const part of parts) expect(said).not.toContain(part);
      expect(attempts).toHaveLength(8);
    }
  });

  test('say no secret when nobody is there, or it redirects to itself', async () => {
    const gone = await serve({});
    await gone.close();
    const channels = openChannels(notifiers(gone.url), SECRETS, reach);
    const refused = await Promise.all(channels.map(async ({ tell }) => tell?.(pageEvent(), 5000)));
    const redirected = await attemptsAt(({ socket, head }) => {
      const location = head.split(' ')[1];
      socket.write(
        response(`moved to ${location}`, { status: '302 Found', headers: [`location: ${location}`] }),
      );
    });
    const said = JSON.stringify([refused, redirected]);
    for (const part of HIDDEN.flatMap(spelled)) expect(said).not.toContain(part);
    expect(refused[0]).toEqual({ status: 'later', text: 'the connection was refused', afterMs: null });
    expect(redirected[0]).toEqual({
      status: 'later',
      text: 'redirects are not followed: it answered 302',
      afterMs: null,
    });
  });

  test('hand a program of one’s own the event on its standard input', async () => {
    const file = join(folder, 'event.json');
    const program = 'require("fs").writeFileSync(process.argv[1], require("fs").readFileSync(0))';
    const own: NotifierSettings = {
      name: 'own',
      least: 'page',
      kind: 'exec',
      command: [process.execPath, '-e', program, file],
      timeoutMs: 20_000,
    };
    const [channel] = openChannels([own], {}, reach);
    expect(await channel?.tell?.(resolveEvent())).toEqual({
      status: 'accepted',
      text: 'the program ended with 0',
    });
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
      schema: 'headroom.event/1',
      action: 'resolve',
    });
  });
});

describe('an event that a server does not take at first', () => {
  const bounds = { totalMs: 8000, attemptMs: 2000, attempts: 3, backoffMs: 20 };

  async function delivered(answer: (request: ScriptedRequest) => void) {
    const bodies: string[] = [];
    const server = await serve({
      onRequest: (request) => {
        bodies.push(request.head);
        answer(request);
      },
    });
    const settings = notifiers(server.url).filter(({ name }) => name === 'hook');
    const queue = [pageEvent(), resolveEvent()].map((event, id) => ({
      id,
      channel: 'hook',
      event,
      notBeforeMs: null,
    }));
    const channels = openChannels(settings, SECRETS, reach);
    const keys = () => bodies.map((head) => /^idempotency-key: (.*)$/im.exec(head)?.[1]);
    return { settled: await deliver(queue, channels, { world: { clock }, bounds }), keys };
  }

  const okAfter =
    (failures: number, fail: (request: ScriptedRequest) => void) =>
    (request: ScriptedRequest): void => {
      if (request.index < failures) fail(request);
      else request.socket.write(response('', { status: '204 No Content' }));
    };

  test.each<[string, (request: ScriptedRequest) => void]>([
    ['500', ({ socket }) => socket.write(response('', { status: '500 Oh' }))],
    [
      '429 for a moment',
      ({ socket }) => socket.write(response('', { status: '429 Wait', headers: ['retry-after: 0'] })),
    ],
    [
      '429 for ever',
      ({ socket }) =>
        socket.write(response('', { status: '429 Wait', headers: ['retry-after: 1000000000'] })),
    ],
    ['a reset', ({ reset }) => reset()],
  ])('is told again with the same key: %s', async (_, fail) => {
    const { settled, keys } = await delivered(okAfter(2, fail));
    expect(settled.map(({ report: { status, attempts } }) => [status, attempts])).toEqual([
      ['accepted', 3],
      ['accepted', 1],
    ]);
    const [first, second, third, fourth] = keys();
    expect([second, third]).toEqual([first, first]);
    expect(fourth).not.toBe(first);
  });

  test('is left for the next run when the server asks for more time than there is', async () => {
    const date = new Date(Date.now() + 600_000).toUTCString();
    const { settled, keys } = await delivered(({ socket }) =>
      socket.write(response('', { status: '429 Wait', headers: [`retry-after: ${date}`] })),
    );
    expect(settled.map(({ report: { status, attempts } }) => [status, attempts])).toEqual([
      ['spooled', 1],
      ['spooled', 0],
    ]);
    expect(settled[0]?.notBeforeMs).toBeGreaterThan(Date.now() + 500_000);
    expect(keys()).toHaveLength(1);
  });

  test('is given up for this run when the server hangs', async () => {
    const server = await serve({ onRequest: () => undefined });
    const channels = openChannels(
      notifiers(server.url).filter(({ name }) => name === 'pd'),
      SECRETS,
      reach,
    );
    const queue = [{ id: 1, channel: 'pd', event: pageEvent(), notBeforeMs: null }];
    const short = { totalMs: 700, attemptMs: 200, attempts: 3, backoffMs: 10 };
    const [settled] = await deliver(queue, channels, { world: { clock }, bounds: short });
    expect(settled?.report).toMatchObject({
      status: 'spooled',
      text: expect.stringMatching(/^no whole answer came/),
    });
    expect(settled?.report.attempts).toBeGreaterThan(1);
  });
});
