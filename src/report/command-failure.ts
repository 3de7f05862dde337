/** What CI services are told of a command that ended without a result: a plan that cannot be read, a bug. */

import type { InputIssue } from '../core/errors.ts';
import { safeText } from '../core/text.ts';
import { MAX_SHOWN } from './ci/github.ts';
import { markdownText } from './ci/markdown-text.ts';
import { workflowCommand } from './ci/workflow-command.ts';
import { xmlAttributes, xmlText } from './ci/xml.ts';
import { plural } from './format.ts';

/** Why there is no result. Texts are redacted, and not escaped. */
export interface CommandFailure {
  /** All of it, in lines. */
  readonly message: string;
  readonly hint: string | null;
  /** The same in pieces, each with its place; empty where it is one piece. */
  readonly issues: readonly InputIssue[];
  readonly exitCode: number;
  /** When it ended, ISO 8601 in UTC. */
  readonly endedAt: string;
}

const WORD = 'ERROR: there is no result';
const MAX_TEXT = 4000;

/** Annotations, one per issue at its place; ten at most, as more are lost. */
export function failureCommands(failure: CommandFailure): string {
  const pieces = piecesOf(failure);
  const shown = pieces.length > MAX_SHOWN + 1 ? pieces.slice(0, MAX_SHOWN) : pieces;
  const lines = shown.map(({ at, text }) => {
    const place = at === null ? {} : { file: at.file, line: at.line, col: at.column };
    return workflowCommand('error', { ...place, title: 'headroom: no result' }, text);
  });
  const more = pieces.length - shown.length;
  const rest = more === 0 ? [] : [workflowCommand('error', { title: 'headroom' }, `and ${more} more`)];
  return [...lines, ...rest].map((line) => `${line}\n`).join('');
}

/** For the step summary. */
export function failureMarkdown(failure: CommandFailure): string {
  const items = piecesOf(failure).map(({ at, text }) => {
    const place = at === null ? '' : `${markdownText(`${at.file}:${at.line}:${at.column}`)}: `;
    return `- ${place}${markdownText(text)}`;
  });
  return [`## ❌ ${WORD}`, '', ...items, '', `exit code ${failure.exitCode}`, ''].join('\n');
}

/** One case that could not be judged, under the name that the verdict has where no other case tells it. */
export function failureJunit(failure: CommandFailure): string {
  const texts = piecesOf(failure).map(({ at, text }) =>
    safeText(at === null ? text : `${at.file}:${at.line}:${at.column}: ${text}`, { maxLength: MAX_TEXT }),
  );
  const [first = WORD] = texts;
  const message = texts.length > 1 ? `${first} (and ${plural(texts.length - 1, 'more error')})` : first;
  const counts = { tests: 1, failures: 0, errors: 1 };
  const timestamp = failure.endedAt.replace(/(\.\d+)?Z$/, '');
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${xmlAttributes({ name: 'headroom', ...counts, time: '0.000' })}>`,
    `  <testsuite${xmlAttributes({ name: 'verdict', ...counts, skipped: 0, time: '0.000', timestamp })}>`,
    '    <testcase classname="verdict" name="verdict" time="0.000">',
    `      <error${xmlAttributes({ type: 'no-result', message })}>${xmlText(texts.join('\n'))}</error>`,
    '    </testcase>',
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

interface Piece {
  readonly at: InputIssue['at'];
  readonly text: string;
}

/**
 * In one line each, with the remedy. A message in one piece has what a server said last below its first line; one in
 * several has excerpts there, which each place shows itself.
 */
function piecesOf({ message, hint, issues }: CommandFailure): readonly Piece[] {
  if (issues.length === 0) {
    const lines = message.split('\n').map((line) => line.trim());
    return [{ at: null, text: withHint(lines.join(' '), hint) }];
  }
  return issues.map((issue) => ({
    at: issue.at,
    text: withHint(issue.at === null ? `${issue.where}: ${issue.message}` : issue.message, issue.hint),
  }));
}

function withHint(text: string, hint: string | null): string {
  return hint === null || hint === '' ? text : `${text}; ${hint}`;
}
