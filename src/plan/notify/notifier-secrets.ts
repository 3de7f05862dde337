/** What is secret in a notifier: who knows it can post, or sign. */
import { isSecretName, redactUrl } from '../../core/text.ts';
import type { NotifierSettings } from '../canary/notifier.ts';
import type { Secrets } from '../plan.ts';
import { expand } from '../request/expansion.ts';
import { urlSecrets } from '../source/url-secrets.ts';

/** Shorter paths, such as `/hook`, tell nothing, and hiding them everywhere would ruin the text. */
const SHORTEST_PATH = 8;

/** Every value of a notifier that no output may show, references expanded. */
export function notifierSecrets(settings: NotifierSettings, secrets: Secrets): string[] {
  const value = (text: string): string => expand(text, secrets).trim();
  switch (settings.kind) {
    case 'pagerduty':
      return [value(settings.routingKey), ...urlSecrets(value(settings.url ?? ''))];
    case 'alertmanager':
      return settings.urls.flatMap((url) => urlSecrets(value(url)));
    case 'webhook':
      return [...hookSecrets(value(settings.url)), value(settings.secret ?? '')];
    case 'exec':
      return commandSecrets(settings.command.map(value));
    default:
      return hookSecrets(value(settings.url));
  }
}

/** Path and query of a hook's URL, whole and in pieces that look drawn at random. */
function hookSecrets(url: string): string[] {
  const path = /^[a-z]+:\/\/[^/?#]*([^#]*)/i.exec(url)?.[1] ?? url;
  const pieces = path.split(/[/?&=]+/).filter((piece) => /[\dA-Z]/.test(piece));
  return [...urlSecrets(url), ...[path, ...pieces].filter((text) => text.length >= SHORTEST_PATH)];
}

/** Values of arguments that are named as secrets: `--token abc`, `--token=abc`, and in URLs. */
function commandSecrets(command: readonly string[]): string[] {
  return command.flatMap((word, index) => [
    ...urlSecrets(word),
    ...[namedValue(word, command[index - 1])].flatMap((found) => (found === null ? [] : [found])),
  ]);
}

/** The secret value in an argument; null when it has none. */
function namedValue(word: string, before: string | undefined): string | null {
  const [, name, value] = /^([^=\s]+)=(.+)$/s.exec(word) ?? [];
  if (name !== undefined && value !== undefined && isSecretName(name)) return value;
  const isNamed = before?.startsWith('-') === true && !before.includes('=') && isSecretName(before);
  return isNamed && !word.startsWith('-') ? word : null;
}

/** A command as it may be shown: `***` for the values of arguments that are named as secrets. */
export function shownCommand(command: readonly string[]): string[] {
  return command.map((word, index) => {
    const value = namedValue(word, command[index - 1]);
    if (value === null || /^(?:\$\{[^}]*\})+$/.test(value)) return redactUrl(word);
    return `${word.slice(0, word.length - value.length)}***`;
  });
}
