/** Canary and notifiers back in the plan file's own vocabulary, without their secrets. */
import { redactUrl } from '../../core/text.ts';
import { exactDuration, exactRate, exactRatio } from '../../core/units.ts';
import { hiddenEndpoint } from '../notify/endpoint.ts';
import { shownCommand } from '../notify/notifier-secrets.ts';
import { mapLiterals } from '../request/expansion.ts';
import { shownHeaders } from '../source/hidden-header.ts';
import { failRuleText } from './fail-rule.ts';
import type { NotifierSettings } from './notifier.ts';
import type { CanarySettings } from './settings.ts';

type Written = Readonly<Record<string, unknown>>;

/** The `canary` section as a plan file would say it, every default spelled out. */
export function writtenCanary(settings: CanarySettings): Written {
  const { check, control, maintenance, remindMs, certificateMs } = settings;
  return {
    ...(check === null ? {} : { check }),
    every: exactDuration(settings.everyMs),
    rate: exactRate(settings.ratePerSecond),
    for: exactDuration(settings.durationMs),
    fail: failRuleText(settings.fail),
    recover: settings.recover,
    remind: remindMs === null ? 'never' : exactDuration(remindMs),
    blind: settings.blind,
    slo: exactRatio(settings.sloRatio),
    period: exactDuration(settings.periodMs),
    certificate: certificateMs === 0 ? 'never' : exactDuration(certificateMs),
    ...(control === null ? {} : { control: redactUrl(control) }),
    ...(maintenance.length === 0 ? {} : { maintenance: maintenance.map(({ text }) => text) }),
  };
}

/** The `notify` section as a plan file would say it: references as they are, `***` for secrets that are written out. */
export function writtenNotify(notify: readonly NotifierSettings[]): readonly Written[] {
  return notify.map((settings) => ({
    name: settings.name,
    least: settings.least,
    [settings.kind]: kindOf(settings),
  }));
}

function kindOf(settings: NotifierSettings): Written {
  switch (settings.kind) {
    case 'pagerduty': {
      const url = settings.url === null ? {} : { url: redactUrl(settings.url) };
      return { routingKey: hidden(settings.routingKey), ...url };
    }
    case 'alertmanager': {
      const { labels, urls } = settings;
      return { urls: urls.map(redactUrl), ...(Object.keys(labels).length === 0 ? {} : { labels }) };
    }
    case 'webhook': {
      const secret = settings.secret === null ? {} : { secret: hidden(settings.secret) };
      const headers = shownHeaders(settings.headers);
      return { url: hiddenEndpoint(settings.url), ...secret, ...(headers === null ? {} : { headers }) };
    }
    case 'exec':
      return { command: shownCommand(settings.command), timeout: exactDuration(settings.timeoutMs) };
    default:
      return { url: hiddenEndpoint(settings.url) };
  }
}

/** A secret without what of it is written out. */
function hidden(text: string): string {
  return mapLiterals(text, () => '***');
}

/** True when the `notify` section hides a part of this notifier, since a secret is written out in it. */
export function hasHiddenParts(settings: NotifierSettings): boolean {
  return JSON.stringify(kindOf(settings)).includes('***');
}
