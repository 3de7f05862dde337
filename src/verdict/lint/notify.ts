/** Who is told, and of what; and secrets that stand in the plan. */

import { isSecretHeader, redactUrl } from '../../core/text.ts';
import { isTelling } from '../../plan/canary/check-name.ts';
import type { NotifierSettings } from '../../plan/canary/notifier.ts';
import { hasHiddenParts } from '../../plan/canary/written.ts';
import { addressesOf } from '../../plan/notify/build-notify.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Path } from '../../plan/position.ts';
import { mapLiterals } from '../../plan/secrets.ts';
import type { LintFinding } from './finding.ts';

/** What is wrong with those who are told. */
export function lintNotify(plan: Plan): LintFinding[] {
  return [...pairing(plan), ...unheard(plan), ...plainText(plan)];
}

function pairing({ canary, notify }: Plan): LintFinding[] {
  if (canary === undefined && notify !== undefined && notify.length > 0) {
    return [
      {
        code: 'notify-without-canary',
        severity: 'note',
        text: 'There are notifiers and no canary section: headroom canary looks by its defaults, 20 requests once a minute.',
        remedy: 'add canary: { every: 1m, fail: "3 of 5" } to say when they are told',
        path: ['notify'],
      },
    ];
  }
  if (canary === undefined || notify !== undefined) return [];
  return [
    {
      code: 'canary-without-notify',
      severity: 'note',
      text: 'There is a canary and nobody whom it tells: only its exit code and its reports say that something fires.',
      remedy: 'add notify, such as [ { pagerduty: "${env:PD_KEY}" } ]; notify: [] says that this is meant',
      path: ['canary'],
    },
  ];
}

function unheard({ notify = [] }: Plan): LintFinding[] {
  const told = notify.filter(({ kind }) => kind !== 'healthchecks');
  if (told.length === 0 || told.some(({ least }) => least === 'ticket')) return [];
  return [
    {
      code: 'tickets-unheard',
      severity: 'note',
      text: 'Every notifier is told of pages only: a certificate that ends, or a budget that burns slowly, is told to nobody.',
      remedy: 'add a notifier with least: ticket',
      path: ['notify'],
    },
  ];
}

/** Secrets that are written out, where a reference could stand. */
function plainText({ targets, http, notify = [], canary }: Plan): LintFinding[] {
  const found: Path[] = [
    ...notify.flatMap((settings, index): Path[] =>
      hasHiddenParts(withoutPlainPath(settings)) || addressesOf(settings).some(hasSecret)
        ? [pathOf(settings, index)]
        : [],
    ),
    ...targets.flatMap(({ headers, url }, index): Path[] => {
      const inHeaders = headers.some(([name, value]) => isSecretHeader(name) && isWrittenOut(value));
      return inHeaders || hasSecret(url) ? [['targets', index]] : [];
    }),
    ...(http.proxy !== null && hasSecret(http.proxy) ? [['http', 'proxy']] : []),
    ...(hasSecret(canary?.control ?? '') ? [['canary', 'control']] : []),
  ];
  return found.map((path) => ({
    code: 'secret-in-plan',
    severity: 'warning',
    text: 'A secret stands here as it is: whoever reads the plan has it.',
    remedy: 'write ${env:NAME} or ${file:PATH} in its place',
    path,
  }));
}

/**
 * A chat's address is its secret, and hidden as a whole. That of a webhook is one where a piece of its path looks like one:
 * who posts to http://localhost/alerts gives nothing away.
 */
function withoutPlainPath(settings: NotifierSettings): NotifierSettings {
  if (settings.kind !== 'webhook') return settings;
  const [, origin = '', path = ''] = /^(https?:\/\/[^/?#]*)([^?#]*)/i.exec(settings.url) ?? [];
  return origin === '' || isTelling(path) ? settings : { ...settings, url: origin };
}

function pathOf({ kind }: NotifierSettings, index: number): Path {
  return ['notify', index, kind];
}

function hasSecret(url: string): boolean {
  return redactUrl(url) !== url;
}

/** True when more than a scheme such as `Bearer` stands beside the references of a header. */
function isWrittenOut(value: string): boolean {
  let written = '';
  mapLiterals(value, (literal) => {
    written += literal;
    return literal;
  });
  return !/^\s*(?:bearer|basic|token|digest|negotiate|apikey)?\s*$/i.test(written);
}
