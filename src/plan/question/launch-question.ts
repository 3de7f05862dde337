/** What the `launch` section asks, with the flags laid over it and the defaults filled in. */
import { formatRate } from '../../core/units.ts';
import { DEFAULTS, type LaunchQuestion, type LaunchUsers } from '../plan.ts';
import type { Complain } from '../section/schedule.ts';
import { peakOfUsers } from './launch.ts';
import { type LaunchInput, USER_KEYS } from './launch-section.ts';

/** What the plan file says, and what the flags say; undefined where they say nothing. */
export interface LaunchSources {
  readonly file: LaunchInput | undefined;
  readonly flags: LaunchInput | undefined;
}

/** As for every rate: beyond what one machine can send. */
const MAX_PEAK_PER_SECOND = 1_000_000;

interface Peak {
  readonly peakPerSecond: number;
  readonly users: LaunchUsers | null;
}

/**
 * The launch question; null when nobody asks one. Flags win over the file: a peak replaces the file's users, and a
 * number of users the file's peak.
 *
 * @param complain called once for each thing that does not fit; the question returned is then not to be used
 */
export function buildLaunch(sources: LaunchSources, complain: Complain): LaunchQuestion | null {
  const { file, flags } = sources;
  if (file === undefined && flags === undefined) return null;
  const peak = peakFrom(sources, complain);
  const marginRatio = flags?.margin ?? file?.margin ?? DEFAULTS.marginRatio;
  const zones = flags?.zones ?? file?.zones ?? DEFAULTS.zones;
  const lose = flags?.lose ?? file?.lose ?? DEFAULTS.lose;
  checkZones({ zones, lose }, sources, complain);
  return peak === null ? null : { ...peak, marginRatio, zones, lose };
}

function peakFrom(sources: LaunchSources, complain: Complain): Peak | null {
  const { file, flags } = sources;
  if (flags?.peak !== undefined) return { peakPerSecond: flags.peak, users: null };
  const ofUsers = USER_KEYS.find((key) => flags?.[key] !== undefined);
  if (ofUsers === undefined && file?.peak !== undefined) return { peakPerSecond: file.peak, users: null };
  const merged = Object.fromEntries(USER_KEYS.map((key) => [key, flags?.[key] ?? file?.[key]]));
  const { users: count, think: thinkMs, requestsPerVisit } = merged;
  const source = flags === undefined || (ofUsers === undefined && file !== undefined) ? 'file' : 'flags';
  if (count === undefined || thinkMs === undefined || requestsPerVisit === undefined) {
    const given = USER_KEYS.filter((key) => merged[key] !== undefined);
    complain(source, missing(source, given));
    return null;
  }
  const users = { count, thinkMs, requestsPerVisit };
  const peakPerSecond = peakOfUsers(users);
  if (peakPerSecond > MAX_PEAK_PER_SECOND) {
    complain(source, {
      path: ['launch', ofUsers ?? 'users'],
      message: `these users make ${formatRate(peakPerSecond)}, more than a million per second`,
      hint: 'no generator sends that much; ask for less',
    });
  }
  return { peakPerSecond, users };
}

const SPELLED = {
  file: {
    peak: 'peak: 3000/s',
    users: 'users: 20000',
    think: 'think: 30s',
    requestsPerVisit: 'requestsPerVisit: 8',
  },
  flags: {
    peak: '--peak 3000/s',
    users: '--users 20000',
    think: '--think 30s',
    requestsPerVisit: '--requests-per-visit 8',
  },
} as const;

/** Neither a peak, nor all that it could be computed from. */
function missing(
  source: 'file' | 'flags',
  given: readonly (typeof USER_KEYS)[number][],
): Parameters<Complain>[1] {
  const spelled = SPELLED[source];
  const lacking = USER_KEYS.filter((key) => !given.includes(key)).map((key) => spelled[key]);
  const [first] = given;
  if (first === undefined) {
    return {
      path: ['launch'],
      message: 'the expected peak is missing',
      hint: `add ${spelled.peak}, or ${lacking.join(', ')}`,
      missing: true,
    };
  }
  return {
    path: source === 'file' ? ['launch'] : ['launch', first],
    message: 'this is not enough to compute the peak from users',
    hint: `add ${lacking.join(' and ')}, or say ${spelled.peak} alone`,
    missing: true,
  };
}

function checkZones(
  { zones, lose }: { readonly zones: number; readonly lose: number },
  { file, flags }: LaunchSources,
  complain: Complain,
): void {
  if (lose < zones) return;
  const ofFlags = flags?.lose !== undefined ? 'lose' : flags?.zones !== undefined ? 'zones' : null;
  complain(ofFlags === null ? 'file' : 'flags', {
    path: ['launch', ofFlags ?? (file?.lose === undefined ? 'zones' : 'lose')],
    message: `${lose} of ${zones} zone${zones === 1 ? '' : 's'} cannot fail: none would be left`,
    hint: zones === 1 ? 'say how many zones there are' : `let at most ${zones - 1} fail, or name more zones`,
  });
}
