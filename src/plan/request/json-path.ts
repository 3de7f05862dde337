/** JSONPath (RFC 9535) over response bodies: compiled once per plan, and bounded whatever the server sends. */
import { JSONPathEnvironment, JSONPathError } from 'json-p3';

import { UsageError } from '../../core/errors.ts';
import { type JsonValue, MAX_JSON_DEPTH } from './json-text.ts';

const MAX_PATH_LENGTH = 2000;

/** The values that the path selects, in document order; throws when the document is too deep for it. */
export type JsonQuery = (document: JsonValue) => readonly unknown[];

function errorText(error: unknown): string {
  if (error instanceof JSONPathError) {
    const text = error.message.replace(/ \('[^]*':\d+\)$/, '');
    return `${text}, at character ${error.token.index + 1}`;
  }
  return 'the path is too complex';
}

function compile(path: string): JsonQuery | string {
  if (!path.startsWith('$')) {
    return 'a JSON path starts with "$", as in "$.next"';
  }
  if (path.length > MAX_PATH_LENGTH) {
    return `a JSON path may have ${MAX_PATH_LENGTH} characters, this one has ${path.length}`;
  }
  try {
    const query = new JSONPathEnvironment({ maxRecursionDepth: MAX_JSON_DEPTH + 2 }).compile(path);
    return (document) => query.query(document).values();
  } catch (error) {
    return errorText(error);
  }
}

/** Null when the path is valid, or else one line that says what is wrong and where. */
export function validateJsonPath(path: string): string | null {
  const compiled = compile(path);
  return typeof compiled === 'string' ? compiled : null;
}

/** @throws UsageError when the path is not valid */
export function compileJsonPath(path: string): JsonQuery {
  const compiled = compile(path);
  if (typeof compiled === 'string') {
    throw new UsageError(`JSON path "${path.slice(0, 100)}": ${compiled}`, {
      hint: 'paths are those of RFC 9535, as "$.items[0].id" or "$..name"',
    });
  }
  return compiled;
}
