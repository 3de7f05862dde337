/** What the `canary` section means, with the flags laid over it and every default filled in. */
import { formatDurationMs } from '../../core/units.ts';
import { endpointFault } from '../notify/endpoint.ts';
import type { Secrets } from '../plan.ts';
import type { Complain } from '../section/schedule.ts';
import type { CanaryFlagsInput, CanaryInput } from './canary-section.ts';
import { CANARY, type CanarySettings } from './settings.ts';

/** What the plan file says, and what the flags say; undefined where they say nothing. */
export interface CanarySources {
  readonly file: CanaryInput | undefined;
  readonly flags: CanaryFlagsInput | undefined;
  /** Null: values of references are not known, and not looked at. */
  readonly secrets: Secrets | null;
}

/**
 * How the canary looks and pages; null when neither file nor flags say anything. Flags win over the file; a number of
 * requests is as much time as they take at the rate.
 *
 * @param complain called once for each thing that does not fit; the settings returned are then not to be used
 */
export function buildCanary(sources: CanarySources, complain: Complain): CanarySettings | null {
  const { file, flags } = sources;
  if (file === undefined && flags === undefined) return null;
  const { requests, ...said } = flags ?? {};
  const written: CanaryInput = { ...file, ...said };
  const ratePerSecond = written.rate ?? CANARY.ratePerSecond;
  const countedMs = requests === undefined ? undefined : (requests / ratePerSecond) * 1000;
  const settings: CanarySettings = {
    check: written.check ?? CANARY.check,
    everyMs: written.every ?? CANARY.everyMs,
    ratePerSecond,
    durationMs: countedMs ?? written.for ?? CANARY.durationMs,
    fail: written.fail ?? CANARY.fail,
    recover: written.recover ?? CANARY.recover,
    remindMs: written.remind === undefined ? CANARY.remindMs : written.remind,
    blind: written.blind ?? CANARY.blind,
    sloRatio: written.slo ?? CANARY.sloRatio,
    periodMs: written.period ?? CANARY.periodMs,
    certificateMs: written.certificate === undefined ? CANARY.certificateMs : (written.certificate ?? 0),
    control: written.control ?? CANARY.control,
    maintenance: written.maintenance ?? CANARY.maintenance,
  };
  checkSettings(settings, sources, complain);
  return settings;
}

function checkSettings(settings: CanarySettings, sources: CanarySources, complain: Complain): void {
  const { file, flags, secrets } = sources;
  const { control, durationMs, everyMs, ratePerSecond } = settings;
  const sourceOf = (key: keyof CanaryInput): 'file' | 'flags' =>
    flags?.[key] === undefined ? 'file' : 'flags';
  const unasked = control === null ? null : endpointFault(control, secrets);
  if (unasked !== null) complain(sourceOf('control'), { path: ['canary', 'control'], ...unasked });
  const lengthKey = flags?.requests !== undefined ? 'requests' : 'for';
  const isOfFlags = flags?.requests !== undefined || flags?.for !== undefined;
  const path = ['canary', isOfFlags || file?.for !== undefined ? lengthKey : 'every'];
  const source = isOfFlags ? 'flags' : file?.for !== undefined ? 'file' : sourceOf('every');
  if (durationMs >= everyMs) {
    complain(source, {
      path,
      message: `one run sends for ${formatDurationMs(durationMs)}, and the next begins after ${formatDurationMs(everyMs)}`,
      hint: 'let a run be shorter, or the time from one run to the next longer ("every")',
    });
  }
  if (durationMs * ratePerSecond >= 1000) return;
  const message = 'one run would send no request at all';
  const fault = { message, hint: 'raise the rate, or let a run last longer' };
  const isOfRate = !isOfFlags && ratePerSecond !== CANARY.ratePerSecond;
  if (isOfRate) complain(sourceOf('rate'), { path: ['canary', 'rate'], ...fault });
  else complain(source, { path, ...fault });
}
