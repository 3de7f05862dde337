import { describe, expect, test } from 'vitest';
import {
  columnsOf,
  createProgress,
  type ProgressOptions,
  type ProgressState,
} from '../../src/cli/progress.ts';

const STATE: ProgressState = {
  phase: 'running',
  elapsedMs: 12_400,
  totalMs: 20_000,
  askedPerSecond: 200,
  achievedPerSecond: 198.4,
  p50Ms: 21.3,
  p99Ms: 212,
  errors: 3,
  errorRatio: 0.00124,
  inFlight: 9,
  dropped: 0,
};
const OPTIONS: ProgressOptions = { quiet: false, color: false, unicode: true };

// oxlint-disable-next-line no-control-regex -- the commands of a terminal, and everything between them
const TOKEN = /\u001b\[[?\d]*[a-zA-Z]|\n|\r|[^\u001b\n\r]+/g;
// oxlint-disable-next-line no-control-regex -- the escape codes that we ourselves write
const COLORS = /\u001b\[\d{1,2}m/g;

function stripColors(text: string): string {
  return text.replaceAll(COLORS, '');
}

interface Screen {
  readonly writes: string[];
  columns: number;
  readonly isTTY: boolean;
  write(text: string): void;
}

function screen(isTTY: boolean, columns = 80): Screen {
  const writes: string[] = [];
  return { writes, columns, isTTY, write: (text) => void writes.push(text) };
}

/** What a terminal shows after these writes: understands what the display uses, and fails on anything else. */
function shown(writes: readonly string[]): { readonly lines: string[]; readonly cursor: boolean } {
  let lines: string[] = [''];
  let cursor = true;
  for (const [token] of writes.join('').matchAll(TOKEN)) {
    const up = /^.\[(\d+)A$/.exec(token);
    if (up !== null) lines = lines.slice(0, Math.max(1, lines.length - Number(up[1])));
    else if (token === '\u001b[J') lines[lines.length - 1] = '';
    else if (token === '\u001b[?25l') cursor = false;
    else if (token === '\u001b[?25h') cursor = true;
    else if (token === '\n') lines.push('');
    else if (token !== '\r') {
      if (token.startsWith('\u001b')) throw new Error(`unknown command ${JSON.stringify(token)}`);
      lines[lines.length - 1] += token;
    }
  }
  return { lines, cursor };
}

describe('progress on a terminal', () => {
  test('is one block with time, rate, latency and errors', () => {
    const out = screen(true);
    const progress = createProgress(out, OPTIONS);
    progress.update(STATE, 0);
    progress.update({ ...STATE, p99Ms: 106 }, 100);
    expect(shown(out.writes).lines).toEqual([
      'running  ████████████████████████░░░░░░░░░░░░░░░░  62%   8s left',
      'rate     198/s of 200/s asked   in flight 9',
      'latency  p50 21.3ms   p99 106ms   █▅',
      'errors   3 errors (0.124%)',
      '',
    ]);
  });

  test('is redrawn in place, ten times a second at most', () => {
    const out = screen(true);
    const progress = createProgress(out, OPTIONS);
    for (let nowMs = 0; nowMs < 1000; nowMs += 10) progress.update(STATE, nowMs);
    expect(out.writes).toHaveLength(10);
    expect(shown(out.writes).lines).toHaveLength(5);
  });

  test('hides the cursor while it runs, and leaves nothing behind', () => {
    const out = screen(true);
    const progress = createProgress(out, OPTIONS);
    progress.update(STATE, 0);
    expect(shown(out.writes).cursor).toBe(false);
    progress.finish();
    expect(shown(out.writes)).toEqual({ lines: [''], cursor: true });
    const count = out.writes.length;
    progress.finish();
    expect(out.writes).toHaveLength(count);
  });

  test('writes nothing at all when it ends before it began', () => {
    const out = screen(true);
    createProgress(out, OPTIONS).finish();
    expect(out.writes).toEqual([]);
  });

  test('lets other lines stand above the block', () => {
    const out = screen(true);
    const progress = createProgress(out, OPTIONS);
    progress.update(STATE, 0);
    progress.say('stopping: press again to stop at once');
    expect(shown(out.writes)).toEqual({ lines: ['stopping: press again to stop at once', ''], cursor: true });
    progress.update(STATE, 200);
    expect(shown(out.writes).lines).toHaveLength(6);
  });

  test.each([200, 80, 40, 20, 5])('cuts its lines to %i columns', (columns) => {
    for (const color of [false, true]) {
      const out = screen(true, columns);
      const progress = createProgress(out, { ...OPTIONS, color });
      for (let nowMs = 0; nowMs < 10_000; nowMs += 100) progress.update({ ...STATE, dropped: 12_345 }, nowMs);
      const { lines } = shown(out.writes.map((text) => stripColors(text)));
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(Math.max(11, columns));
    }
  });

  test('follows a terminal that becomes narrower', () => {
    const out = screen(true, 100);
    const progress = createProgress(out, OPTIONS);
    progress.update(STATE, 0);
    out.columns = 30;
    progress.update(STATE, 100);
    expect(Math.max(...shown(out.writes).lines.map((line) => line.length))).toBeLessThan(30);
  });

  test('is ASCII without Unicode and has no colour without colour', () => {
    const out = screen(true);
    createProgress(out, { ...OPTIONS, unicode: false }).update(STATE, 0);
    expect(out.writes.join('').replace('\u001b[?25l', '')).toMatch(/^[\n -~]*$/);
  });

  test('shows a closed loop without an asked rate, and no end where none is known', () => {
    const out = screen(true);
    createProgress(out, OPTIONS).update({ ...STATE, askedPerSecond: null, totalMs: null, p50Ms: null }, 0);
    const [time, rate, latency] = shown(out.writes).lines;
    expect(time).toBe('running  12s');
    expect(rate).toBe('rate     198/s   in flight 9');
    expect(latency).toContain('p50 -');
  });
});

describe('progress in a log', () => {
  test('is a plain line every ten seconds, and one at the end', () => {
    const out = screen(false);
    const progress = createProgress(out, OPTIONS);
    for (let nowMs = 0; nowMs <= 25_000; nowMs += 250)
      progress.update({ ...STATE, elapsedMs: nowMs }, 1e9 + nowMs);
    progress.finish();
    expect(out.writes).toEqual([
      'running 10s of 20s, 198/s of 200/s asked, p50 21.3ms, p99 212ms, 3 errors (0.124%)\n',
      'running 20s of 20s, 198/s of 200/s asked, p50 21.3ms, p99 212ms, 3 errors (0.124%)\n',
      'running 25s of 20s, 198/s of 200/s asked, p50 21.3ms, p99 212ms, 3 errors (0.124%)\n',
    ]);
  });

  test('has no escape code, even with colour', () => {
    const out = screen(false);
    const progress = createProgress(out, { ...OPTIONS, color: true });
    progress.update(STATE, 0);
    progress.finish();
    expect(out.writes.join('')).not.toContain('\u001b');
  });
});

describe('quiet progress', () => {
  test.each([true, false])('is silent but for what must be said (terminal: %s)', (isTTY) => {
    const out = screen(isTTY);
    const progress = createProgress(out, { ...OPTIONS, quiet: true });
    progress.update(STATE, 0);
    progress.update(STATE, 60_000);
    progress.say('stopping');
    progress.finish();
    expect(out.writes).toEqual(['stopping\n']);
  });
});

test.each([
  [null, 80],
  [0, 80],
  [1, 1],
  [200, 200],
])('a terminal that says it has %j columns is drawn on as if it had %i', (columns, expected) => {
  expect(columnsOf({ columns })).toBe(expected);
});
