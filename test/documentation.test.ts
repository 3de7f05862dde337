/** What is public is explained: every export has a docstring, directly above it. */

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type ExportSpecifier, type ModuleItem, parseSync } from '@swc/core';
import { describe, expect, test } from 'vitest';

/** A docstring with words in it that ends on the line above. */
const DOCSTRING_ABOVE = /\/\*\*(?:(?!\*\/)[\s\S])*[a-z](?:(?!\*\/)[\s\S])*\*\/\n$/i;

const files = readdirSync('src', { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => `src/${path}`);

/** One exported name, and where it is declared when it comes from another file. */
interface Exported {
  readonly name: string;
  readonly documented: boolean;
  /** An interface or a type alias: its fields speak for it inside the program. */
  readonly isType: boolean;
  readonly from: { readonly file: string; readonly name: string } | null;
}

type Declared = Extract<ModuleItem, { type: 'ExportDeclaration' }>['declaration'];

function namesOf(declared: Declared): readonly string[] {
  switch (declared.type) {
    case 'ClassDeclaration':
    case 'FunctionDeclaration':
      return [declared.identifier.value];
    case 'TsInterfaceDeclaration':
    case 'TsTypeAliasDeclaration':
      return [declared.id.value];
    case 'VariableDeclaration':
      return declared.declarations.map(({ id }) => (id.type === 'Identifier' ? id.value : '(a pattern)'));
    default:
      return [`(${declared.type})`];
  }
}

/** A re-exported name; one in a list without a source counts as undocumented: the word stands at the declaration. */
function reExport(file: string, source: string | null, one: ExportSpecifier): Exported {
  if (one.type !== 'ExportSpecifier')
    return { name: `(${one.type})`, documented: false, isType: false, from: null };
  const name = (one.exported ?? one.orig).value;
  const from = source === null ? null : { file: join(dirname(file), source), name: one.orig.value };
  return { name, documented: false, isType: false, from };
}

/** Exports of a source text; `file` is what relative imports start from. Only the first overload needs words. */
function exportsOf(file: string, text: string): readonly Exported[] {
  const bytes = Buffer.from(text);
  const found = new Map<string, Exported>();
  const add = (one: Exported): void => void (found.has(one.name) || found.set(one.name, one));
  for (const item of parseSync(text, { syntax: 'typescript' }).body) {
    if (item.type === 'ExportDeclaration') {
      // Spans count bytes from 1.
      const documented = DOCSTRING_ABOVE.test(bytes.subarray(0, item.span.start - 1).toString());
      const isType = item.declaration.type.startsWith('Ts');
      for (const name of namesOf(item.declaration)) add({ name, documented, isType, from: null });
    } else if (item.type === 'ExportNamedDeclaration') {
      for (const one of item.specifiers) add(reExport(file, item.source?.value ?? null, one));
    } else if (item.type.startsWith('Export')) {
      add({ name: `(${item.type})`, documented: false, isType: false, from: null });
    }
  }
  return [...found.values()];
}

function isDocumented(one: Exported): boolean {
  if (one.from === null) return one.documented;
  const { file, name } = one.from;
  const origin = exportsOf(file, readFileSync(file, 'utf8')).find((other) => other.name === name);
  return origin !== undefined && isDocumented(origin);
}

const undocumentedIn = (file: string, text: string): readonly string[] =>
  exportsOf(file, text)
    .filter((one) => !isDocumented(one))
    .map(({ name }) => name);

/** Functions, classes and constants without words. */
const unexplainedIn = (file: string, text: string): readonly string[] =>
  exportsOf(file, text)
    .filter((one) => !one.isType && !isDocumented(one) && !isTypeElsewhere(one))
    .map(({ name }) => name);

function isTypeElsewhere({ from }: Exported): boolean {
  if (from === null) return false;
  const origin = exportsOf(from.file, readFileSync(from.file, 'utf8')).find(
    (other) => other.name === from.name,
  );
  return origin !== undefined && (origin.isType || isTypeElsewhere(origin));
}

describe('the check for docstrings', () => {
  test.each([
    ['a documented function', '/** Says hello. */\nexport function f(): void {}', []],
    ['an undocumented one', 'export function f(): void {}', ['f']],
    ['a line comment', '// Says hello.\nexport const f = 1;', ['f']],
    ['an empty docstring', '/** */\nexport const f = 1;', ['f']],
    ['a file header with a blank line below', '/** This file. */\n\nexport interface F {}', ['F']],
    [
      'text in other alphabets before it',
      '/** µs, Ω and 語. */\n\n/** A letter. */\nexport type F = "ß";',
      [],
    ],
    ['every name of one statement', 'export const f = 1, g = 2;', ['f', 'g']],
    ['a class and an async function', 'export abstract class C {}\nexport async function f() {}', ['C', 'f']],
    ['an overload, told once', '/** Adds. */\nexport function f(a: 1): 1;\nexport function f(a: 2): 2;', []],
    ['a list apart from the declaration', '/** One. */\nconst f = 1;\n/** List. */\nexport { f };', ['f']],
    ['a star', 'export * from "./x.ts";', ['(ExportAllDeclaration)']],
    ['a default', '/** One. */\nexport default 1;', ['(ExportDefaultExpression)']],
  ])('judges %s', (_what, text, undocumented) => {
    expect(undocumentedIn('src/planted.ts', text)).toEqual(undocumented);
  });
});

describe('documentation', () => {
  test('explains every function, class and constant that a source file exports', () => {
    const missing = files.flatMap((file) =>
      unexplainedIn(file, readFileSync(file, 'utf8')).map((name) => `${file}: ${name}`),
    );
    expect(files.length).toBeGreaterThan(0);
    expect(missing).toEqual([]);
  });

  test('explains everything that the library entry offers', () => {
    const text = readFileSync('src/index.ts', 'utf8');
    expect(exportsOf('src/index.ts', text).length).toBeGreaterThan(0);
    expect(undocumentedIn('src/index.ts', text)).toEqual([]);
  });
});
