import { expect, test } from 'vitest';
import { maskCommands } from '../../../src/app/ci/masks.ts';
import { workflowCommands } from '../../support/workflow-commands.ts';

test('every line of every secret is masked once, as the runner reads it', () => {
  const text = maskCommands(['se%cret', '  line one\r\nline two\n\nx', 'line one', 'abc']);
  const commands = workflowCommands(text);
  expect(commands.map(({ name, data }) => [name, data])).toEqual([
    ['add-mask', 'se%cret'],
    ['add-mask', 'line one'],
    ['add-mask', 'line two'],
  ]);
  expect(text).toMatch(/\n$/);
});

test('nothing is said where there is nothing to hide', () => {
  expect(maskCommands([])).toBe('');
});
