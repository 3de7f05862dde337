import { expect, test } from 'vitest';
import { monitoredError } from '../../../src/app/monitoring/plugin-error.ts';

test('a message of many lines is the first line of a plug-in and lines below it, none with performance data', () => {
  expect(monitoredError('p.yaml:3:1: unknown key "x"\n   3 | x: 1\n     | ^')).toBe(
    'HEADROOM UNKNOWN - p.yaml:3:1: unknown key "x"\n   3 / x: 1\n     / ^\n',
  );
});

test('it is bounded, and holds nothing that a terminal obeys', () => {
  const text = monitoredError(`${'x'.repeat(500)}${'\n\u001b[31mred'.repeat(500)}`);
  const lines = text.trimEnd().split('\n');
  expect(lines[0]?.length).toBeLessThanOrEqual(80);
  expect(lines.length).toBeLessThanOrEqual(21);
  expect(text).not.toContain('\u001b');
});
