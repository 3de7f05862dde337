/**
 * Names of the browser's types that playwright-core's own types mention. The whole DOM library would let code that runs
 * in Node use names that are not there.
 */

interface Node {
  readonly nodeName: string;
}
interface SVGElement extends Node {
  readonly ownerSVGElement: SVGElement | null;
}
interface HTMLElement extends Node {
  readonly innerText: string;
}
type HTMLElementTagNameMap = Record<never, HTMLElement>;
