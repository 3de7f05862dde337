/** The text of a plan without what its notifiers are reached by, which is secret as a whole: no excerpt shows it. */
import { type Document, isAlias, isCollection, isMap, isPair, isScalar } from 'yaml';

import { nearest } from '../position.ts';
import type { AliasTargets } from './aliases.ts';
import { rangeOf } from './plain-values.ts';

/** Hosts of services whose URLs are secret, wherever such a URL stands. */
const HOOK =
  /(https?:\/\/[\w.-]*(?:slack[.]com|discord(?:app)?[.]com|office[.]com|logic[.]azure[.]com|powerplatform[.]com|hc-ping[.]com|healthchecks[.]io|pagerduty[.]com)(?::\d+)?\/)([^\s"']+)/gi;
/** From where on a text that is not well-formed may name notifiers. */
const SECTION = /(?:^|[\s{,"'])notify["']?\s*:/;
const PATH = /(\/\/[^\s/"']*)(\/[^\s"']*)/g;
const SHORT_FORM =
  /(\b(?:pagerduty|slack|teams|discord|webhook|healthchecks|exec|command)["']?\s*:[ \t]*)([^\s{][^\n]*)/g;
/** Values of these say nothing that is secret. */
const OPEN_KEYS = new Set(['name', 'least', 'timeout']);

type Range = readonly [start: number, end: number];

/**
 * The same text, character for character, with stars where a notifier's addresses, keys and arguments stand.
 *
 * @param document the text as it was read; null where it could not be, so that any URL behind the name of the section
 *   is hidden
 */
export function withoutNotifierSecrets(
  text: string,
  document: Pick<Document, 'contents'> | null,
  targets: AliasTargets,
): string {
  const known = document === null ? text : starredAt(text, new Finder(document, targets).ranges());
  const hooked = known.replaceAll(HOOK, (_all, origin: string, path: string) => origin + stars(path));
  const section = document === null ? hooked.search(SECTION) : -1;
  if (section < 0) return hooked;
  const hide = (_all: string, lead: string, secret: string): string => lead + stars(secret);
  return hooked.slice(0, section) + hooked.slice(section).replaceAll(PATH, hide).replaceAll(SHORT_FORM, hide);
}

/** Stars for all but references, which show nothing, and line breaks. */
function stars(text: string): string {
  return text.replaceAll(/(\$\{[^}\n]*\})|[^\n]/g, (character, kept: string | undefined) =>
    kept === undefined ? '*'.repeat(character.length) : kept,
  );
}

function starredAt(text: string, ranges: readonly Range[]): string {
  let done = 0;
  const pieces = ranges
    .toSorted(([a], [b]) => a - b)
    .flatMap(([start, end]) => {
      if (start < done) return [];
      const piece = [text.slice(done, start), starred(text.slice(start, end))];
      done = end;
      return piece;
    });
  return pieces.join('') + text.slice(done);
}

/** A value in stars, but for its quotes, and the scheme and host of a URL. */
function starred(written: string): string {
  const [lead = ''] = /^["']?(?:[a-z][a-z\d+.-]*:\/\/)?/i.exec(written) ?? [];
  const rest = written.slice(lead.length);
  const [host = ''] = (lead.endsWith('/') && /^[\w.:[\]-]+(?=[/?#"']|$)/.exec(rest)) || [];
  const [tail = ''] = /["']?$/.exec(rest.slice(host.length)) ?? [];
  return lead + host + stars(rest.slice(host.length, rest.length - tail.length)) + tail;
}

/** Finds where the values of the section stand. */
class Finder {
  readonly #document: Pick<Document, 'contents'>;
  readonly #targets: AliasTargets;
  readonly #seen = new Set<unknown>();
  readonly #found: Range[] = [];

  constructor(document: Pick<Document, 'contents'>, targets: AliasTargets) {
    this.#document = document;
    this.#targets = targets;
  }

  /** Also where the name of the section is misspelt. */
  ranges(): readonly Range[] {
    const { contents } = this.#document;
    for (const { key, value } of isMap(contents) ? contents.items : []) {
      const name = isScalar(key) ? String(key.value) : '';
      if (nearest(name.slice(0, 20), ['notify']) !== null) this.#visit(value);
    }
    return this.#found;
  }

  #visit(node: unknown): void {
    if (this.#seen.has(node)) return;
    this.#seen.add(node);
    if (isAlias(node)) {
      this.#visit(this.#targets.of(node));
    } else if (isScalar(node)) {
      if (typeof node.value === 'string') this.#found.push(rangeOf(node));
    } else if (isPair(node)) {
      const name = isScalar(node.key) ? String(node.key.value) : '';
      if (name.includes('://')) this.#visit(node.key);
      if (!OPEN_KEYS.has(name)) this.#visit(node.value);
    } else if (isCollection(node)) {
      for (const item of node.items) this.#visit(item);
    }
  }
}
