/** Errors of the tool itself. A measured failure is never one of these: it is a value (see attempt.ts). */

/** What a tool error means for the exit code: `usage` 2, `output` 4, `bug` 70. */
export type ErrorClass = 'usage' | 'output' | 'bug';

/** An error with a remedy: `message` says what is wrong and where, `hint` what to do about it. */
export class ToolError extends Error {
  override readonly name: string = 'ToolError';
  readonly errorClass: ErrorClass;
  readonly hint: string | null;

  constructor(errorClass: ErrorClass, message: string, options: { hint?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.errorClass = errorClass;
    this.hint = options.hint ?? null;
  }
}

/** One thing that is wrong with what was typed or written, in the words of the message. */
export interface InputIssue {
  /** `headroom.yaml:7:15`, or a flag. */
  readonly where: string;
  readonly message: string;
  readonly hint: string;
  /** The file and the place in it, counted from 1; null for a flag. */
  readonly at: { readonly file: string; readonly line: number; readonly column: number } | null;
}

/** Bad input: a flag, a plan file, a data file. Nothing was sent. */
export class UsageError extends ToolError {
  override readonly name = 'UsageError' as const;
  /** What the message is made of, for programs that show each at its place; empty where it is one piece. */
  readonly issues: readonly InputIssue[];

  constructor(
    message: string,
    options: { hint?: string; cause?: unknown; issues?: readonly InputIssue[] } = {},
  ) {
    super('usage', message, options);
    this.issues = options.issues ?? [];
  }
}

/** A report or notification could not be delivered; the run itself was judged. */
export class OutputError extends ToolError {
  override readonly name = 'OutputError' as const;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super('output', message, options);
  }
}

/** A bug in headroom, such as accounts that do not add up. */
export class InternalError extends ToolError {
  override readonly name = 'InternalError' as const;

  constructor(message: string, options: { hint?: string; cause?: unknown } = {}) {
    super('bug', message, {
      hint: 'this is a bug in headroom: please report it with this message',
      ...options,
    });
  }
}
