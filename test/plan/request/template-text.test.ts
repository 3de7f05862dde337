import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UsageError } from '../../../src/core/errors.ts';
import type { Reference } from '../../../src/plan/request/reference.ts';
import {
  parseTemplate,
  partsOf,
  type TemplatePart,
  templateReferences,
} from '../../../src/plan/request/template-text.ts';

describe('parseTemplate', () => {
  test.each<{ text: string; parts: TemplatePart[] }>([
    { text: '', parts: [] },
    { text: 'plain', parts: ['plain'] },
    { text: '${uuid}', parts: [{ kind: 'uuid', offset: 0 }] },
    { text: 'a${seq}b', parts: ['a', { kind: 'seq', offset: 1 }, 'b'] },
    {
      text: '${data.first name}${random.int( -3 , +4 )}',
      parts: [
        { kind: 'data', offset: 0, column: 'first name' },
        { kind: 'int', offset: 18, low: -3, high: 4 },
      ],
    },
    {
      text: 'Bearer ${env:API_TOKEN}',
      parts: ['Bearer ', { kind: 'env', offset: 7, key: 'env:API_TOKEN', name: 'API_TOKEN' }],
    },
    {
      text: '${file:./a b.txt}',
      parts: [{ kind: 'file', offset: 0, key: 'file:./a b.txt', path: './a b.txt' }],
    },
    { text: '$${uuid}', parts: ['${uuid}'] },
    { text: '$$${uuid}', parts: ['$${uuid}'] },
    { text: '$${a} ${seq}', parts: ['${a} ', { kind: 'seq', offset: 6 }] },
    {
      text: '${seq}${seq}',
      parts: [
        { kind: 'seq', offset: 0 },
        { kind: 'seq', offset: 6 },
      ],
    },
    { text: '$ {x} $x } $$ {', parts: ['$ {x} $x } $$ {'] },
  ])('reads $text', ({ text, parts }) => {
    expect(parseTemplate(text)).toEqual({ ok: true, parts });
  });

  test.each([
    { text: 'a ${seq', offset: 2, message: 'a reference is not closed' },
    { text: 'a ${se\nq}', offset: 2, message: 'a reference is not closed' },
    { text: '${seq ${uuid}', offset: 0, message: 'a reference is not closed' },
    { text: '${uuid} ${oops}', offset: 8, message: 'unknown reference "${oops}"' },
    { text: '${}', offset: 0, message: 'unknown reference "${}"' },
    { text: 'é${random.int(9,1)}', offset: 1, message: 'random.int: the low end 9 is above the high end 1' },
    { text: '${random.int(1)}', offset: 0, message: 'random.int takes two whole numbers within 2^53' },
    { text: '${random.int(0.5,2)}', offset: 0, message: 'random.int takes two whole numbers within 2^53' },
    {
      text: '${random.int(0,9007199254740993)}',
      offset: 0,
      message: 'random.int takes two whole numbers within 2^53',
    },
    {
      text: '${random.int(-9007199254740991,9007199254740991)}',
      offset: 0,
      message: 'random.int: the range is wider than 2^53',
    },
    { text: '${env:1X}', offset: 0, message: 'unknown reference "${env:1X}"' },
  ])('refuses $text at character $offset', ({ text, offset, message }) => {
    const parsed = parseTemplate(text);
    expect(parsed.ok ? null : { offset: parsed.error.offset, message: parsed.error.message }).toEqual({
      offset,
      message,
    });
  });

  test('reads back what was printed, whatever the parts', () => {
    fc.assert(
      fc.property(templates, (parts) => {
        const parsed = parseTemplate(print(parts));
        expect(parsed.ok && parsed.parts.map(withoutOffset)).toEqual(parts.map(withoutOffset));
      }),
      { numRuns: 500 },
    );
  });

  test('reads any text or says where it is wrong', () => {
    const pieces = fc.constantFrom(
      '$',
      '{',
      '}',
      '${',
      'uuid',
      'env:',
      'A',
      'random.int(',
      '1',
      ',',
      ')',
      '\n',
      ' ',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        const parsed = parseTemplate(text);
        expect(parsed.ok || text.startsWith('${', parsed.error.offset)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('templateReferences', () => {
  test('lists what a text uses, in order', () => {
    const references = templateReferences('${env:A}/${data.id}?$${no}=${seq}');
    expect(references.map(({ kind, offset }) => [kind, offset])).toEqual([
      ['env', 0],
      ['data', 9],
      ['seq', 27],
    ]);
  });

  test('throws for a text that is not a template', () => {
    expect(() => templateReferences('${')).toThrow(UsageError);
    expect(() => partsOf('ab${', 'header x')).toThrow('header x: a reference is not closed, at character 3');
  });
});

const names = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const inner = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => !/[}\r\n$]/.test(text));
const references: fc.Arbitrary<Reference> = fc.oneof(
  fc.constantFrom<Reference>({ kind: 'uuid', offset: 0 }, { kind: 'seq', offset: 0 }),
  inner.map((column): Reference => ({ kind: 'data', offset: 0, column })),
  names.map((name): Reference => ({ kind: 'env', offset: 0, key: `env:${name}`, name })),
  inner.map((path): Reference => ({ kind: 'file', offset: 0, key: `file:${path}`, path })),
  fc
    .tuple(fc.integer(), fc.nat())
    .map(([low, width]): Reference => ({ kind: 'int', offset: 0, low, high: low + width })),
);

/** Literal text that does not end in "$", which in front of a reference would escape it. */
const literals = fc
  .array(fc.constantFrom('a', '$', '{', '}', '${', '$${', '\n', 'é', 'uuid'), { minLength: 1, maxLength: 6 })
  .map((pieces) => `${pieces.join('')}.`);

/** Literals and references in turn. */
const templates: fc.Arbitrary<TemplatePart[]> = fc
  .array(fc.tuple(fc.option(literals), references), { maxLength: 5 })
  .chain((pairs) =>
    fc.option(literals).map((last) => [...pairs.flat(), last].filter((part) => part !== null)),
  );

function print(parts: readonly TemplatePart[]): string {
  return parts
    .map((part) => (typeof part === 'string' ? part.replaceAll('${', () => '$${') : printReference(part)))
    .join('');
}

function printReference(reference: Reference): string {
  switch (reference.kind) {
    case 'data':
      return `\${data.${reference.column}}`;
    case 'int':
      return `\${random.int(${reference.low},${reference.high})}`;
    case 'env':
    case 'file':
      return `\${${reference.key}}`;
    default:
      return `\${${reference.kind}}`;
  }
}

function withoutOffset(part: TemplatePart): TemplatePart {
  return typeof part === 'string' ? part : { ...part, offset: 0 };
}
