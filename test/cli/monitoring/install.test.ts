/** `headroom canary install`, as it is typed. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { runProgram } from '../../../src/cli/program.ts';
import { fakeWorld } from '../../app/fake-world.ts';
import { cronJobs } from '../../app/install/grammar.ts';
import { BINARY, headroom } from '../binary.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'headroom-install-'));
  const plan = {
    version: 1,
    base: 'http://127.0.0.1:1',
    targets: [{ name: 'a', get: '/' }],
    canary: { every: '10m' },
  };
  writeFileSync(join(folder, 'shop.json'), JSON.stringify(plan));
  return () => rmSync(folder, { recursive: true, force: true });
});

test('prints the plan by its full path, at its own times, with the program as it runs now', async () => {
  const { code, out, err } = await headroom(['canary', 'install', '--print', 'cron', 'shop.json'], {
    cwd: folder,
  });
  expect({ code, err }).toEqual({ code: 0, err: '' });
  const [job] = cronJobs(out);
  expect(job?.fields).toBe('*/10 * * * *');
  expect(job?.command).toContain(
    `${process.execPath} ${BINARY} canary --every 600s -q ${join(folder, 'shop.json')} `,
  );
});

test('gives a run the time that a service which hangs takes, also where the time between two is said', async () => {
  const plan = {
    version: 1,
    targets: [{ name: 'a', get: 'http://127.0.0.1:1/', timeout: '4m' }],
    canary: { for: '10s', control: 'http://127.0.0.2:1/' },
  };
  const path = join(folder, 'slow.json');
  writeFileSync(path, JSON.stringify(plan));
  for (const every of [[], ['--every', '1m']]) {
    const { out, err } = await headroom(['canary', 'install', '--print', 'systemd', ...every, path]);
    expect(err).toBe('');
    expect(out).toContain('TimeoutStartSec=310\n');
  }
});

async function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  const world = fakeWorld();
  const code = await runProgram(['canary', 'install', ...args], world);
  return { code, out: world.stdout.text(), err: world.stderr.text() };
}

test('needs no plan at hand when the time is said, and none for a URL', async () => {
  const said = await run('--print', 'systemd', '--every', '45s', '/etc/elsewhere.yaml');
  expect(said.out).toContain('OnUnitActiveSec=45s');
  expect(said.err).toContain('the plan cannot be read here');
  const url = await run('--print', 'github', 'https://shop.example/');
  expect(url.out).toContain('CANARY: "https://shop.example/"');
});

test.each([
  [['--print', 'cron', '--every', '7m', 'https://shop.example/'], 'cron cannot start something every 7m'],
  [['--print', 'cron', '--every', 'often', 'https://shop.example/'], '--every: '],
  [['https://shop.example/'], "required option '--print <form>' not specified"],
  [['--print', 'launchd', 'https://shop.example/'], 'Allowed choices are cron, systemd, kubernetes, github'],
  [['--print', 'cron', 'missing.yaml'], 'cannot read the plan missing.yaml'],
])('%j is refused', async (args, message) => {
  const { code, out, err } = await run(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toContain(message);
});
