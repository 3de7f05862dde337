/** YAML nodes to plain values, and the refusal of what YAML allows and a plan does not. */
import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  type Scalar,
  type YAMLMap,
} from 'yaml';

import { safeText } from '../../core/text.ts';
import type { AliasTargets } from './aliases.ts';
import { MAX_DEPTH } from './nesting.ts';

/** What is wrong with the text at `start`, an offset from its beginning. */
export interface Fault {
  readonly start: number;
  readonly message: string;
  readonly hint: string;
}

/** Aliases may make this many nodes out of few: a bomb makes billions (CWE-776). */
const MAX_ALIAS_NODES = 10_000;

const NO_TAGS = {
  message: 'there is a YAML tag',
  hint: 'remove it: a plan is data, and the types of its values are known',
};

/** Offset where a node starts; 0 when it has no place. */
export function startOf(node: unknown): number {
  return rangeOf(node)[0];
}

/** Start and end of a node, without the blanks and comments that follow. */
export function rangeOf(node: unknown): readonly [start: number, end: number] {
  const range = isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range : null;
  return [range?.[0] ?? 0, range?.[1] ?? 0];
}

/** A key as the tree has it; null when it is no text, number or boolean. */
export function keyText(key: unknown): string | null {
  const value = isScalar(key) ? key.value : null;
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

/** Converts one document; what is refused becomes null in the tree and a fault beside it. */
class Conversion {
  readonly faults: Fault[] = [];
  readonly #targets: AliasTargets;
  #insideAliases = 0;
  #aliasNodes = 0;

  constructor(targets: AliasTargets) {
    this.#targets = targets;
  }

  value(node: unknown, depth: number): unknown {
    if (isAlias(node)) return this.#aliased(node, depth);
    if (isScalar(node)) return this.#scalar(node);
    if (!isMap(node) && !isSeq(node)) return null;
    if (this.#refuses(node, depth)) return null;
    if (isSeq(node)) return node.items.map((item) => this.value(item, depth + 1));
    if (this.#insideAliases === 0) this.#refuseTwins(node);
    return Object.fromEntries(node.items.map((pair) => [this.#key(pair), this.value(pair.value, depth + 1)]));
  }

  /** Keys that are there twice: of two values one would be lost. */
  #refuseTwins({ items }: YAMLMap): void {
    const seen = new Set<string>();
    for (const { key } of items) {
      const name = keyText(key);
      if (name !== null && seen.has(name)) {
        const message = `the key "${safeText(name, { maxLength: 80 })}" is there twice`;
        this.#refuse(key, { message, hint: 'keep one of the two' });
      }
      if (name !== null) seen.add(name);
    }
  }

  #refuses(node: Node, depth: number): boolean {
    if (node.tag !== undefined) this.#refuse(node, NO_TAGS);
    if (depth > MAX_DEPTH && this.#insideAliases > 0) {
      this.#explode(node);
      return true;
    }
    if (depth > MAX_DEPTH) {
      this.#refuse(node, {
        message: `nesting is deeper than ${MAX_DEPTH} levels`,
        hint: 'a plan needs fewer than ten',
      });
      return true;
    }
    return this.#insideAliases > 0 && this.#isBomb(node);
  }

  #aliased(node: Alias, depth: number): unknown {
    const target = this.#targets.of(node);
    if (target === undefined) {
      const name = safeText(node.source, { maxLength: 40 });
      return this.#refuse(node, {
        message: `no anchor "&${name}" stands before this alias`,
        hint: 'define it above',
      });
    }
    if (depth > MAX_DEPTH || this.#isBomb(node)) return this.#explode(node);
    this.#insideAliases += 1;
    const value = this.value(target, depth + 1);
    this.#insideAliases -= 1;
    return value;
  }

  #isBomb(node: Node): boolean {
    this.#aliasNodes += 1;
    if (this.#aliasNodes > MAX_ALIAS_NODES) this.#explode(node);
    return this.#aliasNodes > MAX_ALIAS_NODES;
  }

  /** Said once, at the place where it was noticed. */
  #explode(node: Node): null {
    const message = 'the aliases expand to too much';
    if (this.faults.some((fault) => fault.message === message)) return null;
    return this.#refuse(node, { message, hint: 'write the values out' });
  }

  #key({ key, value }: Pair): string {
    const name = keyText(key);
    if (name === null) {
      this.#refuse(key ?? value, { message: 'a key must be a word', hint: 'write it as `name: value`' });
      return '';
    }
    if (isScalar(key) && key.tag !== undefined) this.#refuse(key, NO_TAGS);
    if (name !== '__proto__') return name;
    this.#refuse(key, { message: 'the key "__proto__" is not allowed', hint: 'rename it' });
    return '';
  }

  /** Numbers that would not arrive as they are written are refused: 012, 1e400, and integers beyond 2^53. */
  #scalar(node: Scalar): unknown {
    if (node.tag !== undefined) return this.#refuse(node, NO_TAGS);
    const { value, source = '' } = node;
    const problem = typeof value === 'number' ? numberProblem(value, source) : null;
    if (problem === null) return value;
    const message = `the number ${source} ${problem}`;
    return this.#refuse(node, { message, hint: `put quotes around it if it is a text: "${source}"` });
  }

  #refuse(node: unknown, what: { readonly message: string; readonly hint: string }): null {
    this.faults.push({ start: startOf(node), ...what });
    return null;
  }
}

function numberProblem(value: number, source: string): string | null {
  if (!Number.isFinite(value)) return 'is not finite';
  if (Number.isInteger(value) && !Number.isSafeInteger(value)) return 'is too large to be kept exactly';
  return /^[-+]?0\d/.test(source) ? 'begins with a zero' : null;
}

/** The tree of a document: objects, arrays, texts, numbers, booleans and null. */
export function plainValues(
  document: Pick<Document, 'contents'>,
  targets: AliasTargets,
): {
  readonly tree: unknown;
  readonly faults: readonly Fault[];
} {
  const conversion = new Conversion(targets);
  const tree = conversion.value(document.contents, 0);
  return { tree, faults: conversion.faults };
}
