/** The action and the examples for CI services: what they write down is what the program takes. */

import { spawn } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { outputsOf } from '../../support/github-outputs.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';
import { type CountingServer, headroom, serve } from '../binary.ts';

interface Step {
  readonly id?: string;
  readonly shell?: string;
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly with?: Readonly<Record<string, string>>;
}

interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

interface Workflow {
  readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>;
}

const action = parse(readFileSync('action.yml', 'utf8')) as Action;
const WORKFLOWS = ['gate', 'compare', 'launch-check'].map((name) => `examples/github/${name}.yml`);
const SCRIPTS = ['examples/gitlab/.gitlab-ci.yml', 'examples/jenkins/Jenkinsfile'];

function stepsOf(path: string): readonly Step[] {
  const workflow = parse(readFileSync(path, 'utf8')) as Workflow;
  return Object.values(workflow.jobs).flatMap(({ steps }) => steps);
}

/** Every use of headroom in a file: the command, and the long flags it is given. */
function usesOf(path: string): { readonly command: string; readonly flags: readonly string[] }[] {
  const flags = (text: string): string[] =>
    [...text.matchAll(/(?<=^|\s)--[a-z][a-z-]*/gm)].map(([flag]) => flag);
  if (WORKFLOWS.includes(path)) {
    return stepsOf(path).flatMap(({ uses, with: inputs }) =>
      uses?.includes('/headroom@') === true
        ? [{ command: inputs?.['command'] ?? 'run', flags: flags(inputs?.['args'] ?? '') }]
        : [],
    );
  }
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines
    .filter((line) => !/^\s*(#|\/\/)/.test(line))
    .flatMap((line) => {
      const [, command, rest = ''] = /headroom (run|launch|capacity|compare) (.*)/.exec(line) ?? [];
      return command === undefined ? [] : [{ command, flags: flags(rest) }];
    });
}

test.each([...WORKFLOWS, ...SCRIPTS])('%s gives headroom only flags that it takes', async (path) => {
  const uses = usesOf(path);
  expect(uses.length).toBeGreaterThan(0);
  for (const { command, flags } of uses) {
    const { out } = await headroom([command, '--help']);
    const known = new Set([...out.matchAll(/(?<=[ ,])--[a-z][a-z-]*/g)].map(([flag]) => flag));
    expect(flags.filter((flag) => !known.has(flag))).toEqual([]);
    expect(flags.length).toBeGreaterThan(1);
  }
});

test.each([...WORKFLOWS, 'examples/gitlab/.gitlab-ci.yml', 'action.yml'])('%s is YAML', (path) => {
  expect(() => parse(readFileSync(path, 'utf8'))).not.toThrow();
});

test('the workflows use inputs and outputs that the action has', () => {
  for (const path of WORKFLOWS) {
    const steps = stepsOf(path);
    const uses = steps.filter(({ uses: used }) => used?.includes('/headroom@') === true);
    for (const { with: inputs } of uses) {
      expect(Object.keys(action.inputs)).toEqual(expect.arrayContaining(Object.keys(inputs ?? {})));
    }
    const read = [...readFileSync(path, 'utf8').matchAll(/steps\.\w+\.outputs\.([\w-]+)/g)].map(
      ([, name]) => name,
    );
    expect(Object.keys(action.outputs)).toEqual(expect.arrayContaining(read));
    // What somebody typed must not become part of a script.
    for (const { run } of steps) expect(run ?? '').not.toContain('${{');
  }
});

test('every job of GitLab says in which pipelines it runs, and leaves its reports after a breach too', () => {
  const file = parse(readFileSync('examples/gitlab/.gitlab-ci.yml', 'utf8')) as Record<string, unknown>;
  const jobs = Object.values(file).filter(
    (each): each is { rules?: unknown[]; artifacts?: { when?: string } } =>
      typeof each === 'object' && each !== null && 'script' in each,
  );
  expect(jobs).toHaveLength(2);
  for (const { rules, artifacts } of jobs) {
    // Without rules a job does not run for merge requests, and a rule that always holds doubles their pipelines.
    for (const rule of rules ?? [{}]) expect(rule).toHaveProperty('if');
    expect(artifacts?.when).toBe('always');
  }
});

describe('the action', () => {
  let server: CountingServer;
  let folder: string;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'headroom-action-'));
    server = await serve((request, response) => {
      response.statusCode = request.url === '/broken' ? 500 : 200;
      response.end('ok');
    });
  });

  afterAll(async () => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Runs its steps as a runner would, inputs put into the environment that each step asks for. */
  async function runAction(inputs: Readonly<Record<string, string>>) {
    const files = { GITHUB_OUTPUT: join(folder, 'out'), GITHUB_STEP_SUMMARY: join(folder, 'sum') };
    for (const path of Object.values(files)) writeFileSync(path, '');
    const given = (text: string): string =>
      text.replace(
        /\$\{\{ inputs\.([\w-]+) \}\}/,
        (_, name: string) => inputs[name] ?? action.inputs[name]?.default ?? '',
      );
    let err = '';
    let code: number | null = 0;
    for (const step of action.runs.steps) {
      const own = Object.entries(step.env ?? {}).map(([name, value]) => [name, given(value)]);
      const child = spawn('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', step.run ?? ''], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          XDG_STATE_HOME: folder,
          GITHUB_ACTIONS: 'true',
          GITHUB_ACTION_PATH: resolve('.'),
          GITHUB_WORKSPACE: folder,
          ...files,
          ...Object.fromEntries(own),
        },
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
      code = await new Promise((done) => child.on('close', done));
      if (code !== 0) break;
    }
    return { code, err, outputs: outputsOf(readFileSync(files.GITHUB_OUTPUT, 'utf8')), files };
  }

  test('is composite, names a shell for each script and puts no input into one', () => {
    expect(action.runs.using).toBe('composite');
    for (const { shell, run } of action.runs.steps) {
      expect(shell).toBe('bash');
      expect(run).not.toContain('${{');
    }
  });

  test('wires every output to the step that writes it', async () => {
    const { outputs } = await runAction({ url: server.url, args: '-d\n200ms' });
    for (const [name, { value }] of Object.entries(action.outputs)) {
      expect(value).toBe(`\${{ steps.headroom.outputs.${name} }}`);
      expect(outputs).toHaveProperty([name]);
    }
    expect(action.runs.steps.filter(({ id }) => id === 'headroom')).toHaveLength(1);
  });

  test('passes and fails with the verdict, blanks and quotes in inputs being text', async () => {
    const args = '--rate=200/s\n--duration=300ms\n--objective=errors < 20%\n\n';
    const passed = await runAction({ url: server.url, args });
    expect(passed).toMatchObject({ code: 0, outputs: { verdict: 'pass', 'exit-code': '0' } });
    const failed = await runAction({ url: `${server.url}broken`, args });
    expect(failed).toMatchObject({ code: 1, outputs: { verdict: 'fail', 'exit-code': '1' } });
    expect(workflowCommands(failed.err).map(({ name }) => name)).toContain('error');
    expect(readFileSync(failed.files.GITHUB_STEP_SUMMARY, 'utf8')).toContain('❌ FAIL');
  });

  test('takes flags with blanks around them', async () => {
    const { code, outputs } = await runAction({
      url: server.url,
      args: '  --rate=200/s \r\n\t--duration=300ms\n --objective=errors < 20% ',
    });
    expect({ code, verdict: outputs['verdict'] }).toEqual({ code: 0, verdict: 'pass' });
  });

  test.each([
    ['20.18.0', 2],
    ['18.20.4', 2],
    ['20.18.1', 0],
    ['24.0.0', 0],
  ])('with Node %s the first step ends with %i', async (version, expected) => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    // Evaluates what it is given, as a Node of that version would.
    const script = `#!${process.execPath}
Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });
eval(process.argv[3]);\n`;
    writeFileSync(join(bin, 'node'), script, { mode: 0o755 });
    expect((await install(bin)).code).toBe(expected);
  });

  test('installs the compiler in jobs that are in production', async () => {
    const bin = mkdtempSync(join(folder, 'bin-'));
    writeFileSync(join(bin, 'npm'), '#!/bin/sh\necho "npm $*"\n', { mode: 0o755 });
    const { out } = await install(bin, mkdtempSync(join(folder, 'empty-')));
    expect(out).toMatch(/^npm ci --include=dev .*\nnpm run .*build\nnpm prune /);
  });

  /** Runs the first step alone, programs of `bin` before all others. */
  async function install(bin: string, at = resolve('.')): Promise<{ code: number | null; out: string }> {
    const env = { PATH: `${bin}:${process.env['PATH']}`, GITHUB_ACTION_PATH: at, NODE_ENV: 'production' };
    const child = spawn('bash', ['-c', action.runs.steps[0]?.run ?? ''], {
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
    const code = await new Promise<number | null>((done) => child.on('close', done));
    return { code, out };
  }

  test('takes a plan, and runs nothing that an input smuggles in', async () => {
    const plan = join(folder, 'a plan.yaml');
    copyFileSync('test/fixtures/plans/good/minimal.yaml', plan);
    const { code, err } = await runAction({ plan: 'no $(touch smuggled) "plan.yaml', args: '-d\n1s' });
    expect(code).toBe(2);
    expect(err).toContain('cannot read the plan no $(touch smuggled)');
    const hostile = await runAction({ url: '$(touch smuggled)`touch smuggled`; touch smuggled' });
    expect(hostile.code).toBe(2);
    expect(() => readFileSync(join(folder, 'smuggled'))).toThrow('ENOENT');
  });
});
