import { expect, test } from 'vitest';
import { spanOf } from '../../../src/cli/history/span.ts';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeWorld } from '../../app/fake-world.ts';

const NOW = Date.parse('2026-11-28T12:00:00Z');

function span(texts: Readonly<Record<string, string>>) {
  const clock = { ...fakeWorld().clock, wallMs: () => NOW };
  const flags = { text: (name: string) => texts[name] };
  // Only these two are read.
  return spanOf({ flags, world: { clock } } as unknown as Parameters<typeof spanOf>[0]);
}

test.each([
  [{}, {}],
  [{ since: '30d' }, { since: '2026-10-29T12:00:00.000Z' }],
  [{ since: '2026-11-01T08:00:00+02:00' }, { since: '2026-11-01T06:00:00.000Z' }],
  [
    { since: '2026-11-01', until: '2026-11-01' },
    { since: '2026-11-01T00:00:00.000Z', until: '2026-11-02T00:00:00.000Z' },
  ],
  [
    { since: '1000000d', until: '9999-12-31' },
    { since: '1970-01-01T00:00:00.000Z', until: '9999-12-31T00:00:00.000Z' },
  ],
])('%j is %j', (texts, expected) => {
  expect(span(texts)).toEqual(expected);
});

test.each([
  [['--since', 'monday'], '--since: "monday" is no time', '2026-11-01'],
  [['--until', '2026-02-30'], '--until: "2026-02-30" is no time', '30d'],
  [['--since', '1d', '--until', '2d'], '--since is not before --until', '--until'],
])('%j ends with 2 and a remedy', async (args, wrong, hint) => {
  const world = fakeWorld();
  expect(await runProgram(['history', ...args], world)).toBe(2);
  expect(world.stderr.text()).toContain(wrong);
  expect(world.stderr.text().split('hint: ')[1]).toContain(hint);
});
