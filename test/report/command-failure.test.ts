import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type CommandFailure,
  failureCommands,
  failureJunit,
  failureMarkdown,
} from '../../src/report/command-failure.ts';
import { plant, plantedTexts } from '../support/hostile-text.ts';
import { requires } from '../support/requires.ts';
import { workflowCommands } from '../support/workflow-commands.ts';
import { schemaErrors, xpath } from '../support/xml.ts';

function broken(count: number): CommandFailure {
  const issues = Array.from({ length: count }, (_, index) => ({
    where: `p.yaml:${index + 1}:3`,
    message: `wrong ${index + 1}`,
    hint: 'right it',
    at: { file: 'p.yaml', line: index + 1, column: 3 },
  }));
  return {
    message: 'p.yaml:1:3: wrong 1\n 1 | x',
    hint: null,
    issues,
    exitCode: 2,
    endedAt: '2026-11-22T10:00:00.000Z',
  };
}

describe('a command without a result', () => {
  test('is an error at each place on GitHub, ten at most', () => {
    expect(workflowCommands(failureCommands(broken(1)))).toEqual([
      {
        form: 'current',
        name: 'error',
        properties: { file: 'p.yaml', line: '1', col: '3', title: 'headroom: no result' },
        data: 'wrong 1; right it',
      },
    ]);
    const many = workflowCommands(failureCommands(broken(14)));
    expect(many).toHaveLength(10);
    expect(many.at(-1)?.data).toBe('and 5 more');
  });

  test('is told in one line where it has no places, with what a server said last', () => {
    const message = 'the server ended; it said:\n  | listening\n  | EADDRINUSE';
    const failure = { ...broken(0), message, hint: 'look at its log' };
    const line = 'the server ended; it said: | listening | EADDRINUSE; look at its log';
    expect(workflowCommands(failureCommands(failure)).map(({ data }) => data)).toEqual([line]);
    expect(failureMarkdown(failure)).toContain(`- ${line.replaceAll('|', '&#124;')}\n`);
    expect(failureJunit(failure)).toContain(`>${line}</error>`);
  });

  requires('xmllint').test('is one error in a JUnit file, valid for every reader of one', () => {
    const xml = failureJunit(broken(3));
    expect(schemaErrors(xml, 'common')).toBe('');
    expect(schemaErrors(xml, 'strict')).toBe('');
    expect(xpath(xml, 'string(//error/@message)')).toBe('p.yaml:1:3: wrong 1; right it (and 2 more errors)');
  });

  test('obeys no text that is planted', () => {
    fc.assert(
      fc.property(plantedTexts, (texts) => {
        const failure = { ...plant(broken(3), texts), endedAt: broken(3).endedAt };
        const commands = failureCommands(failure);
        expect(workflowCommands(commands)).toHaveLength(commands.trimEnd().split('\n').length);
        const markdown = failureMarkdown(failure);
        expect(markdown).not.toMatch(/<|@\w|\]\(|!\[|www\.|:\/\//i);
        expect(markdown.split('\n').filter((line) => line !== '')).toHaveLength(5);
        expect(failureJunit(failure)).not.toMatch(/(?!\n)\p{Cc}|\p{Cs}|\]\]>/u);
        expect(failureJunit(failure).match(/<[a-z]+/g)).toEqual([
          '<testsuites',
          '<testsuite',
          '<testcase',
          '<error',
        ]);
      }),
      { numRuns: 100 },
    );
  });
});
