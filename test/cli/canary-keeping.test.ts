import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DatabaseSync } from '@photostructure/sqlite';
import { expect, test } from 'vitest';
import { emptyFolder } from '../history/folder.ts';

const KEEPER = fileURLToPath(new URL('../fixtures/canary/keeper.mjs', import.meta.url));

/** `HEADROOM_LONG=1` is the long form of each: a hundred pairs, a hundred kills. */
const isLong = process.env['HEADROOM_LONG'] === '1';
const TIMES = isLong ? 100 : 10;
const TIMEOUT_MS = isLong ? 600_000 : 60_000;

type End = 'settle' | 'leave' | 'tight' | 'kill' | 'kill-judging' | 'kill-state' | 'kill-events';

interface Keeper {
  /** Resolves when it is up and waits for its start. */
  readonly ready: Promise<void>;
  readonly go: () => void;
  readonly kill: () => void;
  /** Its lines, and how it ended; a line that was cut short was not said. */
  readonly ended: Promise<{ readonly lines: readonly string[]; readonly err: string }>;
}

function keeper(folder: string, prefix: string, how: { runs: number; holdMs: number; end: End }): Keeper {
  const args = [KEEPER, folder, prefix, String(how.runs), String(how.holdMs), how.end, `${folder}.journal`];
  const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdin.on('error', () => undefined);
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = new Promise<{ lines: string[]; err: string }>((resolve) => {
    child.on('close', () => resolve({ lines: out.split('\n').slice(0, -1), err }));
  });
  const ready = new Promise<void>((resolve) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
      if (out.startsWith('ready\n')) resolve();
    });
  });
  return { ready, go: () => child.stdin.end('go\n'), kill: () => child.kill('SIGKILL'), ended };
}

/** One keeper from its start to its end; what it said without `ready`. */
async function keep(
  folder: string,
  prefix: string,
  end: End,
): Promise<{ readonly lines: readonly string[]; readonly err: string }> {
  const one = keeper(folder, prefix, { runs: 1, holdMs: 0, end });
  await one.ready;
  one.go();
  const { lines, err } = await one.ended;
  return { lines: lines.slice(1), err };
}

interface Content {
  readonly integrity: unknown;
  /** Ids of the runs, in the order in which they were kept. */
  readonly runs: readonly string[];
  readonly state: unknown;
  /** Run and channel of each event, whatever became of it. */
  readonly events: readonly string[];
}

function contentOf(folder: string): Content {
  const database = new DatabaseSync(join(folder, 'history.db'));
  const texts = (sql: string): string[] =>
    database
      .prepare(sql)
      .all()
      .map((row: { readonly text: string }) => row.text);
  const content = {
    integrity: texts('SELECT integrity_check AS text FROM pragma_integrity_check'),
    runs: texts('SELECT run_id AS text FROM canary_runs ORDER BY place'),
    state: JSON.parse(texts('SELECT state AS text FROM canary_states')[0] ?? 'null'),
    events: texts("SELECT event ->> 'runId' || ' ' || channel AS text FROM canary_outbox ORDER BY id"),
  };
  database.close();
  return content;
}

/** What must be in the file with these runs: the state of the last one, and the events of each odd one, once. */
function expectSound({ integrity, runs, state, events }: Content): void {
  expect(integrity).toEqual(['ok']);
  expect(state).toEqual({ count: runs.length, runId: runs.at(-1), before: runs.at(-2) ?? null });
  const odd = runs.filter((_, place) => place % 2 === 0);
  expect(events).toEqual(odd.flatMap((runId) => [`${runId} pd`, `${runId} slack`]));
}

test(
  `of two canaries started together, ${TIMES} times, both never run at once`,
  async () => {
    const folder = join(emptyFolder(), 'state');
    let left = 0;
    for (let pair = 0; pair < TIMES; pair += 1) {
      const two = ['a', 'b'].map((one) =>
        keeper(folder, `${one}${pair}`, { runs: 1, holdMs: 20, end: 'settle' }),
      );
      await Promise.all(two.map(({ ready }) => ready));
      for (const { go } of two) go();
      const ended = await Promise.all(two.map((one) => one.ended));
      const last = ended.map(({ lines }) => lines.at(-1) ?? '').toSorted((a, b) => a.localeCompare(b));
      expect(ended.map(({ err }) => err)).toEqual(['', '']);
      expect([
        ['held', 'ran'],
        ['ran', 'ran'],
      ]).toContainEqual(last);
      if (last[0] === 'held') left += 1;
    }
    const journal = readFileSync(`${folder}.journal`, 'utf8').trimEnd().split('\n');
    for (let place = 0; place < journal.length; place += 2) {
      expect(journal[place + 1]).toBe(journal[place]?.replace('in', 'out'));
    }
    const content = contentOf(folder);
    expectSound(content);
    expect(content.runs).toHaveLength(2 * TIMES - left);
    if (isLong) process.stderr.write(`${TIMES} pairs: in ${left} the second one left\n`);
  },
  TIMEOUT_MS,
);

test(
  `killed ${TIMES} times at any point, the file is sound and the next canary takes over at once`,
  async () => {
    const root = emptyFolder();
    const old = join(root, 'old');
    let kept = 0;
    for (let time = 0; time < TIMES; time += 1) {
      // Every other one makes its file first, which may be cut short as well.
      const isOld = time % 2 === 0;
      const folder = isOld ? old : join(root, `new-${time}`);
      const one = keeper(folder, `k${time}`, { runs: 100_000, holdMs: 0, end: isOld ? 'tight' : 'settle' });
      await one.ready;
      const startMs = performance.now();
      one.go();
      await new Promise((resolve) => setTimeout(resolve, Math.random() * 80));
      one.kill();
      const { lines, err } = await one.ended;
      expect([lines.at(-1) === 'held', err]).toEqual([false, '']);
      const said = lines.filter((line) => line.startsWith('kept ')).map((line) => line.split(' ')[2]);
      kept += said.length;
      // It may have been killed before there was anything.
      if (!existsSync(join(folder, 'history.db'))) continue;
      expect(performance.now() - startMs).toBeLessThan(10_000);
      const next = await keep(folder, `n${time}`, 'settle');
      expect([next.lines.at(-1), next.err]).toEqual(['ran', '']);
      const content = contentOf(folder);
      expectSound(content);
      expect(content.runs).toEqual(expect.arrayContaining(said));
    }
    expect(kept).toBeGreaterThan(0);
    if (isLong) {
      const { runs, events } = contentOf(old);
      process.stderr.write(`${TIMES} kills: ${runs.length} runs and ${events.length} events are kept\n`);
    }
  },
  TIMEOUT_MS,
);

test('what was kept and not delivered when a canary was killed waits once, with its key, for the next one', async () => {
  const folder = join(emptyFolder(), 'state');
  const first = await keep(folder, 'first', 'kill');
  const queued = 'queued pd=headroom/shop/service,slack=headroom/shop/service';
  expect(first.lines).toEqual(['kept 1 first-1', queued]);
  const second = await keep(folder, 'second', 'settle');
  expect(second.lines).toEqual(['kept 2 second-1', queued, 'settled', 'ran']);
  const third = await keep(folder, 'third', 'leave');
  expect(third.lines.slice(0, 2)).toEqual(['kept 3 third-1', queued]);
  expect(contentOf(folder).events).toEqual(['first-1 pd', 'first-1 slack', 'third-1 pd', 'third-1 slack']);
}, 30_000);

test.each(['kill-judging', 'kill-state', 'kill-events'] as const)(
  'a commit that is cut short (%s) leaves nothing of its run',
  async (end) => {
    const folder = join(emptyFolder(), 'state');
    for (const number of [1, 2]) await keep(folder, `whole${number}`, 'leave');
    const before = contentOf(folder);
    expect(await keep(folder, 'cut', end)).toEqual({ lines: [], err: '' });
    expect(contentOf(folder)).toEqual(before);
    expectSound(before);
    expect((await keep(folder, 'next', 'leave')).lines[0]).toBe('kept 3 next-1');
    expectSound(contentOf(folder));
  },
  30_000,
);

test('a disk that fills up takes a run whole or not at all, and the next one once there is room', async () => {
  const folder = join(emptyFolder(), 'state');
  const keeping = `echo go | ${process.execPath} ${KEEPER} ${folder} full 60 0 leave`;
  const { stdout, stderr } = spawnSync('bash', ['-c', `ulimit -f 400; ${keeping}`], { encoding: 'utf8' });
  const lines = stdout.split('\n');
  const said = lines.filter((line) => line.startsWith('kept ')).map((line) => line.split(' ')[2]);
  const refused = lines.filter((line) => line.startsWith('unkept '));
  expect(said.length).toBeGreaterThan(0);
  expect(refused.length).toBeGreaterThan(0);
  expect(said.length + refused.length).toBe(60);
  for (const line of refused) expect(line).toContain('no space is left');
  expect([lines.at(-2), stderr]).toEqual(['ran', '']);
  const before = contentOf(folder);
  expectSound(before);
  expect(before.runs).toEqual(said);
  const next = await keep(folder, 'next', 'leave');
  expect([next.lines.at(-1), next.err]).toEqual(['ran', '']);
  const after = contentOf(folder);
  expectSound(after);
  expect(after.runs).toEqual([...said, 'next-1']);
}, 30_000);

/** A file system of its own, as only some users and containers may have. */
const canMount = spawnSync('sh', ['-c', 'unshare --mount --map-root-user true']).status === 0;

function mounted(options: string, prepare: string, folder: string): { out: string; err: string } {
  const keeping = `echo go | ${process.execPath} ${KEEPER} ${folder}/state a 1 0 settle`;
  const script = `mount -t tmpfs -o ${options} tmpfs ${folder} && mkdir ${folder}/state && ${prepare} && ${keeping}`;
  const line = `unshare --mount --map-root-user sh -c "${script}"`;
  const { stdout, stderr } = spawnSync('sh', ['-c', line], { encoding: 'utf8' });
  return { out: stdout, err: stderr };
}

test.skipIf(!canMount).each(['16k', '64k', '128k'])(
  'on a full disk (%s) the lock is taken all the same, and it is said that nothing is kept',
  (size) => {
    const { out, err } = mounted(`size=${size}`, 'true', emptyFolder());
    expect(out.split('\n')).toEqual([
      'ready',
      expect.stringMatching(/^unkept the history .*: .*no space is left/),
      'ran',
      '',
    ]);
    expect(err).toBe('');
  },
  30_000,
);

test.skipIf(!canMount)(
  'in a folder that may not be written to it is said that nothing is locked and nothing kept',
  () => {
    const folder = emptyFolder();
    const { out, err } = mounted('size=1m', `mount -o remount,ro ${folder}`, folder);
    expect(out).toContain('unkept the history');
    expect(out).toContain('the file system is read-only');
    expect(err).toContain('two canaries of it may run at once: the file system is read-only');
  },
  30_000,
);
