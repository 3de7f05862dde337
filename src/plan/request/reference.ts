/** The grammar of one `${...}` reference: what may stand between the braces. */
import leven from 'leven';

/** What a text refers to; `offset` is where its `${` stands in the text, in UTF-16 units. */
export type Reference = { readonly offset: number } & (
  | { readonly kind: 'data'; readonly column: string }
  /** A whole number on [low, high], both included. */
  | { readonly kind: 'int'; readonly low: number; readonly high: number }
  | { readonly kind: 'uuid' }
  | { readonly kind: 'seq' }
  /** `key` is the reference's inner text, such as `env:API_TOKEN`: the key of its value among the secrets. */
  | { readonly kind: 'env'; readonly key: string; readonly name: string }
  | { readonly kind: 'file'; readonly key: string; readonly path: string }
);

/** What is wrong with a template, and where: `offset` in UTF-16 units. */
export interface TemplateError {
  readonly message: string;
  readonly offset: number;
  readonly hint: string;
}

/** How each reference begins, and how it is shown to somebody who got it wrong. */
const FORMS: readonly (readonly [head: string, example: string])[] = [
  ['data', '${data.column}'],
  ['random.int', '${random.int(1,9)}'],
  ['uuid', '${uuid}'],
  ['seq', '${seq}'],
  ['env', '${env:NAME}'],
  ['file', '${file:PATH}'],
];

const ALL_FORMS: string = FORMS.map(([, example]) => example).join(' ');
const FARTHEST_TYPO = 2;

function nearestForm(inner: string): string | null {
  const head = /^[\w.]*/.exec(inner.trim())?.[0].toLowerCase() ?? '';
  const ranked = FORMS.map(([name, example]) => ({ example, distance: leven(head, name) }));
  // `${env.NAME}` and `${random(1,9)}` are near by their first word alone.
  const [word = ''] = head.split('.');
  const byWord = FORMS.find(([name]) => word !== '' && word === name.split('.')[0]);
  const [nearest] = ranked.toSorted((a, b) => a.distance - b.distance);
  if (nearest !== undefined && nearest.distance <= FARTHEST_TYPO) {
    return nearest.example;
  }
  return byWord?.[1] ?? null;
}

function unknownReference(inner: string, offset: number): TemplateError {
  const nearest = nearestForm(inner);
  const environment = /^[A-Z_][A-Z0-9_]*$/.test(inner) ? `\${env:${inner}}` : null;
  const guess = nearest ?? environment;
  return {
    message: `unknown reference "\${${inner.slice(0, 60)}}"`,
    offset,
    hint:
      guess === null ? `known are ${ALL_FORMS}; a literal "\${" is written "$\${"` : `did you mean ${guess}?`,
  };
}

function parseInt(inner: string, offset: number): Reference | TemplateError {
  const found = /^random\.int\(\s*([-+]?\d+)\s*,\s*([-+]?\d+)\s*\)$/.exec(inner);
  const low = Number(found?.[1] ?? NaN);
  const high = Number(found?.[2] ?? NaN);
  const hint = 'write ${random.int(1,9)} for a whole number from 1 to 9, both included';
  if (!Number.isSafeInteger(low) || !Number.isSafeInteger(high)) {
    return { message: 'random.int takes two whole numbers within 2^53', offset, hint };
  }
  if (low > high) {
    return { message: `random.int: the low end ${low} is above the high end ${high}`, offset, hint };
  }
  if (high - low > Number.MAX_SAFE_INTEGER) {
    return { message: 'random.int: the range is wider than 2^53', offset, hint };
  }
  return { kind: 'int', offset, low: low + 0, high: high + 0 };
}

function afterPrefix(inner: string, prefix: string): string | null {
  return inner.startsWith(prefix) && inner.length > prefix.length ? inner.slice(prefix.length) : null;
}

/** Reads the text between the braces. */
export function parseReference(inner: string, offset: number): Reference | TemplateError {
  if (inner === 'uuid' || inner === 'seq') {
    return { kind: inner, offset };
  }
  if (inner.startsWith('random.int(')) {
    return parseInt(inner, offset);
  }
  const column = afterPrefix(inner, 'data.');
  if (column !== null) {
    return { kind: 'data', offset, column };
  }
  const name = afterPrefix(inner, 'env:');
  if (name !== null && /^[A-Za-z_]\w*$/.test(name)) {
    return { kind: 'env', offset, key: inner, name };
  }
  const path = afterPrefix(inner, 'file:');
  return path === null ? unknownReference(inner, offset) : { kind: 'file', offset, key: inner, path };
}

/** The values nearest to what was written, best first; for "did you mean". */
export function nearestOf(written: string, known: readonly string[]): string | null {
  const [nearest] = known
    .map((name) => ({ name, distance: leven(written.toLowerCase(), name.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance);
  return nearest !== undefined && nearest.distance <= FARTHEST_TYPO ? nearest.name : null;
}
