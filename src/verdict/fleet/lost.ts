/** What becomes of the others when one server is lost. */

import { formatRatio } from '../../core/units.ts';

/** A server whose load is known. */
export interface Carrier {
  readonly server: string;
  /** Of the resource that grows with the load. */
  readonly utilization: number;
  readonly ratePerSecond: number | null;
}

/** The answer for one lost server. */
export interface LostAnswer {
  /** Who is taken to be lost: the one that carries most. */
  readonly lost: string;
  /** Servers among which its load is spread. */
  readonly others: number;
  /** Each of the others afterwards, fullest first. */
  readonly after: readonly { readonly server: string; readonly utilization: number }[];
  /** Beyond all that they have. */
  readonly breaks: readonly string[];
  /** At or beyond the threshold, but not beyond all. */
  readonly nears: readonly string[];
  readonly text: string;
}

/** Servers that are named in the sentence. */
const NAMED = 4;

/**
 * The load of the one that carries most goes to the others in proportion to what they carry: with equal loads each gets
 * Z / (Z - 1) of its own. Loads are rates where all are known, else utilisations, which takes the servers to be equally
 * strong. Losing any other adds less to each. Null with fewer than two servers of known load.
 *
 * @param untold servers that answer, and whose load is not known: they are not counted, and that is said
 */
export function whenLost(carriers: readonly Carrier[], near: number, untold = 0): LostAnswer | null {
  const hasRates = carriers.every(({ ratePerSecond }) => ratePerSecond !== null);
  const loadOf = (carrier: Carrier): number =>
    hasRates ? (carrier.ratePerSecond ?? 0) : carrier.utilization;
  const [lost, ...others] = carriers.toSorted(
    (a, b) => loadOf(b) - loadOf(a) || b.utilization - a.utilization,
  );
  const carried = others.reduce((sum, carrier) => sum + loadOf(carrier), 0);
  if (lost === undefined || carried <= 0) return null;
  const factor = (carried + loadOf(lost)) / carried;
  const after = others
    .map(({ server, utilization }) => ({ server, utilization: utilization * factor }))
    .sort((a, b) => b.utilization - a.utilization);
  const breaks = after.filter(({ utilization }) => utilization > 1).map(({ server }) => server);
  const nears = after
    .filter(({ utilization }) => utilization >= near && utilization <= 1)
    .map(({ server }) => server);
  const answer = { lost: lost.server, others: others.length, after, breaks, nears };
  return { ...answer, text: textOf(answer, near) + untoldText(untold) };
}

function textOf({ lost, after, breaks, nears }: Omit<LostAnswer, 'text'>, near: number): string {
  const affected = after.slice(0, breaks.length + nears.length);
  if (affected.length === 0) {
    const [fullest] = after;
    const most =
      fullest === undefined ? '' : `; the fullest, ${fullest.server}, at ${percent(fullest.utilization)}`;
    return `if ${lost} were lost, the others would stay below ${percent(near)}${most}`;
  }
  const named = affected.slice(0, NAMED);
  const names = listed(named.map(({ server }) => server));
  const shares = listed(named.map(({ utilization }) => percent(utilization)));
  const more = affected.length - named.length;
  return `if ${lost} were lost, ${names} would be at ${shares}${more === 0 ? '' : `, and ${more} more at or beyond ${percent(near)}`}`;
}

function untoldText(untold: number): string {
  if (untold === 0) return '';
  return `; not counted: ${untold === 1 ? '1 server that tells' : `${untold} servers that tell`} no load`;
}

function percent(share: number): string {
  return formatRatio(Math.round(share * 100) / 100);
}

function listed(texts: readonly string[]): string {
  return texts.length < 2 ? texts.join('') : `${texts.slice(0, -1).join(', ')} and ${texts.at(-1)}`;
}
