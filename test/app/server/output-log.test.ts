import { describe, expect, test } from 'vitest';
import { OutputLog } from '../../../src/app/server/output-log.ts';
import { fakeFiles } from '../fake-world.ts';

const PATH = 'server.log';

function opened(redact: (text: string) => string = (text) => text) {
  const files = fakeFiles({ [PATH]: 'of the last run' });
  const log = new OutputLog({ path: PATH, files, redact });
  return { log, files, text: () => files.contents.get(PATH) ?? '' };
}

describe('the output of a server', () => {
  test('begins a new file that nobody else may read', () => {
    const { files, text } = opened();
    expect([text(), files.modes.get(PATH)]).toEqual(['', 0o600]);
  });

  test('is kept line by line, wherever it is cut', () => {
    const { log, text } = opened();
    for (const piece of ['a', 'b\nc', '\r\n', '', 'd']) log.add(piece);
    expect(text()).toBe('ab\nc\n');
    log.end();
    expect(text()).toBe('ab\nc\nd\n');
    expect(log.tail()).toEqual(['ab', 'c', 'd']);
  });

  test('loses a secret that came in two pieces', () => {
    const { log, text } = opened((line) => line.replaceAll('sesame', '***'));
    log.add('token ses');
    log.add('ame\n');
    expect(text()).toBe('token ***\n');
  });

  test.each([1990, 3990, 4010])('loses a secret that began at %i of a line without an end', (before) => {
    const { log, text } = opened((line) => line.replaceAll('sesame-street-42', '***'));
    for (const piece of ['x'.repeat(before), 'sesame-stre', 'et-42', 'y'.repeat(3000)]) log.add(piece);
    log.end();
    expect(text()).not.toMatch(/sesame|street|42/);
  });

  test('without an end of line does not fill the memory', () => {
    const { log, text } = opened();
    for (let piece = 0; piece < 100; piece += 1) log.add('x'.repeat(1500));
    log.end();
    expect(text().length).toBeGreaterThan(50_000);
    expect(
      Math.max(
        ...text()
          .split('\n')
          .map(({ length }) => length),
      ),
    ).toBeLessThanOrEqual(2000);
  });

  test('keeps its last twelve lines for whoever asks', () => {
    const { log } = opened();
    log.add(Array.from({ length: 40 }, (_, line) => `${line}\n`).join(''));
    expect(log.tail()).toEqual(Array.from({ length: 12 }, (_, line) => `${line + 28}`));
  });

  test('that fills the disk is lost, and said to be', () => {
    const { files } = opened();
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
    const append = (): never => {
      throw full;
    };
    const log = new OutputLog({ path: PATH, files: { ...files, append }, redact: (text) => text });
    log.add('one\n');
    log.add('two\n');
    expect([log.lost, log.tail()]).toEqual([full, ['one', 'two']]);
  });
});
