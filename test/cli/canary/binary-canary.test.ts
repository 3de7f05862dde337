/** The canary as cron starts it: the built program, real servers, real files. */

import { readFileSync, writeFileSync } from 'node:fs';
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

/** A plan whose notifier writes events down. @param canary more of its section, in YAML flow */
function bench(url: string, { canary = '', notify = '', more = '' } = {}): Bench {
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
canary: { every: 2s, fail: "2 of 5"${canary} }
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
  return headroom(['canary', ...RATE, '-d', '2s', '--every', '10s', '--state-dir', state, ...more, plan]);
}

/** A look of five seconds, to be ended before. */
function startLong({ plan, state }: Bench): Started {
  return start(['canary', ...RATE, '-d', '5s', '--every', '10s', '--state-dir', state, plan]);
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
  test('is ok: code 0, nobody told, and no pass is claimed of ten requests', async () => {
    const place = bench((await fine()).url);
    const { code, out } = await look(place, '--json');
    expect(code).toBe(0);
    const { command, canary, verdict, exitCode } = JSON.parse(out);
    expect([command, canary.check, canary.outcome, exitCode]).toEqual(['canary', 'shop', 'ok', 0]);
    expect(verdict.status).toBe('inconclusive');
    expect(verdict.reasons[0].code).toBe('NOT_YET_SHOWN');
    expect(place.events()).toEqual([]);
    const history = await headroom(['history', '--state-dir', place.state, '--json']);
    expect(JSON.parse(history.out).kept).toBe(0);
  });

  test('is opened over fresh connections and over kept ones', async () => {
    const { out } = await lookLong(bench((await fine()).url), '--json');
    const { connectionsOpened, reused } = JSON.parse(out).totals;
    expect(connectionsOpened).toBeGreaterThanOrEqual(10);
    expect(reused).toBeGreaterThanOrEqual(10);
  });
});

describe('a service that dies and comes back', () => {
  test('is told of once, and once that it is over; its bad runs are kept as evidence', async () => {
    let status = 500;
    const server = await serve((_, response) => {
      response.statusCode = status;
      response.end();
    });
    onTestFinished(() => server.close());
    const place = bench(server.url);
    const codes: (number | null)[] = [];
    for (let runs = 0; runs < 4; runs += 1) codes.push((await look(place)).code);
    expect(codes).toEqual([1, 1, 1, 1]);
    expect(actions(place)).toEqual(['trigger service']);
    status = 200;
    const back = [await look(place), await look(place), await look(place)];
    expect(back.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(actions(place)).toEqual(['trigger service', 'resolve service']);
    const [trigger, resolve] = place.events();
    expect(trigger).toMatchObject({ kind: 'erroring', severity: 'page', dedupKey: 'headroom/shop' });
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
    const silent = bench(dead, { canary: `, control: "${await deadUrl()}", blind: 2` });
    const blind = await look(silent, '--json');
    expect(blind.code).toBe(3);
    expect(JSON.parse(blind.out).canary).toMatchObject({ outcome: 'blind', control: 'silent' });
    await look(silent);
    expect(actions(silent)).toEqual(['trigger blind']);
  }, 30_000);

  test('pages nobody in a maintenance window', async () => {
    const place = bench(await deadUrl(), {
      canary: ', maintenance: ["daily 00:00-12:00", "daily 12:00-00:00"]',
    });
    for (let runs = 0; runs < 3; runs += 1) expect((await look(place)).code).toBe(1);
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

  test('killed in the middle: the next looks at once, and finds all that was kept', async () => {
    const server = await fine();
    const place = bench(server.url);
    await look(place);
    const before = server.requests();
    const { process: child, ended } = startLong(place);
    await until(() => server.requests() > before);
    child.kill('SIGKILL');
    await ended;
    const { code, out } = await look(place, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(out).canary.pooled[0].runs).toBe(2);
  }, 30_000);

  test('one that is told to stop keeps nothing, and ends with 143', async () => {
    const server = await fine();
    const place = bench(server.url);
    const { process: child, ended } = startLong(place);
    await until(() => server.requests() > 3);
    child.kill('SIGTERM');
    expect((await ended).code).toBe(143);
    expect(JSON.parse((await look(place, '--json')).out).canary.pooled[0].runs).toBe(1);
  }, 30_000);
});

describe('a history that cannot be used', () => {
  test('costs an ok run code 4, and a bad one pages at once all the same', async () => {
    const newer = (state: string): void => {
      const database = new DatabaseSync(join(state, 'history.db'));
      database.exec('PRAGMA user_version = 99');
      database.close();
    };
    const well = bench((await fine()).url);
    await look(well);
    newer(well.state);
    const lost = await look(well);
    expect(lost.code).toBe(4);
    expect(lost.err).toContain('a newer headroom made it');
    const ill = bench(await deadUrl());
    await look(ill);
    newer(ill.state);
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
    await look(place);
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
  await look(place);
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
    const said: Ended[] = [];
    for (let runs = 0; runs < 2; runs += 1) said.push(await look(place));
    expect(hook.keys.length).toBeGreaterThan(0);
    hook.up = true;
    said.push(await look(place, '--json'));
    said.push(await look(place));
    expect(said.map(({ code }) => code)).toEqual([1, 1, 1, 1]);
    expect(said[1]?.err).toContain('webhook did not take the trigger of service');
    expect(hook.bodies).toHaveLength(1);
    expect(JSON.parse(hook.bodies[0] ?? '')).toMatchObject({ action: 'trigger', dedupKey: 'headroom/shop' });
    expect(new Set(hook.keys).size).toBe(1);
    expect(JSON.stringify(said)).not.toMatch(/T0PS3CRETPATH|hunter2/);
  }, 60_000);

  test('that was being told when the canary was killed is told once more, with the same keys', async () => {
    const bodies: { readonly dedupKey: string; readonly action: string }[] = [];
    const keys: unknown[] = [];
    let holds = true;
    const receiver = await serve((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        bodies.push(JSON.parse(body));
        keys.push(request.headers['idempotency-key']);
        if (!holds) response.end();
      });
    });
    onTestFinished(() => receiver.close());
    const place = bench(await deadUrl(), { notify: `, { webhook: { url: "${receiver.url}" } }` });
    await look(place);
    const { process: child, ended } = start(['canary', ...BRIEF, '--state-dir', place.state, place.plan]);
    await until(() => bodies.length > 0);
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

  test('that never takes it costs a good run code 4', async () => {
    let status = 500;
    const server = await serve((_, response) => {
      response.statusCode = status;
      response.end();
    });
    const receiver = await serve((_, response) => {
      response.statusCode = 400;
      response.end('no');
    });
    onTestFinished(() => server.close());
    onTestFinished(() => receiver.close());
    const place = bench(server.url, { notify: `, { slack: "${receiver.url}services/x" }` });
    expect([(await look(place)).code, (await look(place)).code]).toEqual([1, 1]);
    status = 200;
    expect([(await look(place)).code, (await look(place)).code]).toEqual([0, 4]);
    expect(actions(place)).toEqual(['trigger service', 'resolve service']);
  }, 30_000);
});

test('a page of a canary gives back the same bytes that were written as JSON', async () => {
  const service = bench(await deadUrl());
  const [json, html] = [join(service.folder, 'a.json'), join(service.folder, 'a.html')];
  await look(service);
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
    expect(bad.out).toMatch(/^HEADROOM CRITICAL - shop offline: 1 of 5 runs bad/);
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
  [['--every', 'often'], 'often'],
])('%j is refused before anything is sent', async (flags, message) => {
  const server = await fine();
  const { code, err } = await look(bench(server.url), ...flags);
  expect([code, err]).toEqual([2, expect.stringContaining(message)]);
  expect(server.requests()).toBe(0);
});
