import { describe, expect, test } from 'vitest';
import { appendOutputs, appendSummary, outputLines } from '../../../src/app/ci/github-files.ts';
import { OutputError } from '../../../src/core/errors.ts';
import { noResult } from '../../report/searches.ts';
import { outputsOf } from '../../support/github-outputs.ts';
import { canaryResult } from '../../support/sample-canary.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { fakeFiles, fakeWorld } from '../fake-world.ts';

describe('outputs', () => {
  test('say of a canary how its run went, for one run proves no objective', () => {
    const world = fakeWorld();
    const canary = { ...canaryResult(), verdict: { status: 'inconclusive' as const, reasons: [] } };
    appendOutputs(canary, 'out', { ...world, report: 'headroom.html' });
    expect(outputsOf(world.files.contents.get('out') ?? '')).toMatchObject({ verdict: 'pass' });
  });

  test('are what a workflow reads, what is not known being empty', () => {
    const world = fakeWorld();
    appendOutputs(noResult(), 'out', { ...world, report: 'headroom-result.json' });
    const outputs = outputsOf(world.files.contents.get('out') ?? '');
    expect(outputs).toMatchObject({
      verdict: 'fail',
      'exit-code': '1',
      answer: 'no',
      'held-per-second': '317',
      report: 'headroom-result.json',
    });
    expect(Number(outputs['p99-ms'])).toBeGreaterThan(0);
    expect(outputs['summary']?.split('\n')).toHaveLength(3);
    appendOutputs(sampleResult(), 'run', { ...world, report: 'r' });
    expect(outputsOf(world.files.contents.get('run') ?? '')).toMatchObject({ answer: '', 'p99-ms': '' });
  });

  test('are few lines, however many reasons there are: the environment takes 128 KiB a variable', () => {
    const world = fakeWorld();
    const reasons = Array.from({ length: 500 }, (_, index) => ({ code: 'BREACH', text: 'x'.repeat(index) }));
    appendOutputs({ ...sampleResult(), verdict: { status: 'fail', reasons } }, 'out', {
      ...world,
      report: 'r',
    });
    const summary = outputsOf(world.files.contents.get('out') ?? '')['summary'] ?? '';
    expect(summary.split('\n')).toHaveLength(21);
    expect(summary).toMatch(/\nand 480 more$/);
  });

  test('are added to those that are there', () => {
    const world = fakeWorld({ files: fakeFiles({ out: 'mine=1\n' }) });
    appendOutputs(sampleResult(), 'out', { ...world, report: 'r' });
    expect(outputsOf(world.files.contents.get('out') ?? '')).toMatchObject({ mine: '1', verdict: 'fail' });
  });

  test('of several lines cannot end early, nor begin another', () => {
    expect(() => outputLines({ a: 'one\nEND\nverdict=pass' }, 'END')).toThrow(OutputError);
    expect(() => outputLines({ a: 'one\nEND2' }, 'END')).toThrow(OutputError);
    const text = outputLines({ a: 'one\nverdict=pass', b: 'x<<y' }, 'END');
    expect(outputsOf(text)).toEqual({ a: 'one\nverdict=pass', b: 'x<<y' });
  });
});

describe('the step summary', () => {
  test('is added to what is there', () => {
    const files = fakeFiles({ sum: '# mine' });
    appendSummary(sampleResult(), 'sum', fakeWorld({ files }));
    expect(files.contents.get('sum')).toMatch(/^# mine\n## ❌ FAIL/);
  });

  test('leaves the whole below 1 MiB, whatever is there', () => {
    const sample = sampleResult();
    const targets = Array.from({ length: 20_000 }, (_, index) => sample.targets[index % 2]).filter(
      (target) => target !== undefined,
    );
    for (const before of [0, 500_000, 1_040_000]) {
      const files = fakeFiles({ sum: 'x'.repeat(before) });
      appendSummary({ ...sample, targets }, 'sum', fakeWorld({ files }));
      const bytes = Buffer.byteLength(files.contents.get('sum') ?? '');
      expect(bytes).toBeGreaterThan(before + 2000);
      expect(bytes).toBeLessThan(1_048_576);
    }
  });

  test.each([1_047_000, 1_048_576, 2_000_000])(
    'is not written into %i bytes: it would cost them all',
    (before) => {
      const files = fakeFiles({ sum: 'x'.repeat(before) });
      expect(() => appendSummary(sampleResult(), 'sum', fakeWorld({ files }))).toThrow(
        'the step summary is full: it takes 1 MiB per step',
      );
      expect(files.contents.get('sum')).toHaveLength(before);
    },
  );
});
