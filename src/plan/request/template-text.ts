/**
 * Splits a text into literal pieces and `${...}` references. `$${` stands for a literal `${`; a lone `$` or brace
 * is itself.
 */
import { UsageError } from '../../core/errors.ts';
import { parseReference, type Reference, type TemplateError } from './reference.ts';

/** Literal text (never empty, never two in a row) or a reference. */
export type TemplatePart = string | Reference;

export type ParsedTemplate =
  | { readonly ok: true; readonly parts: readonly TemplatePart[] }
  | { readonly ok: false; readonly error: TemplateError };

/** The reference whose `${` stands at `open`, and where the text goes on after it. */
function referenceAt(text: string, open: number): { found: Reference | TemplateError; next: number } {
  const close = text.indexOf('}', open);
  const inner = text.slice(open + 2, close);
  if (close < 0 || /[\r\n]|\$\{/.test(inner)) {
    const hint = 'close it with "}"; a literal "${" is written "$${"';
    return { found: { message: 'a reference is not closed', offset: open, hint }, next: open };
  }
  return { found: parseReference(inner, open), next: close + 1 };
}

/** The parts of a text in order, or the first thing wrong with it and where. */
export function parseTemplate(text: string): ParsedTemplate {
  const parts: TemplatePart[] = [];
  let literal = '';
  let position = 0;
  for (let open = text.indexOf('${'); open >= 0; open = text.indexOf('${', position)) {
    if (open > position && text[open - 1] === '$') {
      literal += `${text.slice(position, open - 1)}\${`;
      position = open + 2;
      continue;
    }
    const { found, next } = referenceAt(text, open);
    if ('message' in found) {
      return { ok: false, error: found };
    }
    literal += text.slice(position, open);
    parts.push(...(literal === '' ? [] : [literal]), found);
    literal = '';
    position = next;
  }
  literal += text.slice(position);
  return { ok: true, parts: literal === '' ? parts : [...parts, literal] };
}

/**
 * What a text uses, in order, for whoever validates a plan.
 *
 * @throws UsageError when the text is not a valid template
 *
 * @public
 */
export function templateReferences(text: string): readonly Reference[] {
  return partsOf(text, 'template').filter((part) => typeof part !== 'string');
}

/** @param where names the text in the message  @throws UsageError when the text is not a valid template */
export function partsOf(text: string, where: string): readonly TemplatePart[] {
  const parsed = parseTemplate(text);
  if (!parsed.ok) {
    const { message, offset, hint } = parsed.error;
    throw new UsageError(`${where}: ${message}, at character ${offset + 1}`, { hint });
  }
  return parsed.parts;
}
