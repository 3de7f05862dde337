import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { streamOutput } from '../../src/app/output.ts';

function streamThat(write: (text: string, done: (error?: Error) => void) => void): Writable {
  return new Writable({ write: (chunk, _, done) => write(String(chunk), done) });
}

const failing = (code: string): Writable =>
  streamThat((_, done) => done(Object.assign(new Error(code), { code })));

test('text is delivered in order, and settled waits for slow readers', async () => {
  const got: string[] = [];
  const output = streamOutput(
    streamThat((text, done) => {
      setTimeout(() => {
        got.push(text);
        done();
      }, 5);
    }),
  );
  output.write('one');
  output.write('two');
  expect(await output.settled()).toEqual({ kind: 'delivered' });
  expect(got).toEqual(['one', 'two']);
});

test('an output that nobody wrote to is settled', async () => {
  expect(await streamOutput(failing('EIO')).settled()).toEqual({ kind: 'delivered' });
});

test.each([
  ['EPIPE', { kind: 'closed' }],
  ['ENOSPC', { kind: 'failed', code: 'ENOSPC' }],
  ['EIO', { kind: 'failed', code: 'EIO' }],
])('a write that ends with %s is remembered, not thrown', async (code, expected) => {
  const output = streamOutput(failing(code));
  output.write('one');
  expect(await output.settled()).toEqual(expected);
  output.write('two');
  expect(await output.settled()).toEqual(expected);
});

test('terminals tell their width', () => {
  const stream = Object.assign(
    streamThat((_, done) => done()),
    { isTTY: true, columns: 132 },
  );
  expect(streamOutput(stream)).toMatchObject({ isTTY: true, columns: 132 });
  expect(streamOutput(failing('EIO'))).toMatchObject({ isTTY: false, columns: null });
});
