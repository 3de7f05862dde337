/** The canary as cron starts it: the built program, real servers, real files. */

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createTlsServer } from 'node:https';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import { emptyFolder } from '../../history/folder.ts';
import { issue } from '../../support/certificates.ts';
import {
  type CountingServer,
  type Ended,
  headroom,
  type Started,
  serve,
  shell,
  start,
  until,
} from '../binary.ts';

/** 20/s for as long as is said. */
const RATE = ['-r', '20/s', '-t', '1s', '--seed', '1', '-q'];
/** Ten requests: as much as a test may wait for. */
const BRIEF = [...RATE, '-d', '500ms'];

interface Bench {
  readonly folder: string;
  readonly state: string;
  readonly plan: string;
  /** What the exec notifier was given, oldest first. */
  readonly events: () => readonly Event[];
}

interface Event {
  readonly action: string;
  readonly subject: string;
  readonly severity: string;
  readonly dedupKey: string;
  readonly incidentId: string;
  readonly summary: string;
  readonly kind: string | null;
}

/**
 * A plan whose notifier writes events down; one bad run fires.
 *
 * @param canary more of its section, in YAML flow
 */
function bench(url: string, { fail = '1 of 1', canary = '', notify = '', more = '' } = {}): Bench {
  const folder = emptyFolder();
  const told = join(folder, 'told.jsonl');
  const exec = `{ exec: { command: [sh, -c, 'cat >> "$0"', ${JSON.stringify(told)}] } }`;
  const plan = join(folder, 'shop.yaml');
  writeFileSync(told, '');
  writeFileSync(
    plan,
    `version: 1
targets: [ { name: shop, get: "${url}" } ]
objectives: [ "p99 < 500ms", "errors < 1%" ]
canary: { every: 10s, fail: "${fail}"${canary} }
notify: [ ${exec}${notify} ]
${more}`,
  );
  const lines = (): readonly Event[] =>
    readFileSync(told, 'utf8')
      .split('\n')
      .flatMap((line): Event[] => (line === '' ? [] : [JSON.parse(line)]));
  return { folder, state: join(folder, 'state'), plan, events: lines };
}

function look({ plan, state }: Bench, ...more: readonly string[]): Promise<Ended> {
  return headroom(['canary', ...BRIEF, '--state-dir', state, ...more, plan]);
}

function lookLong({ plan, state }: Bench, ...more: readonly string[]): Promise<Ended> {
  return headroom(['canary', ...RATE, '-d', '2s', '--state-dir', state, ...more, plan]);
}

/** A look of five seconds, to be ended before. */
function startLong({ plan, state }: Bench): Started {
  return start(['canary', ...RATE, '-d', '5s', '--state-dir', state, plan]);
}

async function fine(): Promise<CountingServer> {
  const server = await serve((_, response) => response.end('ok'));
  onTestFinished(() => server.close());
  return server;
}

/** A port of this machine on which nobody listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  const port = await new Promise<number>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}

function actions({ events }: Bench): string[] {
  return events().map(({ action, subject }) => `${action} ${subject}`);
}

describe('a service that answers', () => {
  test('is ok: code 0, nobody told, no pass claimed; over fresh connections and kept ones', async () => {
    const place = bench((await fine()).url);
    const { code, out } = await lookLong(place, '--json');
    expect(code).toBe(0);
    const { command, canary, verdict, exitCode, totals } = JSON.parse(out);
    expect(totals.connectionsOpened).toBeGreaterThanOrEqual(10);
    expect(totals.reused).toBeGreaterThanOrEqual(10);
    expect([command, canary.check, canary.outcome, exitCode]).toEqual(['canary', 'shop', 'ok', 0]);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons[0].code).toBe('NOT_YET_SHOWN');
    expect(place.events()).toEqual([]);
    const history = await headroom(['history', '--state-dir', place.state, '--json']);
    expect(JSON.parse(history.out).kept).toBe(0);
  });
});

describe('a service that dies and comes back', () => {
  test('is told of once, and once that it is over; what a notifier never takes costs a good run code 4', async () => {
    let status = 500;
    const server = await serve((_, response) => {
      response.statusCode = status;
      response.end();
    });
    const refusing = await serve((_, response) => {
      response.statusCode = 400;
      response.end('no');
    });
    onTestFinished(() => server.close());
    onTestFinished(() => refusing.close());
    const place = bench(server.url, { notify: `, { slack: "${refusing.url}services/x" }` });
    expect([(await look(place)).code, (await look(place)).code]).toEqual([1, 1]);
    expect(actions(place)).toEqual(['trigger service']);
    status = 200;
    expect([(await look(place)).code, (await look(place)).code]).toEqual([0, 4]);
    expect(actions(place)).toEqual(['trigger service', 'resolve service']);
    const [trigger, resolve] = place.events();
    expect(trigger).toMatchObject({ kind: 'erroring', severity: 'page', dedupKey: 'headroom/shop' });
    expect(trigger?.summary).toContain('(shop: status 500, expected less than 400)');
    expect(resolve).toMatchObject({ dedupKey: 'headroom/shop', incidentId: trigger?.incidentId });
    const shown = await headroom(['history', 'show', 'latest', '--state-dir', place.state]);
    expect(shown.out).toMatch(/^BAD {2}shop answers with errors/);
  }, 60_000);
});

describe('a target that does not answer', () => {
  test('is offline where the control answers, and may be the network where that is silent too', async () => {
    const dead = await deadUrl();
    const answered = bench(dead, { canary: `, control: "${(await fine()).url}"` });
    const bad = await look(answered, '--json');
    expect(bad.code).toBe(1);
    expect(JSON.parse(bad.out).canary).toMatchObject({
      outcome: 'bad',
      kind: 'offline',
      control: 'answered',
    });
    const silent = bench(dead, { canary: `, control: "${await deadUrl()}", blind: 1` });
    const blind = await look(silent, '--json');
    expect(blind.code).toBe(3);
    expect(JSON.parse(blind.out).canary).toMatchObject({ outcome: 'blind', control: 'silent' });
    expect(actions(silent)).toEqual(['trigger blind']);
  }, 30_000);

  test('pages nobody in a maintenance window', async () => {
    const place = bench(await deadUrl(), {
      canary: ', maintenance: ["daily 00:00-12:00", "daily 12:00-00:00"]',
    });
    expect((await look(place)).code).toBe(1);
    expect(place.events()).toEqual([]);
  }, 30_000);
});

describe('two canaries of one check', () => {
  test('started together: one looks, the other says so and leaves', async () => {
    const server = await fine();
    const place = bench(server.url);
    const both = await Promise.all([lookLong(place), lookLong(place, '--format', 'nagios')]);
    expect(new Set(both.map(({ code }) => code))).toEqual(new Set([0, 3]));
    const left = both.find(({ code }) => code === 3);
    expect(`${left?.out}${left?.err}`).toMatch(/another run of the check shop is under way|^$/);
    expect(server.requests()).toBe(40);
  }, 30_000);

  test('one that is killed or told to stop keeps nothing, and the next one looks at once', async () => {
    const server = await fine();
    const place = bench(server.url);
    for (const [signal, code] of [
      ['SIGKILL', null],
      ['SIGTERM', 143],
    ] as const) {
      const before = server.requests();
      const { process: child, ended } = startLong(place);
      await until(() => server.requests() > before + 3);
      child.kill(signal);
      expect((await ended).code).toBe(code);
    }
    const { code, out } = await look(place, '--json');
    expect([code, JSON.parse(out).canary.pooled[0].runs]).toEqual([0, 1]);
  }, 30_000);
});

describe('a history that cannot be used', () => {
  test('costs an ok run code 4, and a bad one pages at once all the same', async () => {
    const newer = async (url: string): Promise<Bench> => {
      const place = bench(url, { fail: '3 of 5' });
      mkdirSync(place.state);
      const database = new DatabaseSync(join(place.state, 'history.db'));
      database.exec('PRAGMA user_version = 99');
      database.close();
      return place;
    };
    const lost = await look(await newer((await fine()).url));
    expect([lost.code, lost.err]).toEqual([4, expect.stringContaining('a newer headroom made it')]);
    const ill = await newer(await deadUrl());
    expect((await look(ill)).code).toBe(1);
    expect(actions(ill)).toEqual(['trigger service']);
  }, 30_000);

  test('on a full disk as well', async () => {
    const place = bench(await deadUrl());
    const args = ['canary', ...BRIEF, '--state-dir', `${place.folder}/full/state`, place.plan].join(' ');
    const { code, err } = await shell(
      `mkdir -p ${place.folder}/full && unshare -m bash -c 'mount -t tmpfs -o size=16k none ${place.folder}/full && $HEADROOM ${args}'`,
    );
    expect([code, err]).toEqual([1, expect.stringContaining('cannot be used')]);
    expect(actions(place)).toEqual(['trigger service']);
  }, 30_000);

  test('is moved aside when it is damaged, which is said', async () => {
    const place = bench((await fine()).url);
    mkdirSync(place.state);
    writeFileSync(join(place.state, 'history.db'), 'no database');
    const { code, err } = await headroom([
      'canary',
      ...BRIEF.filter((flag) => flag !== '-q'),
      '--state-dir',
      place.state,
      place.plan,
    ]);
    expect([code, err]).toEqual([0, expect.stringContaining('is damaged: it was moved to')]);
  }, 30_000);
});

test('a certificate that ends soon is a ticket', async () => {
  const folder = emptyFolder();
  const certificate = issue(folder, { name: 'soon', altNames: ['IP:127.0.0.1'], toDays: 5 }, null);
  const server = createTlsServer(certificate, (_, response) => response.end('ok'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const place = bench(`https://127.0.0.1:${port}/`, {
    more: `tls: { ca: ${join(certificate.folder, 'cert.pem')} }`,
  });
  const { code, out } = await look(place, '--json');
  expect(code).toBe(0);
  expect(JSON.parse(out).canary.certificate.daysLeft).toBeCloseTo(5, 0);
  expect(place.events()).toMatchObject([
    { action: 'trigger', subject: 'certificate', severity: 'ticket', dedupKey: 'headroom/shop/certificate' },
  ]);
}, 30_000);

describe('a notifier', () => {
  test('that is down is told with the next run, once, with the same key; its secret shows nowhere', async () => {
    const hook = { up: false, bodies: [] as string[], keys: [] as unknown[] };
    const receiver = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        if (hook.up) hook.bodies.push(body);
        hook.keys.push(request.headers['idempotency-key']);
        response.statusCode = hook.up ? 200 : 503;
        response.setHeader('retry-after', hook.up ? '0' : '1000000000');
        response.end();
      });
    });
    onTestFinished(() => receiver.close());
    const notify = `, { webhook: { url: "${receiver.url}services/T0PS3CRETPATH", secret: "hunter2hunter2" } }`;
    const place = bench(await deadUrl(), { notify });
    const said: Ended[] = [await look(place)];
    expect(hook.keys.length).toBeGreaterThan(0);
    hook.up = true;
    said.push(await look(place, '--json'));
    said.push(await look(place));
    expect(said.map(({ code }) => code)).toEqual([1, 1, 1]);
    expect(said[0]?.err).toContain('webhook did not take the trigger of service');
    expect(hook.bodies).toHaveLength(1);
    expect(JSON.parse(hook.bodies[0] ?? '')).toMatchObject({ action: 'trigger', dedupKey: 'headroom/shop' });
    expect(new Set(hook.keys).size).toBe(1);
    expect(JSON.stringify(said)).not.toMatch(/T0PS3CRETPATH|hunter2/);
  }, 60_000);

  test('that was being told when the canary was killed is told once more, with the same keys', async () => {
    const bodies: { readonly dedupKey: string; readonly action: string }[] = [];
    const keys: unknown[] = [];
    let holds = true;
    let heldFrom = Infinity;
    const receiver = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        heldFrom = Math.min(heldFrom, performance.now());
        bodies.push(JSON.parse(body));
        keys.push(request.headers['idempotency-key']);
        if (!holds) response.end();
      });
    });
    onTestFinished(() => receiver.close());
    let beatAt = 0;
    const watcher = await serve((request, response) => {
      if (request.url?.includes('/fail') === true && beatAt === 0) beatAt = performance.now();
      response.end();
    });
    onTestFinished(() => watcher.close());
    const place = bench(await deadUrl(), {
      notify: `, { webhook: { url: "${receiver.url}" } }, { healthchecks: "${watcher.url}ping" }`,
    });
    const { process: child, ended } = start(['canary', ...BRIEF, '--state-dir', place.state, place.plan]);
    await until(() => bodies.length > 0 && beatAt > 0);
    // Who watches the canary does not wait for a channel that hangs.
    expect(beatAt - heldFrom).toBeLessThan(2_000);
    child.kill('SIGKILL');
    await ended;
    holds = false;
    for (let runs = 0; runs < 2; runs += 1) expect((await look(place)).code).toBe(1);
    expect(bodies.map(({ action, dedupKey }) => [action, dedupKey])).toEqual([
      ['trigger', 'headroom/shop'],
      ['trigger', 'headroom/shop'],
    ]);
    expect(new Set(keys).size).toBe(1);
  }, 60_000);
});

test('a page of a canary gives back the same bytes that were written as JSON', async () => {
  const service = bench(await deadUrl());
  const [json, html] = [join(service.folder, 'a.json'), join(service.folder, 'a.html')];
  expect(await look(service, '-o', json, '-o', html)).toMatchObject({ code: 1 });
  const written = readFileSync(json, 'utf8');
  expect((await headroom(['report', html, '--json'])).out).toBe(written);
  expect((await headroom(['report', json, '--json'])).out).toBe(written);
});

describe('what monitors read', () => {
  test('Nagios gets one line and its code', async () => {
    const ok = await look(bench((await fine()).url), '--format', 'nagios');
    expect([ok.code, ok.err]).toEqual([0, '']);
    expect(ok.out).toMatch(/^HEADROOM OK - .*\|.*'p50'=/);
    const bad = await look(bench(await deadUrl()), '--format', 'nagios');
    expect(bad.code).toBe(2);
    expect(bad.out).toMatch(/^HEADROOM CRITICAL - shop offline: 1 of 1 runs bad/);
  }, 30_000);

  test('a textfile and a log are written, readable by an exporter whatever the umask', async () => {
    const place = bench((await fine()).url);
    const args = [
      'canary',
      ...BRIEF,
      '--state-dir',
      place.state,
      '--report',
      `prometheus=${place.folder}/h.prom`,
    ];
    const line = [...args, '--log', `${place.folder}/h.jsonl`, place.plan].join(' ');
    const { code, out } = await shell(
      `umask 077; $HEADROOM ${line}; code=$?; stat -c %a ${place.folder}/h.prom; exit $code`,
    );
    expect([code, out.trimEnd().split('\n').at(-1)]).toEqual([0, '644']);
    const metrics = readFileSync(`${place.folder}/h.prom`, 'utf8');
    expect(metrics).toMatch(/^headroom_last_success_timestamp_seconds\{check="shop"\} 1\d{9}/m);
    expect(JSON.parse(readFileSync(`${place.folder}/h.jsonl`, 'utf8'))).toMatchObject({
      check: 'shop',
      outcome: 'ok',
    });
  }, 30_000);
});

test.each([
  [['--no-history'], 'a canary lives by its history'],
  [['--fail', '4 of 3'], '4 of 3'],
])('%j is refused before anything is sent', async (flags, message) => {
  const server = await fine();
  const { code, err } = await look(bench(server.url), ...flags);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  expect(server.requests()).toBe(0);
});
