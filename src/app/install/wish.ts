/** What is to be run again and again, and how it is named where it runs. */

import { createHash } from 'node:crypto';
import { UsageError } from '../../core/errors.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { exactDuration } from '../../core/units.ts';
import { isCommonName } from '../../plan/canary/check-name.ts';
import { deliveryWithin } from '../notify/deliver.ts';

/** One canary to install. */
export interface InstallWish {
  /** Program and first arguments, without the command: absolute paths. */
  readonly program: readonly string[];
  readonly version: string;
  /** A plan file, as it was named and from the root, or a URL. */
  readonly subject:
    | { readonly kind: 'plan'; readonly path: string; readonly absolute: string }
    | { readonly kind: 'url'; readonly url: string };
  /** Time from one run to the next, ms. */
  readonly everyMs: number;
  /** How long one look takes at most, ms. */
  readonly lookMs: number;
}

const SHORTEST_DEADLINE_S = 120;
const SHARE_OF_EVERY = 0.9;
const LONGEST_JITTER_S = 20;
/** Kubernetes takes 52 characters for a CronJob, with the prefix and the mark. */
const NAME_LENGTH = 36;

/** How long a start may be put off at random, s: at most a third of the time between two. */
export function jitterSeconds({ everyMs }: InstallWish): number {
  return Math.max(1, Math.min(LONGEST_JITTER_S, Math.floor(everyMs / 3000)));
}

/** For a start of Node, whoever is told that a run began, a busy history and the sinks of a plan, ms. */
const AROUND_MS = 30_000;

/**
 * A run that hangs is ended after so long, s: beyond the longest one with all its notifications, for a run that is ended
 * is not kept, and one that waits for a service that hangs is what pages; and before the next is due, where both can be.
 */
export function deadlineSeconds({ everyMs, lookMs }: InstallWish): number {
  const longestMs = lookMs + deliveryWithin(everyMs).totalMs + AROUND_MS;
  const beforeNextS = Math.floor((everyMs / 1000) * SHARE_OF_EVERY);
  return Math.max(SHORTEST_DEADLINE_S, beforeNextS, Math.ceil(longestMs / 1000));
}

/** What the canary is told to look at, for people: the path or the URL. */
export function subjectText({ subject }: InstallWish): string {
  return subject.kind === 'plan' ? subject.absolute : subject.url;
}

/**
 * A name for units, manifests and groups: `headroom-` and letters, digits and dashes of the plan's file (with its folder
 * where many files are called so, that alone where it is headroom.yaml) or of the URL without its scheme; with a mark
 * where that lost something.
 */
export function installName(wish: InstallWish): string {
  const { subject } = wish;
  const whole = subject.kind === 'url' ? addressName(new URL(subject.url)) : planName(subject.absolute);
  const plain = whole
    .toLowerCase()
    .replaceAll(/[^a-z\d]+/g, '-')
    .replaceAll(/^-+|-+$/g, '');
  if (plain === 'headroom' || plain === '') return 'headroom-canary';
  if (plain === whole && plain.length <= NAME_LENGTH) return `headroom-${plain}`;
  const mark = createHash('sha256').update(whole).digest('hex').slice(0, 6);
  return `headroom-${plain.slice(0, NAME_LENGTH).replace(/-+$/, '')}-${mark}`;
}

/**
 * Checks what no form can say safely.
 *
 * @throws UsageError for control characters in a path, a secret in a URL, and a time that is too short
 */
export function checkWish(wish: InstallWish): void {
  const text = [subjectText(wish), ...wish.program].join('');
  if (/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(text)) {
    throw new UsageError(`${safeText(subjectText(wish))} holds control characters`, {
      hint: 'give the file another name: no crontab or unit can hold such a one',
    });
  }
  if (wish.subject.kind === 'url' && redactUrl(wish.subject.url) !== wish.subject.url) {
    throw new UsageError('the URL holds a secret, which would be printed', {
      hint: 'write a plan that takes it from ${env:NAME}, and name the plan',
    });
  }
  if (wish.everyMs < 1000)
    throw new UsageError('a canary runs at most once a second', { hint: 'such as --every 1m' });
}

/** The command with the time from one run to the next: what starts it and what it reckons with are the same. */
export function canaryWords(everyMs: number): string[] {
  return ['canary', '--every', exactDuration(everyMs)];
}

/** Every second plan is a headroom.yaml, or a canary.yaml: two of them must not take each other's place. */
function planName(absolute: string): string {
  const [file = '', folder = ''] = absolute.split(/[/\\]/).reverse();
  const name = file.replace(/\.(?:ya?ml|json)$/i, '');
  if (name === 'headroom') return folder;
  return isCommonName(name) && folder !== '' ? `${folder}-${name}` : name;
}

/** Two pages of one host must not take each other's place either. */
function addressName({ host, pathname, search }: URL): string {
  return host + pathname.replace(/\/$/, '') + search;
}
