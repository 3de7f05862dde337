/** The name by which pagers know a check: the same in each run, so that what fires is what ends. */
import { createHash } from 'node:crypto';
import { redactUrl } from '../../core/text.ts';
import type { Plan } from '../plan.ts';

/** File names that many plans have, so that the name alone tells no two checks apart. */
const COMMON = new Set(
  'canary plan headroom load test tests check checks smoke prod production staging main index default'.split(
    ' ',
  ),
);

/** True for a file name, without folder and ending, that many plans have. */
export function isCommonName(name: string): boolean {
  return COMMON.has(name);
}

const ENDING = /[.](?:ya?ml|json)$/i;
const OWN_NAME = /^headroom$/i;
const LONGEST = 80;
const HASH_LENGTH = 8;

/**
 * The check's name: the plan's own `check`, else one made of the plan file's name (of its folder's name for
 * headroom.yaml), else of host and path of the first URL. Where that tells too little, eight hex digits follow: a hash
 * of methods and URLs. Letters, digits, `.`, `_`, `-` and `/` only; at most 100 characters; nothing that is secret.
 *
 * @param planFile path of the plan file, absolute where the folder's name should count; null for a URL alone
 */
export function checkName(plan: Pick<Plan, 'canary' | 'targets'>, planFile: string | null): string {
  const { canary } = plan;
  if (canary !== undefined && canary.check !== null) return canary.check;
  const ofFile = planFile === null ? null : fileName(planFile);
  const { name, isClear } = ofFile ?? addressName(plan);
  const slug = name.slice(0, LONGEST).replace(/[./-]+$/, '');
  const isWhole = isClear && slug === name && slug !== '';
  return isWhole ? slug : [slug, hashOf(plan)].filter((part) => part !== '').join('-');
}

interface Named {
  readonly name: string;
  /** True when it tells this check from others. */
  readonly isClear: boolean;
}

/** The name of a plan file without its ending, for headroom.yaml that of its folder; '' when there is none. */
export function writtenName(planFile: string): string {
  const parts = planFile.split(/[/\\]+/).filter((part) => part !== '' && part !== '.' && part !== '..');
  const base = (parts.at(-1) ?? '').replace(ENDING, '');
  return (OWN_NAME.test(base) ? parts.at(-2) : base) ?? '';
}

/** Null when there is no name in it, as in `headroom.yaml` alone or in standard input. */
function fileName(planFile: string): Named | null {
  if (!ENDING.test(planFile)) return null;
  const written = writtenName(planFile);
  const name = slugOf(written);
  return name === '' ? null : { name, isClear: !isCommonName(name) && name === written };
}

function addressName({ targets }: Pick<Plan, 'targets'>): Named {
  const [first] = targets;
  const url = first?.url ?? '';
  const [, host = '', path = '', rest = ''] =
    /^https?:\/\/(?:[^/?#]*@)?([^/?#]*)([^?#]*)(.*)$/is.exec(url) ?? [];
  const isPlain = !url.includes('${') && rest === '' && !isTelling(path);
  const name = slugOf(
    url.includes('${') ? host.replaceAll(/\$\{[^}]*\}/g, '') : host + (isTelling(path) ? '' : path),
  );
  const isClear =
    isPlain && targets.length === 1 && first?.method === 'GET' && name === plainName(host + path);
  return { name, isClear };
}

function plainName(text: string): string {
  return text.replace(/:(\d+)/, '-$1').replace(/\/$/, '');
}

/** True for a path with a piece that may be a secret: long, and of letters and digits at random. */
export function isTelling(path: string): boolean {
  return path.split('/').some((piece) => piece.length >= 16 || (piece.length >= 8 && /\d/.test(piece)));
}

/** Only what the name of a check may hold. */
function slugOf(text: string): string {
  return text
    .replaceAll(/[^A-Za-z\d._/-]+/g, '-')
    .split('/')
    .map((part) => part.replaceAll(/^[.-]+|[.-]+$/g, ''))
    .filter((part) => part !== '')
    .join('/');
}

/** Of what is asked, without what may change while the check stays the same. */
function hashOf({ targets }: Pick<Plan, 'targets'>): string {
  const asked = targets.map(({ method, url }) => `${method} ${redactUrl(url)}`);
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, HASH_LENGTH);
}
