import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { INSTALL_FORMS } from '../../../src/app/install/forms.ts';
import { type InstallWish, installText } from '../../../src/app/install/install.ts';
import { cronSchedule, timerLines } from '../../../src/app/install/schedule.ts';
import { installName } from '../../../src/app/install/wish.ts';
import { UsageError } from '../../../src/core/errors.ts';
import { checkName } from '../../../src/plan/canary/check-name.ts';
import { cronJobs, execWords, unitOf } from './grammar.ts';

const PROGRAM = [process.execPath, '/opt/headroom/bin/headroom.js'];

function wish(over: Partial<InstallWish> = {}): InstallWish {
  return {
    program: PROGRAM,
    version: '0.1.0',
    subject: { kind: 'plan', path: 'shop.yaml', absolute: '/etc/shop.yaml' },
    everyMs: 60_000,
    lookMs: 15_000,
    ...over,
  };
}

function planAt(absolute: string, path = absolute): InstallWish {
  return wish({ subject: { kind: 'plan', path, absolute } });
}

/** Paths with what a shell, cron, systemd, YAML or GitHub takes for its own, control characters excepted. */
const hostilePath = fc
  .array(
    fc.constantFrom(
      "'",
      '"',
      '\\',
      '\\\\',
      '%',
      '\\%',
      '%%',
      '$HOME',
      '${HOME}',
      '`id`',
      '$(id)',
      ' ',
      '  ',
      '${{ secrets.X }}',
      '}}',
      ': ',
      ' #',
      '- ',
      '&',
      ';',
      '|',
      '>',
      '*',
      '?',
      '~',
      '!',
      '=',
      '%S',
      '数',
      '🙂',
      '\u00a0',
      'a',
      'b.yaml',
      '\\n',
      '\\x41',
      "'%'",
    ),
    { minLength: 1, maxLength: 10 },
  )
  .map((parts) => `/srv/${parts.join('')}`);

describe('a crontab', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-cron-'));
    // What the line waits with, and what cron would mail.
    mkdirSync(join(folder, 'bin'));
    writeFileSync(join(folder, 'bin/sleep'), '#!/bin/sh\necho "$1" >&2\n', { mode: 0o755 });
    return () => rmSync(folder, { recursive: true, force: true });
  });

  /** Runs a job as cron does; the program is one that tells its arguments. */
  function argumentsOf(text: string): { args: string[]; waitedS: number } {
    const [job, ...more] = cronJobs(text);
    if (job === undefined || more.length > 0) throw new Error('one job is wanted');
    const { status, stdout, stderr } = spawnSync(job.shell, ['-c', job.command.replace(' >/dev/null', '')], {
      env: { PATH: `${join(folder, 'bin')}:${process.env['PATH']}`, HOME: '/nowhere' },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(stderr);
    return { args: JSON.parse(stdout) as string[], waitedS: Number(stderr) };
  }

  const teller = [process.execPath, '-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--'];

  test('starts the canary in a minute at a second of its own, bounded, with its secrets, by any shell', () => {
    const text = installText('cron', wish());
    const [job] = cronJobs(text);
    expect(job?.fields).toBe('* * * * *');
    // A variable would hold for the lines of the user below it too.
    expect(text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toHaveLength(1);
    expect(job?.command).toContain('sleep $(($$ % 20)); ');
    expect(job?.command).toContain('. /etc/headroom/headroom-shop.env;');
    expect(job?.command).toMatch(
      /exec timeout -k 10 120 \S+ \S+headroom.js canary --every 60s -q \/etc\/shop.yaml >\/dev\/null$/,
    );
  });

  test('hands over any path as it is', () => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        const text = installText('cron', { ...planAt(path), program: teller });
        const { args, waitedS } = argumentsOf(text);
        expect(args).toEqual(['canary', '--every', '60s', '-q', path]);
        expect(waitedS).toBeGreaterThanOrEqual(0);
        expect(waitedS).toBeLessThan(20);
      }),
      { numRuns: 25 },
    );
  });

  test('is refused when cron would cut the command', () => {
    for (const name of ['x'.repeat(1000), '数'.repeat(300)]) {
      expect(() => installText('cron', planAt(`/${name}`))).toThrow(/longer than cron takes/);
    }
  });
});

describe('units of systemd', () => {
  test('run it once for each start of the timer, evenly spaced, within bounds', () => {
    const [service, timer] = unitOf(installText('systemd', wish()));
    expect(service?.file).toBe('/etc/systemd/system/headroom-shop.service');
    expect(timer?.file).toBe('/etc/systemd/system/headroom-shop.timer');
    expect(service?.value('Service', 'Type')).toBe('oneshot');
    expect(service?.value('Service', 'TimeoutStartSec')).toBe('120');
    expect(service?.value('Service', 'SuccessExitStatus')).toBe('1 3');
    // One user for all canaries: systemd gives a state folder to the user of the unit that starts, files and all.
    expect(service?.value('Service', 'User')).toBe('headroom');
    expect(service?.value('Service', 'DynamicUser')).toBe('yes');
    expect(service?.value('Service', 'StateDirectory')).toBe('headroom');
    expect(execWords(service?.value('Service', 'ExecStart') ?? '')).toEqual([
      ...PROGRAM,
      'canary',
      '--every',
      '60s',
      '--state-dir',
      '<S>/headroom',
      '/etc/shop.yaml',
    ]);
    expect(timer?.value('Timer', 'OnCalendar')).toBe('*:0/1');
    expect(timer?.value('Timer', 'Persistent')).toBe('true');
    expect(timer?.value('Timer', 'RandomizedDelaySec')).toBe('20s');
    expect(timer?.value('Install', 'WantedBy')).toBe('timers.target');
  });

  test('hand over any path as it is', () => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        const [service] = unitOf(installText('systemd', planAt(path)));
        expect(execWords(service?.value('Service', 'ExecStart') ?? '').at(-1)).toBe(path);
      }),
      { numRuns: 300 },
    );
  });

  test.skipIf(!existsSync('/usr/bin/systemd-analyze'))(
    'have nothing in them that systemd-analyze does not know',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'headroom-units-'));
      try {
        for (const each of [
          wish({ program: ['/bin/true'] }),
          { ...planAt('/srv/a %S $HOME "b" \\c.yaml'), program: ['/bin/true'], everyMs: 45_000 },
        ]) {
          const files = unitOf(installText('systemd', each)).map(({ file, text }) => {
            const path = join(folder, file.replace(/^.*\//, ''));
            writeFileSync(path, text);
            return path;
          });
          const { stdout, stderr } = spawnSync('systemd-analyze', ['verify', '--man=no', ...files], {
            encoding: 'utf8',
          });
          const ours = (stdout + stderr).split('\n').filter((line) => line.includes('headroom'));
          expect(ours).toEqual([]);
        }
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
  );
});

describe('a manifest of Kubernetes', () => {
  test('starts one job at a time, keeps what it remembers, and takes secrets from a secret', () => {
    const [claim, job] = parseAllDocuments(installText('kubernetes', wish())).map(
      (each) => each.toJS() as unknown,
    );
    expect(claim).toMatchObject({ kind: 'PersistentVolumeClaim', metadata: { name: 'headroom-shop' } });
    expect(job).toMatchObject({
      apiVersion: 'batch/v1',
      kind: 'CronJob',
      spec: {
        schedule: '* * * * *',
        concurrencyPolicy: 'Forbid',
        startingDeadlineSeconds: 30,
        jobTemplate: {
          spec: {
            backoffLimit: 0,
            activeDeadlineSeconds: 140,
            template: {
              spec: {
                restartPolicy: 'Never',
                containers: [
                  {
                    image: 'registry.example/headroom:0.1.0',
                    command: [
                      'sh',
                      '-c',
                      'sleep $$(($$(od -An -N2 -tu2 /dev/urandom) % 20)); exec headroom "$$@"',
                      'headroom',
                    ],
                    args: [
                      'canary',
                      '--every',
                      '60s',
                      '--exit-zero',
                      '--state-dir',
                      '/var/lib/headroom',
                      '/etc/headroom/shop.yaml',
                    ],
                    envFrom: [{ secretRef: { name: 'headroom-shop-env', optional: true } }],
                    volumeMounts: [
                      { name: 'state', mountPath: '/var/lib/headroom' },
                      { name: 'plan', mountPath: '/etc/headroom', readOnly: true },
                    ],
                  },
                ],
                volumes: [
                  { name: 'state', persistentVolumeClaim: { claimName: 'headroom-shop' } },
                  { name: 'plan', configMap: { name: 'headroom-shop-plan' } },
                ],
              },
            },
          },
        },
      },
    });
  });

  test.each(['/srv/shop.yaml', '/srv/shop/headroom.yaml', '/srv/shop/canary.yaml', '/srv/a.b.json'])(
    'lets the check of %s be called as it is here',
    (path) => {
      const plan = { targets: [] };
      const text = installText('kubernetes', planAt(path));
      const [, job] = parseAllDocuments(text).map((each) => each.toJS() as object);
      const there = containerOf(job).args.at(-1) ?? '';
      expect(checkName(plan, there)).toBe(checkName(plan, path));
      expect(text).toContain(`--from-file=${there.replace('/etc/headroom/', '')}=${path}`);
    },
  );

  test('has no plan where a URL is looked at, which the program is handed as it is, after a wait', () => {
    const url = 'https://shop.example/?a={b}&c=${{x}}&d=$(HOME)&e=$$f&g=%20';
    const text = installText('kubernetes', wish({ subject: { kind: 'url', url } }));
    const [, job] = parseAllDocuments(text).map((each) => each.toJS() as object);
    const { command, args } = containerOf(job);
    const [shell = '', ...rest] = [...command, ...args].map(asKubernetesHasIt);
    const words = rest.map((word) =>
      word.replace(/^sleep /, 'echo ').replace('exec headroom', "exec printf '%s\\n'"),
    );
    const { stdout, stderr } = spawnSync(shell, words, { encoding: 'utf8' });
    const [waitedS, ...handed] = stdout.trimEnd().split('\n');
    expect({ stderr, handed }).toEqual({
      stderr: '',
      handed: ['canary', '--every', '60s', '--exit-zero', '--state-dir', '/var/lib/headroom', url],
    });
    expect(waitedS).toMatch(/^1?\d$/);
    expect(text).not.toContain('configMap');
  });
});

interface Container {
  readonly command: readonly string[];
  readonly args: readonly string[];
}

function containerOf(job: unknown): Container {
  const { spec } = job as {
    spec: { jobTemplate: { spec: { template: { spec: { containers: readonly Container[] } } } } };
  };
  const [container] = spec.jobTemplate.spec.template.spec.containers;
  if (container === undefined) throw new Error('there is no container');
  return container;
}

/** `$(NAME)` is a variable, and `$$` one `$` (k8s.io/kubernetes, third_party/forked/golang/expansion). */
function asKubernetesHasIt(word: string): string {
  return word.replaceAll(/\$(\$|\([^)]*\))/g, (_, what: string) => (what === '$' ? '$' : '<a variable>'));
}

describe('a workflow of GitHub', () => {
  interface Workflow {
    readonly on: { readonly schedule: readonly { readonly cron: string }[] };
    readonly concurrency: unknown;
    readonly jobs: { readonly canary: { readonly steps: readonly Record<string, unknown>[] } };
  }

  const workflow = (text: string): Workflow => parse(text) as Workflow;

  test('runs no more often than GitHub allows, says so, and remembers by the cache', () => {
    const text = installText('github', wish());
    const { on, concurrency, jobs } = workflow(text);
    expect(text).toContain('1m became 5m');
    expect(on.schedule).toEqual([{ cron: '3-59/5 * * * *' }]);
    expect(concurrency).toEqual({ group: 'headroom-shop', 'cancel-in-progress': false });
    const run = jobs.canary.steps.find((step) => 'run' in step);
    expect(run).toMatchObject({
      env: { CANARY: 'shop.yaml' },
      run: 'npx --yes headroom-cli@0.1.0 canary --every 300s --state-dir .headroom-state "$CANARY"',
    });
    expect(installText('github', wish({ everyMs: 3_600_000 }))).not.toContain('became');
  });

  test('hands over any path as it is: through the environment, and with no expression in it', () => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        const relative = path.slice(1);
        const { jobs } = workflow(installText('github', planAt(path, relative)));
        const step = jobs.canary.steps.find((each) => 'run' in each) as {
          env: { CANARY: string };
          run: string;
        };
        // As GitHub evaluates it: an expression that is a string stands for itself.
        const evaluated = step.env.CANARY.replaceAll("${{ '${{' }}", '\0');
        expect(evaluated).not.toContain('${{');
        expect(evaluated.replaceAll('\0', '${{')).toBe(relative);
        expect(step.run).toMatch(/"\$CANARY"$/);
      }),
      { numRuns: 300 },
    );
  });

  test.each(['/etc/shop.yaml', '../shop.yaml'])('is refused for %s, which no checkout has', (path) => {
    expect(() => installText('github', planAt('/etc/shop.yaml', path))).toThrow(
      /no path within a repository/,
    );
  });
});

describe('every form', () => {
  test.each(INSTALL_FORMS)('%s refuses what it cannot hold, and shows no secret', (form) => {
    expect(() => installText(form, planAt('/a\nb'))).toThrow(UsageError);
    expect(() => installText(form, wish({ subject: { kind: 'url', url: 'https://u:hunter22@h/' } }))).toThrow(
      /holds a secret/,
    );
    expect(() => installText(form, wish({ everyMs: 10 }))).toThrow(UsageError);
    expect(installText(form, wish()).endsWith('\n')).toBe(true);
  });

  test('has a name that units and manifests take, and that tells plans apart', () => {
    fc.assert(
      fc.property(hostilePath, (path) => {
        const name = installName(planAt(path));
        expect(name).toMatch(/^headroom-[a-z\d](?:[a-z\d-]*[a-z\d])?$/);
        // A CronJob adds eleven characters to its own, of 63.
        expect(name.length).toBeLessThanOrEqual(52);
      }),
    );
    expect(installName(planAt(`/x/${'Long-'.repeat(20)}.yaml`)).length).toBeLessThanOrEqual(52);
    expect(installName(planAt('/x/A.yaml'))).not.toBe(installName(planAt('/x/a.yaml')));
    expect(installName(planAt('/shop/headroom.yaml'))).toBe('headroom-shop');
    expect(installName(planAt('/headroom.yaml'))).toBe('headroom-canary');
    expect(installName(planAt('/shop/canary.yaml'))).toBe('headroom-shop-canary');
    const [one, other] = ['one', 'other'].map((page) =>
      installName(wish({ subject: { kind: 'url', url: `https://shop.example/?${page}` } })),
    );
    expect(one).toMatch(/^headroom-shop-example-one-[\da-f]{6}$/);
    expect(other).not.toBe(one);
  });
});

describe('times', () => {
  test.each([
    ['1m', 60_000, '* * * * *'],
    ['5m', 300_000, '*/5 * * * *'],
    ['1h', 3_600_000, '0 * * * *'],
    ['6h', 21_600_000, '0 */6 * * *'],
    ['1d', 86_400_000, '0 0 * * *'],
  ])('%s in a crontab', (_, everyMs, cron) => {
    expect(cronSchedule(everyMs)).toBe(cron);
  });

  test.each([30_000, 90_000, 420_000, 5 * 3_600_000, 172_800_000])('%i ms are none of cron', (everyMs) => {
    expect(() => cronSchedule(everyMs)).toThrow(UsageError);
  });

  test.each([
    [15_000, ['OnCalendar=*:*:0/15', 'Persistent=true']],
    [45_000, ['OnActiveSec=1s', 'OnUnitActiveSec=45s']],
    [60_000, ['OnCalendar=*:0/1', 'Persistent=true']],
    [420_000, ['OnActiveSec=1s', 'OnUnitActiveSec=420s']],
    [7_200_000, ['OnCalendar=0/2:00', 'Persistent=true']],
    // An hour of the day is at most 23 (systemd.time), also as a repetition.
    [86_400_000, ['OnCalendar=00:00', 'Persistent=true']],
  ])('%i ms of a timer', (everyMs, lines) => {
    expect(timerLines(everyMs)).toEqual(lines);
  });

  test('that a timer counts from one start to the next are not put off at random, which would lengthen each', () => {
    expect(installText('systemd', wish({ everyMs: 45_000 }))).not.toContain('RandomizedDelaySec');
    expect(installText('systemd', wish({ everyMs: 60_000 }))).toContain('RandomizedDelaySec=20s');
  });

  test.each([
    ['cron', 60_000, 'timeout -k 10 120 '],
    ['systemd', 60_000, 'TimeoutStartSec=120\n'],
    ['cron', 3_600_000, 'timeout -k 10 3240 '],
    ['systemd', 3_600_000, 'TimeoutStartSec=3240\n'],
    ['kubernetes', 3_600_000, 'activeDeadlineSeconds: 3260\n'],
    ['github', 300_000, 'timeout-minutes: 8\n'],
    ['github', 3_600_000, 'timeout-minutes: 57\n'],
    ['github', 86_400_000, 'timeout-minutes: 360\n'],
  ] as const)('%s at one run each %i ms leaves a long run its time', (form, everyMs, text) => {
    expect(installText(form, wish({ everyMs }))).toContain(text);
  });

  test.each([
    ['cron', 'timeout -k 10 355 '],
    ['systemd', 'TimeoutStartSec=355\n'],
    ['kubernetes', 'activeDeadlineSeconds: 375\n'],
  ] as const)('%s lets a run wait for a service that hangs, and tell of it', (form, text) => {
    expect(installText(form, wish({ lookMs: 300_000 }))).toContain(text);
  });
});
