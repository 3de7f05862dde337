import { describe, expect, test } from 'vitest';
import { exec, type FedEnd, type Feed } from '../../src/notify/exec.ts';
import { pageEvent } from './sample-event.ts';

const SETTINGS = { name: 'own', least: 'ticket', command: ['say', '$(id)'], timeoutMs: 5000 } as const;

function open(end: Partial<FedEnd> = {}) {
  const calls: Parameters<Feed>[] = [];
  const feed: Feed = (...call) => {
    calls.push(call);
    return Promise.resolve({ kind: 'ended', code: 0, cause: null, output: '', isCut: false, ...end });
  };
  const redact = (text: string): string => text.replaceAll('top-secret', '***');
  return { calls, channel: exec(SETTINGS, { feed, redact }) };
}

describe('a program of one’s own', () => {
  test('gets its arguments as they are and the event as one line of JSON', async () => {
    const { calls, channel } = open();
    expect(await channel.tell?.(pageEvent())).toEqual({
      status: 'accepted',
      text: 'the program ended with 0',
    });
    const [argv, { input, timeoutMs }] = calls[0] ?? [[''], { input: '', timeoutMs: 0 }];
    expect(argv).toEqual(['say', '$(id)']);
    expect(timeoutMs).toBe(5000);
    expect(input.split('\n')).toHaveLength(2);
    expect(JSON.parse(input)).toMatchObject({ schema: 'headroom.event/1', check: 'followers' });
  });

  test('has no more time than is left', async () => {
    const { calls, channel } = open();
    await channel.tell?.(pageEvent(), 300);
    expect(calls[0]?.[1].timeoutMs).toBe(300);
  });

  test.each<[Partial<FedEnd>, string, string]>([
    [{ code: 1, output: 'no top-secret\u001b[2J' }, 'later', 'the program ended with 1: no ***\\x1b[2J'],
    [{ code: 65, output: 'never' }, 'refused', 'the program ended with 65: never'],
    [{ code: null, cause: 'SIGSEGV' }, 'later', 'the program was killed by SIGSEGV'],
    [{ kind: 'failed', code: null }, 'later', 'the program could not be started'],
    [
      { kind: 'failed', code: null, cause: 'EACCES' },
      'later',
      'the program could not be started: it may not be executed',
    ],
    [{ kind: 'failed', code: null, cause: 'E2BIG' }, 'later', 'the program could not be started: E2BIG'],
    [{ kind: 'late', code: null }, 'later', 'the program took too long and was ended'],
    [
      { code: 2, output: 'top-secr', isCut: true },
      'later',
      'the program ended with 2 and printed more than is read',
    ],
  ])('that ends so: %o', async (end, status, text) => {
    expect(await open(end).channel.tell?.(pageEvent())).toMatchObject({ status, text });
  });
});
