/** Puts hostile strings wherever a document has a string that we did not choose. */

/** Words of the contract that a program chooses, never a server. */
const CLOSED = new Set(
  'schema command status blocks unit label shows limitedBy answer source by kind id purpose mode side indicator shown startedAt outcome state severity subject action'.split(
    ' ',
  ),
);

/** Texts that end an element, an attribute, a comment or a script somewhere, or hide what they are. */
export const HOSTILE: readonly string[] = [
  '<script>window.pwned=1</script>',
  '"><img src=x onerror=window.pwned=1>',
  "' onmouseover='window.pwned=1",
  'javascript:window.pwned=1',
  'http://h/"onclick="window.pwned=1',
  ']]>',
  '-->',
  '<!--',
  '</script><script>window.pwned=1</script>',
  '</title></style></svg></table><b>bold',
  '\u2028window.pwned=1\u2029',
  '\u202egnp.exe',
  '\u001b[31mred',
  '&lt;b&gt;&#60;',
  '{{constructor}}${7*7}',
  '::error::x',
  '\u0000\ud800',
];

/** The same document with the texts in place of its own, in turn. `label` of a rate is ours, that of a side is not. */
export function plant<T>(value: T, texts: readonly string[]): T {
  let next = 0;
  const text = (): string => texts[next++ % texts.length] ?? '';
  const walk = (node: unknown, key: string): unknown => {
    if (typeof node === 'string') return CLOSED.has(key) ? node : text();
    if (Array.isArray(node)) return node.map((each) => walk(each, key));
    if (typeof node !== 'object' || node === null) return node;
    const isCounts = key === 'byStatus' || key === 'byCause';
    return Object.fromEntries(
      Object.entries(node).map(([name, each]) => [
        isCounts ? `${text()}${name}` : name,
        name === 'histograms' ? each : name === 'latency' ? each : walk(each, name),
      ]),
    );
  };
  return walk(value, '') as T;
}
