/** Secrets that were typed on the command line, and that line again without them. */

import { shellQuoted } from '../core/shell.ts';
import { decoded, isSecretHeader, isSecretName, redactUrl } from '../core/text.ts';

/** Flags whose value is a header line, a body, or a URL with credentials. */
const HEADER_FLAGS = ['-H', '--header'];
const BODY_FLAGS = ['-b', '--body', '--data'];

/** Flags whose value is a kind and an address. */
const KIND_FLAGS = ['--observe', '--emit'];

/** One argument taken apart: the flag it belongs to, if any, and its value. */
interface Typed {
  /** What stands before the value in the same argument: `--header=`, `-H` or nothing. */
  readonly lead: string;
  readonly flag: string | null;
  readonly value: string;
}

/** Every secret value in the arguments, as typed. */
export function secretsOf(args: readonly string[]): string[] {
  return takeApart(args).flatMap(({ flag, value }) => [
    ...(flag !== null && HEADER_FLAGS.includes(flag) ? headerSecrets(value) : []),
    ...(flag !== null && BODY_FLAGS.includes(flag) ? bodySecrets(value) : []),
    ...(flag === '--start' ? commandSecrets(value) : []),
    ...urlSecrets(value),
  ]);
}

/**
 * A command line that repeats the run: quoted for a POSIX shell, with `***` in place of secrets, and with the
 * seed when it was not given.
 */
export function repeatLine(args: readonly string[], seed: number): string {
  const shown = takeApart(args).map((typed) => shellQuoted(typed.lead + withoutSecrets(typed)));
  const seeded = args.some((arg) => arg === '--seed' || arg.startsWith('--seed='));
  return ['headroom', ...shown, ...(seeded ? [] : ['--seed', String(seed)])].join(' ');
}

function takeApart(args: readonly string[]): Typed[] {
  return args.map((arg, index) => withoutKind(flagAndValue(args, arg, index)));
}

/** Of `kind=URL` the URL is the value. */
function withoutKind(typed: Typed): Typed {
  const { lead, flag, value } = typed;
  const [kind = ''] = (KIND_FLAGS.includes(flag ?? '') && /^[a-z-]+=/i.exec(value)) || [];
  return { lead: lead + kind, flag, value: value.slice(kind.length) };
}

function flagAndValue(args: readonly string[], arg: string, index: number): Typed {
  const long = /^(--[a-z-]+)=(.*)$/s.exec(arg);
  if (long !== null) return { lead: `${long[1]}=`, flag: long[1] ?? null, value: long[2] ?? '' };
  const short = /^(-[Hbx])(.+)$/s.exec(arg);
  if (short !== null) return { lead: short[1] ?? '', flag: short[1] ?? null, value: short[2] ?? '' };
  const before = args[index - 1];
  return { lead: '', flag: before?.startsWith('-') === true ? before : null, value: arg };
}

function withoutSecrets(typed: Typed): string {
  const secrets = secretsOf(typed.flag === null ? [typed.value] : [typed.flag, typed.value]);
  const longest = secrets.toSorted((a, b) => b.length - a.length);
  return longest.reduce((text, secret) => text.replaceAll(secret, '***'), redactUrl(typed.value));
}

/** The value of a header that carries a secret, whole and without its scheme. */
function headerSecrets(line: string): string[] {
  const colon = line.indexOf(':');
  if (colon < 0 || !isSecretHeader(line.slice(0, colon))) return [];
  const value = line.slice(colon + 1).trim();
  const credentials = value.replace(/^\w+\s+/, '');
  return keep([value, credentials]);
}

/** Values of fields of a JSON or form body whose names say that they are secret. */
function bodySecrets(body: string): string[] {
  const json = [...body.matchAll(/"([^"\\]+)"\s*:\s*"((?:[^"\\]|\\.)*)"/g)];
  const form = [...body.matchAll(/(?:^|&)([^=&\s]+)=([^&]+)/g)];
  return keep([...json, ...form].flatMap(([, name = '', value = '']) => (isSecretName(name) ? [value] : [])));
}

/** Values of variables and flags of a command line whose names say that they are secret. */
function commandSecrets(line: string): string[] {
  const named = [
    ...line.matchAll(/(?:^|[\s;&|(]|--)([\w-]+)(?:=|(?<=--[\w-]+)\s+)("[^"]*"|'[^']*'|[^\s;&|)]+)/g),
  ];
  return keep(
    named.flatMap(([, name = '', value = '']) => {
      return isSecretName(name) ? [value, value.replaceAll(/^["']|["']$/g, '')] : [];
    }),
  );
}

/** User, password and secret query values of a URL, as typed and decoded. */
function urlSecrets(text: string): string[] {
  const userinfo = /^(?:[a-z][a-z\d+.-]*:\/\/|(?=[^/?#@:\s]*:))([^/?#\s]*)@/i.exec(text)?.[1];
  const [, password] = /^[^:$]*:(.*)$/s.exec(userinfo ?? '') ?? [];
  const queries = [...text.matchAll(/[?&#;]([^=&#;?]+)=([^&#;]+)/g)];
  const values = queries.flatMap(([, name = '', value = '']) => (isSecretName(decoded(name)) ? [value] : []));
  return keep(
    [userinfo, password, ...values].flatMap((found) => (found === undefined ? [] : [found, decoded(found)])),
  );
}

/** References show nothing, and what is empty hides nothing. */
function keep(values: readonly string[]): string[] {
  return values.filter((value) => value !== '' && !/\$\{[^}]*\}/.test(value));
}
