/** What is secret in a URL. */
import { decoded, isSecretName } from '../../core/text.ts';

/** User, password and secret-looking parameters of a URL, as written and decoded; none of a text that has none. */
export function urlSecrets(url: string): string[] {
  const userinfo = /^[^/]*\/\/([^/?#]*)@/.exec(url)?.[1] ?? '';
  const password = userinfo.slice(userinfo.indexOf(':') + 1);
  const query = new URLSearchParams(/\?([^#]*)/.exec(url)?.[1] ?? '');
  const named = [...query].filter(([name]) => isSecretName(name)).map(([, value]) => value);
  return [userinfo, password, ...named].flatMap((value) => [value, decoded(value)]);
}
