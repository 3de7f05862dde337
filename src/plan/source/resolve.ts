/** Values of `${env:...}` and `${file:...}` references, read once. No message here ever holds a value. */
import type { DataSet, Secrets } from '../plan.ts';
import { type Issue, suggestion } from '../position.ts';
import { cellsUnfitForHeaders } from '../request/data.ts';
import { hasHeaderFault } from '../request/escape.ts';
import type { Reference } from '../request/reference.ts';
import type { FoundReference } from '../secrets.ts';
import { attemptRead, type PlanReads } from './reads.ts';

/** Where values come from. */
export interface ReferenceSource {
  readonly reads: PlanReads;
  /** Plan file that paths are relative to; null for flags. */
  readonly relativeTo: string | null;
}

type SecretReference = Extract<Reference, { kind: 'env' | 'file' }>;

function isSecret(reference: Reference): reference is SecretReference {
  return reference.kind === 'env' || reference.kind === 'file';
}

function isInHeader({ path }: FoundReference): boolean {
  return path.includes('headers');
}

type Lookup = { readonly value: string } | { readonly message: string; readonly hint: string };

function lookUp(reference: SecretReference, { reads, relativeTo }: ReferenceSource): Lookup {
  if (reference.kind === 'env') {
    const value = reads.env(reference.name);
    if (value !== undefined) return { value };
    const message = `the environment variable ${reference.name} is not set`;
    return { message, hint: `set it: export ${reference.name}=...` };
  }
  const read = attemptRead(() => reads.readText(reference.path, relativeTo));
  if (read.ok) return { value: read.value };
  return { message: `the file "${reference.path}" cannot be read: ${read.reason}`, hint: read.hint };
}

/** The newline that ends most files is left out where a value must stay on one line. */
function oneLine(reference: SecretReference, value: string): string {
  return reference.kind === 'file' ? value.replace(/\r?\n$/, '') : value;
}

function at(found: FoundReference, what: { readonly message: string; readonly hint: string }): Issue {
  return { path: found.path, onKey: found.onKey, offset: found.reference.offset, ...what };
}

/** Values of all env and file references, and an issue for each that has none or cannot stand where it does. */
export function resolveSecrets(
  references: readonly FoundReference[],
  source: ReferenceSource,
): { readonly secrets: Secrets; readonly issues: readonly Issue[] } {
  const values = new Map<string, string>();
  const issues: Issue[] = [];
  for (const found of references) {
    const { reference } = found;
    if (!isSecret(reference)) continue;
    const known = values.get(reference.key);
    const result = known === undefined ? lookUp(reference, source) : { value: known };
    if ('message' in result) {
      issues.push(at(found, result));
      continue;
    }
    values.set(reference.key, result.value);
    if (isInHeader(found) && hasHeaderFault(oneLine(reference, result.value))) {
      const message = `the value of ${reference.key} holds a line break or another character that no header can carry`;
      issues.push(
        at(found, { message, hint: 'remove the character: only one line of Latin-1 text can be sent' }),
      );
    }
  }
  return { secrets: Object.fromEntries(values), issues };
}

function columnIssue(found: FoundReference, column: string, data: DataSet | null): Issue | null {
  if (data === null)
    return at(found, {
      message: 'the plan has no data',
      hint: 'add data: FILE.csv, whose first line names the columns',
    });
  if (!data.columns.includes(column)) {
    const hint = suggestion(column, data.columns, `the columns are ${data.columns.join(', ')}`);
    return at(found, { message: `the data has no column "${column}"`, hint });
  }
  const [row] = isInHeader(found) ? cellsUnfitForHeaders(data, column) : [];
  if (row === undefined) return null;
  const message = `row ${row + 1} of the data holds a character that no header can carry`;
  return at(found, { message, hint: 'remove it, or encode the value' });
}

/** An issue for each `${data.column}` that the data does not have. */
export function checkColumns(references: readonly FoundReference[], data: DataSet | null): readonly Issue[] {
  return references.flatMap((found) => {
    const issue = found.reference.kind === 'data' ? columnIssue(found, found.reference.column, data) : null;
    return issue === null ? [] : [issue];
  });
}
