/** Texts with references: their values put in, or the text around them changed. */
import type { Secrets } from '../plan.ts';
import { parseTemplate } from './template-text.ts';

/** The text with its literal parts changed by `change` and its references as they are. */
export function mapLiterals(text: string, change: (literal: string) => string): string {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return text;
  return parsed.parts
    .map((part) =>
      typeof part === 'string' ? change(part) : text.slice(part.offset, text.indexOf('}', part.offset) + 1),
    )
    .join('');
}

/**
 * `text` with `${env:...}` and `${file:...}` replaced by their values; other references stay, `$${` becomes `${`. A
 * value that is not among `secrets` stays a reference too.
 */
export function expand(text: string, secrets: Secrets): string {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return text;
  return parsed.parts
    .map((part) => {
      if (typeof part === 'string') return part;
      const value = part.kind === 'env' || part.kind === 'file' ? ownValue(secrets, part.key) : undefined;
      return value ?? text.slice(part.offset, text.indexOf('}', part.offset) + 1);
    })
    .join('');
}

/** The first of `${env:...}` and `${file:...}` in `text` whose value is empty or blank, such as `env:TOKEN`; null: none. */
export function emptyReference(text: string, secrets: Secrets): string | null {
  const parsed = parseTemplate(text);
  if (!parsed.ok) return null;
  const found = parsed.parts.find(
    (part) =>
      typeof part !== 'string' &&
      (part.kind === 'env' || part.kind === 'file') &&
      ownValue(secrets, part.key)?.trim() === '',
  );
  return typeof found === 'object' && 'key' in found ? found.key : null;
}

function ownValue(secrets: Secrets, key: string): string | undefined {
  return Object.hasOwn(secrets, key) ? secrets[key] : undefined;
}
