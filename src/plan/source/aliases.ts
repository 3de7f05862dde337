/** What the aliases of a document stand for. */
import { type Alias, type Document, isAlias, isNode, type Node, visit } from 'yaml';

/**
 * What each alias stands for: the last node before it with the anchor; undefined where there is none. All are found in
 * one pass when the first is asked for: asking the document for one after the other passes over it for each of them.
 */
export class AliasTargets {
  readonly #document: Document;
  #targets: ReadonlyMap<Alias, Node> | null = null;

  constructor(document: Document) {
    this.#document = document;
  }

  of(alias: Alias): Node | undefined {
    this.#targets ??= found(this.#document);
    return this.#targets.get(alias);
  }
}

function found(document: Document): ReadonlyMap<Alias, Node> {
  const targets = new Map<Alias, Node>();
  const anchors = new Map<string, Node>();
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node)) {
        const target = anchors.get(node.source);
        if (target !== undefined) targets.set(node, target);
      } else if (isNode(node) && node.anchor !== undefined) {
        anchors.set(node.anchor, node);
      }
    },
  });
  return targets;
}
