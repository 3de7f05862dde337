/** What references stand for: a text known before the run, or a function of the arrival's index. */
import { UsageError } from '../../core/errors.ts';
import { bitsAt, integerAt, STREAM } from '../../core/random.ts';
import type { DataSet, Secrets } from '../plan.ts';
import { nearestOf, type Reference } from './reference.ts';

/** A text that is the same for every arrival, or a pure function of the arrival's index. */
export type Field = string | ((index: number) => string);

/** What references are resolved from. */
export interface TemplateContext {
  readonly secrets: Secrets;
  readonly data: DataSet | null;
  /** Integer 0..2^53-1. */
  readonly seed: number;
}

/** Where a value is written to. */
export interface Place {
  readonly encode: (value: string) => string;
  /** True where a line break cannot stand: the newline that ends most files is then left out. */
  readonly oneLine: boolean;
}

type SecretReference = Extract<Reference, { kind: 'env' | 'file' }>;

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}

/** UUID version 4 (RFC 9562, section 5.4) from 122 bits of the arrival: one per arrival, however often it is used. */
function uuidAt(seed: number, index: number): string {
  const a = hex(bitsAt(seed, STREAM.uuid, 4 * index));
  const b = hex(((bitsAt(seed, STREAM.uuid, 4 * index + 1) & 0xffff0fff) | 0x4000) >>> 0);
  const c = hex(((bitsAt(seed, STREAM.uuid, 4 * index + 2) & 0x3fffffff) | 0x80000000) >>> 0);
  const d = hex(bitsAt(seed, STREAM.uuid, 4 * index + 3));
  return `${a}-${b.slice(0, 4)}-${b.slice(4)}-${c.slice(0, 4)}-${c.slice(4)}${d}`;
}

/** Resolves the references of one target, in the order in which they stand in it. */
export class Values {
  readonly #target: string;
  readonly #context: TemplateContext;
  #randomCount = 0;

  constructor(target: string, context: TemplateContext) {
    this.#target = target;
    this.#context = context;
  }

  /** @throws UsageError when a secret or a column is not there */
  of(reference: Reference, place: Place): Field {
    const { encode } = place;
    const { seed } = this.#context;
    switch (reference.kind) {
      case 'env':
      case 'file':
        return encode(this.secret(reference, place.oneLine));
      case 'data':
        return this.#cell(reference.column, encode);
      case 'int':
        return this.#integer(reference);
      case 'uuid':
        return (index) => uuidAt(seed, index);
      case 'seq':
        return String;
    }
  }

  /** @throws UsageError when its value is not there */
  secret(reference: SecretReference, oneLine: boolean): string {
    const { secrets } = this.#context;
    const value = Object.hasOwn(secrets, reference.key) ? secrets[reference.key] : undefined;
    if (value === undefined) {
      const what = reference.kind === 'env' ? 'set the environment variable' : 'check the path';
      throw new UsageError(`target "${this.#target}": \${${reference.key}} has no value`, {
        hint: `${what}, or remove the reference`,
      });
    }
    return oneLine && reference.kind === 'file' ? value.replace(/\r?\n$/, '') : value;
  }

  #cell(column: string, encode: (value: string) => string): Field {
    const { data, seed } = this.#context;
    const at = data?.columns.indexOf(column) ?? -1;
    if (data === null || at < 0 || data.rows.length === 0) {
      throw this.#noColumn(column, data);
    }
    const range = { low: 0, high: data.rows.length - 1 };
    return (index) => encode(data.rows[integerAt(seed, STREAM.dataRow, index, range)]?.[at] ?? '');
  }

  #noColumn(column: string, data: DataSet | null): UsageError {
    const where = `target "${this.#target}": \${data.${column}}`;
    if (data === null) {
      return new UsageError(`${where}: the plan has no data`, { hint: 'name a data file in the plan' });
    }
    const nearest = nearestOf(column, data.columns);
    const hint = nearest === null ? `the columns are ${data.columns.join(', ')}` : `did you mean ${nearest}?`;
    return new UsageError(`${where}: there is no such column`, { hint });
  }

  #integer(range: { readonly low: number; readonly high: number }): Field {
    const { seed } = this.#context;
    const stream = STREAM.template + this.#randomCount;
    this.#randomCount += 1;
    return (index) => String(integerAt(seed, stream, index, range));
  }
}

/** One field out of consecutive ones. */
export function joinFields(fields: readonly Field[]): Field {
  if (fields.every((field) => typeof field === 'string')) {
    return fields.join('');
  }
  return (index) => {
    let text = '';
    for (const field of fields) {
      text += fieldAt(field, index);
    }
    return text;
  };
}

/** Its text for an arrival. */
export function fieldAt(field: Field, index: number): string {
  return typeof field === 'string' ? field : field(index);
}
