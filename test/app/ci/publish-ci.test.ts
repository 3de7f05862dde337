import { describe, expect, test } from 'vitest';
import { publishToCi } from '../../../src/app/ci/publish-ci.ts';
import type { CiService } from '../../../src/app/ci/service.ts';
import { decodeResult } from '../../../src/result/decode.ts';
import type { ResultDocument } from '../../../src/result/document.ts';
import { outputsOf } from '../../support/github-outputs.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';
import { type FakeWorld, fakeFiles, fakeWorld } from '../fake-world.ts';

interface Published {
  readonly said: readonly string[];
  readonly failures: readonly string[];
  readonly world: FakeWorld;
}

async function publish(
  service: CiService,
  world: FakeWorld,
  result: ResultDocument = sampleResult(),
): Promise<Published> {
  const said: string[] = [];
  const failures = await publishToCi(result, service, { world, say: (line) => said.push(line) });
  return { said, failures: failures.map(({ message }) => message), world };
}

describe('what a service is left', () => {
  test.each<[CiService, readonly string[]]>([
    ['none', []],
    ['github', ['headroom-result.json', 'headroom.html']],
    [
      'gitlab',
      [
        'headroom-result.json',
        'headroom.html',
        'headroom-junit.xml',
        'headroom-load-performance.json',
        'headroom-metrics.txt',
      ],
    ],
    ['jenkins', ['headroom-result.json', 'headroom.html', 'headroom-junit.xml']],
    ['other', ['headroom-result.json', 'headroom.html', 'headroom-junit.xml']],
  ])('%s: %j', async (service, names) => {
    const { said, failures, world } = await publish(service, fakeWorld());
    expect(failures).toEqual([]);
    for (const name of names) expect(world.files.contents.get(name), name).toMatch(/\n$/);
    expect([...world.files.contents.keys()]).toEqual(names);
    expect(said.filter((line) => line.includes('wrote'))).toEqual(
      names.length === 0 ? [] : [`for ${service === 'other' ? 'CI' : service}: wrote ${names.join(', ')}`],
    );
    expect(world.stdout.text()).toBe('');
  });

  test('holds the whole result, to be reported again', async () => {
    const { world } = await publish('jenkins', fakeWorld());
    const stored = world.files.contents.get('headroom-result.json') ?? '';
    expect(decodeResult(stored, 'r')).toEqual(sampleResult());
  });

  test('on GitHub is annotations on stderr, a summary and outputs', async () => {
    const env = { GITHUB_STEP_SUMMARY: 'sum', GITHUB_OUTPUT: 'out' };
    const { failures, world } = await publish('github', fakeWorld({ env }));
    expect(failures).toEqual([]);
    expect(workflowCommands(world.stderr.text()).map(({ name }) => name)).toEqual(['error']);
    expect(world.files.contents.get('sum')).toContain('❌ FAIL');
    const outputs = outputsOf(world.files.contents.get('out') ?? '');
    expect(outputs).toMatchObject({ verdict: 'fail', report: 'headroom.html' });
  });

  test('by hand, where no runner is, is said to be less', async () => {
    const { said, failures } = await publish('github', fakeWorld());
    expect(failures).toEqual([]);
    expect(said).toContain('GITHUB_STEP_SUMMARY is not set: nothing was written there');
  });

  test('and cannot be written is told, each by itself', async () => {
    const env = { GITHUB_STEP_SUMMARY: '/readonly/sum', GITHUB_OUTPUT: '/readonly/out' };
    const { failures, world } = await publish('github', fakeWorld({ env }));
    expect(failures).toEqual([
      'cannot write /readonly/sum: the file system is read-only',
      'cannot write /readonly/out: the file system is read-only',
    ]);
    expect(world.files.contents.has('headroom-result.json')).toBe(true);
  });
});

describe('the place of an objective', () => {
  const [planFile, checkedOut] = ['headroom.yaml', '/w/repo'];

  async function placed(over: {
    planFile: string | null;
    cwd: string;
    root?: string;
  }): Promise<string | undefined> {
    const files = fakeFiles(over.planFile === null ? {} : { [over.planFile]: 'version: 1' });
    const env = over.root === undefined ? {} : { GITHUB_WORKSPACE: over.root };
    const world = { ...fakeWorld({ files, env }), cwd: over.cwd };
    await publish('github', world, { ...sampleResult(), planFile: over.planFile });
    return workflowCommands(world.stderr.text())[0]?.properties['file'];
  }

  test('is relative to what was checked out, wherever the command ran', async () => {
    expect(await placed({ planFile, cwd: '/w/repo/load', root: checkedOut })).toBe('load/headroom.yaml');
    expect(await placed({ planFile: '../headroom.yaml', cwd: '/w/repo/load', root: checkedOut })).toBe(
      planFile,
    );
    expect(await placed({ planFile: '/w/repo/a/p.yaml', cwd: '/', root: checkedOut })).toBe('a/p.yaml');
  });

  test('stays as it is outside, and without a root', async () => {
    expect(await placed({ planFile: '/etc/p.yaml', cwd: '/w/repo', root: checkedOut })).toBe('/etc/p.yaml');
    expect(await placed({ planFile, cwd: '/w/repo/load' })).toBe(planFile);
  });

  test('is none where the plan is no file', async () => {
    const files = fakeFiles();
    const world = fakeWorld({ files });
    await publish('github', world, { ...sampleResult(), planFile: 'standard input' });
    expect(workflowCommands(world.stderr.text())[0]?.properties).not.toHaveProperty('file');
  });
});
