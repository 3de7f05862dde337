/** The plan files among the fixtures, and the small world that they are read in. */
import { readdirSync, readFileSync } from 'node:fs';
import type { PlanReads, PlanText } from '../../src/plan/parse.ts';
import { type Memory, memoryReads } from './memory-reads.ts';

const FOLDER = new URL('../fixtures/plans/', import.meta.url);

/** What the fixtures refer to. */
export const FIXTURE_WORLD: Memory = {
  files: {
    'users.csv': 'id,name\n1,ann\n2,bob\n',
    'ragged.csv': 'id,name\n1,ann\n2\n',
    'names.csv': 'name\nann\n日本\n',
    'body.bin': 'bytes',
    'token.txt': 'c2VzYW1lOm9wZW4=\n',
    'c.pem': '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
    'ca.pem': '-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n',
    'key.pem': '-----BEGIN PRIVATE KEY-----\nc2VzYW1lIG9wZW4gc2VzYW1l\n-----END PRIVATE KEY-----\n',
  },
  env: { API_TOKEN: 'sesame-token', USER_NAME: 'ali-baba', BASE: 'https://staging.example.com/api' },
};

export const fixtureReads: PlanReads = memoryReads(FIXTURE_WORLD);

/** Names of the plan files that are good, or bad. */
export function planFiles(kind: 'good' | 'bad'): string[] {
  return readdirSync(new URL(`${kind}/`, FOLDER)).sort();
}

export function planFile(kind: 'good' | 'bad', file: string): PlanText {
  return { file, text: readFileSync(new URL(`${kind}/${file}`, FOLDER), 'utf8') };
}

/** What each bad plan is told, and whether the published schema refuses it too (null: it is not even YAML). */
export interface Refusal {
  readonly says: string;
  readonly hint: string;
  readonly schemaRefuses: boolean | null;
}

export function refusals(): Record<string, Refusal> {
  return JSON.parse(readFileSync(new URL('bad-plans.json', FOLDER), 'utf8'));
}
