/** What is found wrong while a plan is read: collected, and told at once. */
import { flagLabel, flagText } from '../flags.ts';
import { type Issue, type LocatedIssue, usageErrorOf } from '../position.ts';
import type { PlanTree } from './document.ts';

/** Everything that is wrong, with its place: issues of the file first, then of the flags. */
export class Complaints {
  readonly #document: PlanTree;
  readonly #flags: unknown;
  readonly #ofFile: LocatedIssue[] = [];
  readonly #ofFlags: LocatedIssue[] = [];

  constructor(document: PlanTree, flags: unknown) {
    this.#document = document;
    this.#flags = flags;
  }

  readonly add = (source: 'file' | 'flags', issue: Issue): void => {
    if (source === 'file') this.#ofFile.push(this.#document.locate(issue));
    else this.#ofFlags.push(this.#locateFlag(issue));
  };

  addAll(source: 'file' | 'flags', issues: readonly Issue[]): void {
    for (const issue of issues) this.add(source, issue);
  }

  #locateFlag(issue: Issue): LocatedIssue {
    const { path, message, offset } = issue;
    // On a command line quotes are the shell's.
    const hint = issue.hint.replace(', without quotes or unit', ', without unit');
    const text = offset === undefined ? null : flagText(this.#flags, path);
    const place = { line: 1, column: (offset ?? 0) + 1, length: 1 };
    return {
      where: flagLabel(path),
      message,
      hint,
      excerpt: text === null ? null : { text, place, numbered: false },
      at: null,
    };
  }

  /** @throws UsageError when there is anything */
  settle(): void {
    const inOrder = this.#ofFile.toSorted((a, b) => {
      const [first, second] = [a.at, b.at];
      return (first?.line ?? 0) - (second?.line ?? 0) || (first?.column ?? 0) - (second?.column ?? 0);
    });
    const all = [...inOrder, ...this.#ofFlags];
    if (all.length > 0) throw usageErrorOf(all);
  }
}
