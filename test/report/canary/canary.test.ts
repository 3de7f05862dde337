import { expect, test } from 'vitest';
import { textWidth } from '../../../src/report/terminal/layout.ts';
import { renderResult } from '../../../src/report/terminal.ts';
import { firingResult } from '../../support/sample-canary.ts';

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
