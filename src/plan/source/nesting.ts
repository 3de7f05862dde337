/**
 * How deeply a YAML text nests, told without parsing it: the parser descends recursively, and a text made of
 * nothing but brackets would exhaust the stack.
 */
import { Lexer } from 'yaml';

/** Deeper nesting than this is refused; a plan needs fewer than ten levels. */
export const MAX_DEPTH = 64;

/** What the lexer says beside pieces of the text: document start, scalar follows, flow error. */
const MARKS: ReadonlySet<string> = new Set(['\u0002', '\u0018', '\u001f']);

/**
 * Offset at which brackets, or indentation and dashes, nest deeper than {@link MAX_DEPTH}; null when they never do.
 * May be lenient by a factor of 2, never by more.
 */
export function tooDeepAt(text: string): number | null {
  const columns: number[] = [];
  let flow = 0;
  let offset = 0;
  let lineStart = 0;
  let lineIsBlank = true;
  for (const token of new Lexer().lex(text)) {
    if (MARKS.has(token)) continue;
    if (token === '[' || token === '{') flow += 1;
    if (token === ']' || token === '}') flow -= 1;
    const blank = token.trim() === '';
    if (!blank && (lineIsBlank || token === '-' || token === '?')) {
      const column = offset - lineStart;
      while ((columns.at(-1) ?? -1) >= column) columns.pop();
      columns.push(column);
    }
    if (columns.length + flow > MAX_DEPTH) return offset;
    offset += token.length;
    const newline = token.lastIndexOf('\n');
    if (newline >= 0) lineStart = offset - (token.length - newline - 1);
    lineIsBlank = newline >= 0 || (lineIsBlank && blank);
  }
  return null;
}
