/** Ways to let a canary run again and again, as texts to be put into place. */

import { cronText } from './cron.ts';
import { githubText } from './github.ts';
import { kubernetesText } from './kubernetes.ts';
import { systemdText } from './systemd.ts';
import { checkWish, type InstallWish } from './wish.ts';

export type { InstallWish } from './wish.ts';

/** Where canaries run. */
export const INSTALL_FORMS = ['cron', 'systemd', 'kubernetes', 'github'] as const;

/** A member of {@link INSTALL_FORMS}. */
export type InstallForm = (typeof INSTALL_FORMS)[number];

const TEXTS: Readonly<Record<InstallForm, (wish: InstallWish) => string>> = {
  cron: cronText,
  systemd: systemdText,
  kubernetes: kubernetesText,
  github: githubText,
};

/**
 * The text of a form. Nothing is written and nothing is sent.
 *
 * @throws UsageError for what the form cannot say, such as a time that cron does not know
 */
export function installText(form: InstallForm, wish: InstallWish): string {
  checkWish(wish);
  return TEXTS[form](wish);
}
