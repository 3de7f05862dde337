/**
 * Makes a target ready for the hot path. Whatever does not vary from arrival to arrival is computed once, here;
 * the rest is a pure function of (seed, index), so that threads and machines agree without talking.
 */
import { UsageError } from '../../core/errors.ts';
import type { Target } from '../plan.ts';
import { cellsUnfitForHeaders } from './data.ts';
import { bodyEncoder, encodeUrlText, hasHeaderFault, percentEncode, verbatim } from './escape.ts';
import { splitUrl } from './target-url.ts';
import { partsOf, type TemplatePart } from './template-text.ts';
import { type Field, fieldAt, joinFields, type Place, type TemplateContext, Values } from './values.ts';

/** What one arrival sends. */
export interface RequestParts {
  /** Path and query, as they go on the wire. */
  readonly path: string;
  /** Flat: name, value, name, value... as undici takes them. */
  readonly headers: string[];
  readonly body: string | Uint8Array | null;
}

export interface CompiledTarget {
  /** `scheme://host[:port]`, the same for every arrival; a default port is left out. */
  readonly origin: string;
  /** True when every arrival sends the same; `render` then returns one frozen object. */
  readonly static: boolean;
  /** What arrival `index` sends: a pure function of (seed, index). */
  render(index: number): RequestParts;
}

const IN_URL: Place = { encode: percentEncode, oneLine: true };
const IN_HEADER: Place = { encode: verbatim, oneLine: true };

function pathField(rest: readonly TemplatePart[], values: Values): Field {
  return joinFields(
    rest.map((part) => (typeof part === 'string' ? encodeUrlText(part) : values.of(part, IN_URL))),
  );
}

/** Compiles the headers and the body of one target. */
class MessageCompiler {
  readonly #target: Target;
  readonly #context: TemplateContext;
  readonly #values: Values;

  constructor(target: Target, context: TemplateContext, values: Values) {
    this.#target = target;
    this.#context = context;
    this.#values = values;
  }

  headers(): Field[] {
    return this.#target.headers.flatMap(([name, text]) => [name, this.#header(name, text)]);
  }

  /** @param contentType of the body, which decides how values are written into it */
  body(contentType: string): Field | Uint8Array | null {
    const { name, body } = this.#target;
    if (typeof body !== 'string') {
      return body;
    }
    const place = { encode: bodyEncoder(contentType), oneLine: false };
    return joinFields(
      partsOf(body, `target "${name}", body`).map((part) =>
        typeof part === 'string' ? part : this.#values.of(part, place),
      ),
    );
  }

  #header(name: string, text: string): Field {
    const parts = partsOf(text, `target "${this.#target.name}", header ${name}`);
    return joinFields(parts.map((part) => this.#headerPiece(name, part)));
  }

  /** A line break in a value would begin a header of somebody else's choice. */
  #headerPiece(name: string, part: TemplatePart): Field {
    const piece = typeof part === 'string' ? part : this.#values.of(part, IN_HEADER);
    const { data } = this.#context;
    const [row] =
      typeof part !== 'string' && part.kind === 'data' && data !== null
        ? cellsUnfitForHeaders(data, part.column)
        : [];
    if (row === undefined && (typeof piece !== 'string' || !hasHeaderFault(piece))) {
      return piece;
    }
    const where = row === undefined ? 'its value' : `row ${row + 1} of the data`;
    throw new UsageError(
      `target "${this.#target.name}", header ${name}: ${where} holds a line break, ` +
        'another control character or a character beyond Latin-1',
      { hint: 'such a value cannot be sent in a header: remove the character, or encode the value' },
    );
  }
}

/** The content type as far as it is known before the run. */
function contentTypeOf(target: Target, headers: readonly Field[]): string {
  const at = target.headers.findIndex(([name]) => name.toLowerCase() === 'content-type');
  const field = headers[2 * at + 1];
  return typeof field === 'string' ? field : (target.headers[at]?.[1] ?? '');
}

/** The URL's credentials, unless the target says itself how it is authorized. */
function withAuthorization(headers: readonly Field[], target: Target, authorization: string | null): Field[] {
  const own = target.headers.some(([name]) => name.toLowerCase() === 'authorization');
  return authorization === null || own ? [...headers] : [...headers, 'authorization', authorization];
}

function areTexts(fields: readonly Field[]): fields is readonly string[] {
  return fields.every((field) => typeof field === 'string');
}

function headersRenderer(fields: readonly Field[]): (index: number) => string[] {
  if (areTexts(fields)) {
    const texts = [...fields];
    Object.freeze(texts);
    return () => texts;
  }
  return (index) => fields.map((field) => fieldAt(field, index));
}

/**
 * Values are percent-encoded in the path and query, escaped for JSON and form bodies as the content type says,
 * and otherwise written as they are. Secrets in the base of the URL are taken as they are: they may hold a whole
 * `https://host:port/path`.
 *
 * @throws UsageError for a template that is not valid, a missing value, or a value unfit for a header
 */
export function compileTarget(target: Target, context: TemplateContext): CompiledTarget {
  const values = new Values(target.name, context);
  const url = splitUrl(target.name, partsOf(target.url, `target "${target.name}", URL`), values);
  const path = pathField(url.rest, values);
  const message = new MessageCompiler(target, context, values);
  const ownHeaders = message.headers();
  const body = message.body(contentTypeOf(target, ownHeaders));
  const headers = withAuthorization(ownHeaders, target, url.authorization);
  const headersAt = headersRenderer(headers);
  const isStatic = areTexts(headers) && typeof path === 'string' && typeof body !== 'function';
  const renderFresh = (index: number): RequestParts => ({
    path: fieldAt(path, index),
    headers: headersAt(index),
    body: typeof body === 'function' ? body(index) : body,
  });
  if (!isStatic) {
    return { origin: url.origin, static: false, render: renderFresh };
  }
  const fixed = Object.freeze(renderFresh(0));
  return { origin: url.origin, static: true, render: () => fixed };
}
