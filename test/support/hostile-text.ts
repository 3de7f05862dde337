/** Strings that a server, a plan or a machine might plant, and documents that hold them wherever text can stand. */

import fc from 'fast-check';

/** What a terminal, a reader of markup or a CI service might obey. */
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc
    .array(
      fc.constantFrom(
        '\u001b[2J',
        '\u001b]8;;http://x\u0007',
        '\u001b]52;c;eA==\u0007',
        '\u009b31m',
        '\r',
        '\n',
        '\b',
        '\t',
        '\0',
        '\u202e',
        '\u2066',
        '\u200b',
        '\ufeff',
        '\ud800',
        '::set-env name=a::b',
        '\n::error::',
        '##[group]',
        '##vso[x]',
        ']]>',
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        '|',
        '`',
        '```',
        '[a](javascript:alert(1))',
        '![x](http://evil/x.png)',
        '@everyone',
        'www.evil.example',
        '=cmd()',
        '+1',
        '-1',
        '@SUM(A1)',
        '#',
        '# SKIP',
        '\\\\',
        ',',
        '---',
        '\uffff',
        '\ufffe',
        'PASS',
        ' ',
        'a',
        '数',
        '🙂',
        'e\u0301',
        '%',
        '$&',
        '\\',
        '"',
        "'",
        'x'.repeat(90),
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

/** Some of them, to be planted one after the other. */
export const plantedTexts: fc.Arbitrary<string[]> = fc.array(nastyText, { minLength: 1, maxLength: 30 });

/** Words of the contract that a program chooses, never a server. */
const CLOSED = new Set(
  'status blocks unit judgement guard kind by schema command answer label shows limitedBy side indicator shown mode outcome state severity subject action'.split(
    ' ',
  ),
);

/** The same document with every other string, keys of counts included, replaced by one from `texts`. */
export function plant<T>(value: T, texts: readonly string[]): T {
  let next = 0;
  const text = (): string => texts[next++ % texts.length] ?? '';
  const walk = (node: unknown, key: string): unknown => {
    if (typeof node === 'string') return CLOSED.has(key) ? node : text();
    if (Array.isArray(node)) return node.map((each) => walk(each, key));
    if (typeof node !== 'object' || node === null) return node;
    const planted = key === 'byStatus' || key === 'byCause';
    const entries = Object.entries(node).map(([name, each]) => [
      planted ? `${text()}${name}` : name,
      walk(each, name),
    ]);
    return Object.fromEntries(entries);
  };
  return walk(value, '') as T;
}
