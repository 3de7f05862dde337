/** The text of a result file back into the document, with a clear word on what is wrong with it. */

import { UsageError } from '../core/errors.ts';
import { safeText } from '../core/text.ts';
import type { ResultDocument } from './document.ts';
import { resultSchema } from './schema.ts';

/** Longest text read: a run of 1,200 windows takes about one hundredth of it. */
const MAX_LENGTH = 64 * 1024 * 1024;

const SCHEMA = /^headroom\.result\/(\d+)$/;
const HINT = 'expected the JSON that run, capacity and launch write with --json or -o FILE.json';

/**
 * The document in a result file. Keys that this version does not know are kept.
 *
 * @param file what to call the text in messages
 * @throws UsageError when it is too large, not JSON, cut short, of another kind or of a newer version, or
 * when a key is missing or wrong
 */
export function decodeResult(text: string, file: string): ResultDocument {
  const name = safeText(file);
  if (text.length > MAX_LENGTH) throw new UsageError(`${name}: larger than 64 MB`, { hint: HINT });
  return checkedResult(parseJson(text.replace(/^\ufeff/, ''), name), file);
}

/**
 * A value as the document that it should be. Keys that this version does not know are kept.
 *
 * @param file what to call the value in messages
 * @throws UsageError when it is of another kind or of a newer version, or when a key is missing or wrong
 */
export function checkedResult(value: unknown, file: string): ResultDocument {
  const name = safeText(file);
  checkSchema(value, name);
  const parsed = resultSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const key = safeText(issue?.path.join('.') ?? '');
  throw new UsageError(`${name}: not a whole result: ${key}: ${safeText(issue?.message ?? '')}`, {
    hint: HINT,
  });
}

function parseJson(text: string, name: string): unknown {
  const trimmed = text.trim();
  if (trimmed === '') throw new UsageError(`${name}: empty`, { hint: HINT });
  try {
    return JSON.parse(trimmed);
  } catch (cause) {
    const isCut = trimmed.startsWith('{') && isUnclosed(trimmed);
    throw isCut
      ? new UsageError(`${name}: the JSON is cut short`, {
          hint: 'the run was killed or the disk full while it was written: run again',
          cause,
        })
      : new UsageError(`${name}: not JSON`, { hint: HINT, cause });
  }
}

/** True when braces, brackets or a string are still open at the end. */
function isUnclosed(text: string): boolean {
  let depth = 0;
  let isString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (isString && character === '\\') at += 1;
    else if (character === '"') isString = !isString;
    else if (!isString && '{['.includes(character)) depth += 1;
    else if (!isString && '}]'.includes(character)) depth -= 1;
  }
  return isString || depth > 0;
}

function checkSchema(value: unknown, name: string): void {
  const schema = typeof value === 'object' && value !== null && 'schema' in value ? value.schema : undefined;
  if (schema === 'headroom.result/1') return;
  if (typeof schema !== 'string') {
    throw new UsageError(`${name}: not a headroom result: it has no key "schema"`, { hint: HINT });
  }
  const version = SCHEMA.exec(schema)?.[1];
  if (version !== undefined && Number(version) > 1) {
    throw new UsageError(`${name}: ${schema}: made by a newer headroom`, {
      hint: 'read it with the version of headroom that made it, or a later one',
    });
  }
  throw new UsageError(
    `${name}: not a headroom result: its schema is "${safeText(schema, { maxLength: 80 })}"`,
    {
      hint: HINT,
    },
  );
}
