/** Servers as people name them: on the command line, or one a line in a file. */

import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';

/** What is found at a target's address. */
export const TARGET_KINDS = ['service', 'prometheus', 'expvar', 'pprof'] as const;

/** `service`: any page of the service; what it tells of itself is looked for on its origin. The others are read as they are. */
export type TargetKind = (typeof TARGET_KINDS)[number];

/** One target. */
export interface FleetTarget {
  /** As somebody named it; targets with one name are one server. Null: its host and port. */
  readonly name: string | null;
  /** With a scheme and without a fragment; may hold user and password. */
  readonly url: string;
  readonly kind: TargetKind;
}

const HINT =
  'write http://10.0.0.3:8080/, 10.0.0.3:8080, or the address of a page such as http://10.0.0.3:9100/metrics';

/** A target of the command line. @throws UsageError when it is no address */
export function parseTarget(text: string): FleetTarget {
  return targetOf(text, { name: null, kind: null, where: '' });
}

/**
 * The targets of a file: one a line, `URL [NAME [KIND]]` with blanks between, `-` for no name; `#` begins a comment.
 *
 * @param file its name, for messages  @throws UsageError with file and line for the first bad line
 */
export function parseTargets(text: string, file: string): FleetTarget[] {
  const lines = text.replace(/^\ufeff/, '').split(/\r?\n/);
  return lines.flatMap((line, index): FleetTarget[] => {
    const where = `${safeText(file)}:${index + 1}: `;
    const [url, name, kind, ...rest] = line
      .replace(/(^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (url === undefined || url === '') return [];
    if (rest.length > 0) {
      throw new UsageError(`${where}a line has at most an address, a name and a kind`, {
        hint: 'put names without blanks, and comments behind #',
      });
    }
    return [
      targetOf(url, {
        name: name === undefined || name === '-' ? null : name,
        kind: kindOf(kind, where),
        where,
      }),
    ];
  });
}

function kindOf(text: string | undefined, where: string): TargetKind | null {
  if (text === undefined) return null;
  const known = TARGET_KINDS.find((kind) => kind === text);
  if (known !== undefined) return known;
  throw new UsageError(`${where}"${safeText(text, { maxLength: 60 })}" is no kind of a target`, {
    hint: `the kinds are ${TARGET_KINDS.join(', ')}`,
  });
}

interface Naming {
  readonly name: string | null;
  /** Null: by the path. */
  readonly kind: TargetKind | null;
  readonly where: string;
}

function targetOf(text: string, { name, kind, where }: Naming): FleetTarget {
  const url = urlOf(text);
  if (url === null) {
    throw new UsageError(
      `${where}"${safeText(redactUrl(text), { maxLength: 120 })}" is no address of a server`,
      {
        hint: HINT,
      },
    );
  }
  url.hash = '';
  return { name, url: url.href, kind: kind ?? kindByPath(url.pathname) };
}

function urlOf(text: string): URL | null {
  const whole = /^[a-z][a-z\d+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  if (/[\s\p{Cc}]/u.test(text) || !URL.canParse(whole)) return null;
  const url = new URL(whole);
  return /^https?:$/.test(url.protocol) && url.hostname !== '' ? url : null;
}

function kindByPath(path: string): TargetKind {
  if (/\/metrics\/?$/.test(path)) return 'prometheus';
  if (/\/debug\/vars\/?$/.test(path)) return 'expvar';
  return /\/debug\/pprof\/?$/.test(path) ? 'pprof' : 'service';
}
