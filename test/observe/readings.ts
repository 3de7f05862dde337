/** Short ways to readings for tests. */

import { readFileSync } from 'node:fs';
import { asksOf, type SourceKind } from '../../src/observe/asks.ts';
import { readAnswer } from '../../src/observe/read-answer.ts';
import { type FactName, mergeReadings, type Reading, readingOf } from '../../src/observe/reading.ts';

/** The text of a page that a real program wrote. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../fixtures/observe/${name}`, import.meta.url), 'utf8');
}

/** A reading of these numbers, each from a place named as the fact. */
export function told(atMs: number, facts: Partial<Record<FactName, number>>): Reading {
  const entries = Object.entries(facts) as [FactName, number][];
  return readingOf(
    atMs,
    entries.map(([name, value]) => [name, value, name] as const),
  );
}

/** What a page of a kind says, as the program reads it. */
export function readPart(kind: SourceKind, part: string, text: string, atMs = 0): Reading {
  const ask = asksOf({ kind, url: 'http://127.0.0.1:1/', match: null }).find((one) => one.part === part);
  if (ask === undefined) throw new Error(`nothing called ${part} is read of ${kind}`);
  return mergeReadings(readAnswer(ask, text, atMs).map(({ reading }) => reading));
}

/** The numbers of a reading by their names. */
export function numbersOf(reading: Reading): Record<string, number> {
  return Object.fromEntries([...reading.facts].map(([name, { value }]) => [name, value]));
}
