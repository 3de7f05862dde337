import { expect, test } from 'vitest';
import { stateSentence } from '../../../src/report/canary/headline.ts';
import { textWidth } from '../../../src/report/terminal/layout.ts';
import { renderResult } from '../../../src/report/terminal.ts';
import { firingResult, sampleCanary } from '../../support/sample-canary.ts';

const ANSWER = `answered 400: ${'<b>no such channel</b> '.repeat(8)}end`;

test.each([80, 100])(
  'what a channel answered is wrapped beside its event at %i columns, and whole',
  (width) => {
    const deliveries = ['accepted', 'refused', 'spooled'].map((status, index) => ({
      channel: ['pagerduty', 'sl', 'am'][index] ?? '',
      subject: 'service' as const,
      action: 'trigger' as const,
      status: status as 'accepted',
      attempts: 1,
      tookMs: 1234.5,
      text: ANSWER,
    }));
    const text = renderResult(firingResult({ deliveries }), { color: false, width, unicode: true });
    expect(text.split('\n').filter((line) => textWidth(line) > width)).toEqual([]);
    expect(text.split('no such').length - 1).toBe(24);
    expect(text).toMatch(/✓ pagerduty {2}trigger service {2}accepted {2}1\.23s {2}answered 400: /);
  },
);

test('what is open breaks no word at 40 columns', () => {
  const look = { color: false, width: 40, unicode: true };
  const summary = 'shop is offline or slow '.repeat(9).trim();
  const incidents = (firingResult().canary?.incidents ?? []).map((each) => ({ ...each, summary }));
  const lines = renderResult(firingResult({ incidents }), look).split('\n');
  const open = lines.slice(lines.indexOf('Open incidents') + 1, lines.indexOf('Told'));
  expect(open.length).toBeGreaterThan(3);
  expect(open.filter((line) => textWidth(line) > 40)).toEqual([]);
});

test('a check whose runs come seldom says what the last ones showed, and how many were due that did not run', () => {
  const recent = { of: 5, toFire: 3, bad: 3, ok: 2, blind: 1, missing: 3 };
  const sentence = stateSentence(sampleCanary({ state: 'firing', outcome: 'ok', recent }));
  expect(sentence).toMatch(
    /: of the last 5 runs 3 bad, 2 good \(3 bad fire\); of the last 5 due 1 blind, 3 unknown$/,
  );
});
