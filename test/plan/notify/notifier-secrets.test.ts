import { expect, test } from 'vitest';
import { createRedactor } from '../../../src/core/text.ts';
import { notifierSecrets, type PathPieces } from '../../../src/plan/notify/notifier-secrets.ts';

const URL_OF_CHECK = 'https://hc-ping.com/kL3vQ9xPz2/followers-canary';

function redactorFor(which: PathPieces): (text: string) => string {
  const notifier = { name: 'hc', least: 'ticket', kind: 'healthchecks', url: '${env:HC}' } as const;
  return createRedactor(notifierSecrets([notifier], { 'env:HC': `${URL_OF_CHECK}\n` }, which));
}

test.each(['all', 'drawn'] as const)('with %s pieces the URL, its path and its key are hidden', (which) => {
  const redact = redactorFor(which);
  for (const text of [URL_OF_CHECK, '/kL3vQ9xPz2/followers-canary', 'kL3vQ9xPz2']) {
    expect(redact(`about ${text}!`)).toBe('about ***!');
  }
});

test('words of a path are hidden in what a channel answers, and nowhere else', () => {
  const text = 'followers-canary is offline';
  expect(redactorFor('drawn')(text)).toBe(text);
  expect(redactorFor('all')(text)).toBe('*** is offline');
});
