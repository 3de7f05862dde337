/** From the flags of a look at a fleet to what is asked; everything is checked before anything is sent. */

import { checkPrometheus, type PrometheusQuery } from '../../app/fleet/scraped.ts';
import { type FleetTarget, parseTarget, parseTargets } from '../../app/fleet/target.ts';
import type { VisitSettings } from '../../app/fleet/visit.ts';
import { reasonOf } from '../../app/publish.ts';
import { UsageError } from '../../core/errors.ts';
import { drawSeed } from '../../core/random.ts';
import { safeText } from '../../core/text.ts';
import { parseDuration, parseRatio, UnitError } from '../../core/units.ts';
import { parseHeaderLine } from '../../plan/section/curl-forms.ts';
import type { Flags } from '../options.ts';
import type { Session } from '../session.ts';

/** What is asked, as far as flags say it. */
export interface FleetWish {
  readonly targets: readonly FleetTarget[];
  readonly prometheus: PrometheusQuery | null;
  readonly near: number;
  readonly workers: number;
  readonly settings: VisitSettings;
  /** Time from one look to the next, ms; null: look once. */
  readonly watchMs: number | null;
  /** Servers to show; null: all. */
  readonly top: number | null;
}

const MAX_FILE_BYTES = 16_777_216;
const MAX_TARGETS = 100_000;

const DEFAULT_NEAR = 0.8;
const DEFAULT_WORKERS = 64;
const DEFAULT_APART_MS = 3_000;
const DEFAULT_TIMEOUT_MS = 2_000;
/** The least number of answers whose middle has an interval. */
const DEFAULT_PROBES = 6;
const DEFAULT_WATCH_MS = 5_000;

const HOUR_MS = 3_600_000;

/** Reads the flags. @throws UsageError for anything that cannot be meant, files with their line */
export function fleetWish(session: Session): FleetWish {
  const { flags, world } = session;
  const watch = watchOf(flags);
  const operands = [...session.operands, ...watch.operands].map(parseTarget);
  const targets = [...operands, ...flags.list('file').flatMap((file) => fileTargets(file, session))];
  const prometheus = prometheusOf(flags);
  if (targets.length === 0 && prometheus === null) {
    throw new UsageError('no server is named', {
      hint: 'headroom fleet http://10.0.0.3:8080/ ..., --file fleet.txt, or --prometheus URL',
    });
  }
  if (targets.length > MAX_TARGETS) {
    throw new UsageError(`${targets.length} targets are more than ${MAX_TARGETS}`, {
      hint: 'split the list',
    });
  }
  return {
    targets,
    prometheus,
    near: flags.value('near', nearOf) ?? DEFAULT_NEAR,
    workers: flags.value('cores', wholeOf(1, 10_000)) ?? DEFAULT_WORKERS,
    settings: {
      timeoutMs: flags.value('timeout', timeOf(1, HOUR_MS)) ?? DEFAULT_TIMEOUT_MS,
      apartMs: flags.value('for', timeOf(100, HOUR_MS)) ?? DEFAULT_APART_MS,
      probes: flags.value('probes', wholeOf(0, 100_000)) ?? DEFAULT_PROBES,
      headers: headersOf(flags, world.version),
      insecure: flags.has('insecure'),
      seed: drawSeed(),
    },
    watchMs: watch.everyMs,
    top: flags.value('top', wholeOf(1, MAX_TARGETS)) ?? null,
  };
}

/** `--watch` may stand right before a target, which is then no time. */
function watchOf(flags: Flags): { readonly everyMs: number | null; readonly operands: readonly string[] } {
  if (flags.has('watch')) return { everyMs: DEFAULT_WATCH_MS, operands: [] };
  const text = flags.text('watch');
  if (text === undefined) return { everyMs: null, operands: [] };
  const isTime = /^[\d.]+ ?[a-zµ]+$/i.test(text);
  if (!isTime && /[.:/]/.test(text)) return { everyMs: DEFAULT_WATCH_MS, operands: [text] };
  return { everyMs: flags.value('watch', timeOf(100, 24 * HOUR_MS)) ?? DEFAULT_WATCH_MS, operands: [] };
}

function fileTargets(file: string, { world }: Session): FleetTarget[] {
  let text: string;
  try {
    const bytes =
      file === '-' ? world.files.readStdin(MAX_FILE_BYTES) : world.files.read(file, MAX_FILE_BYTES);
    text = new TextDecoder().decode(bytes);
  } catch (cause) {
    throw new UsageError(`cannot read the targets of ${safeText(file)}: ${reasonOf(cause)}`, {
      hint: 'name a file with one target a line, or - for standard input',
      cause,
    });
  }
  const name = file === '-' ? 'standard input' : file;
  const targets = parseTargets(text, name);
  if (targets.length > 0) return targets;
  throw new UsageError(`${safeText(name)} names no server`, { hint: 'write one address a line' });
}

function prometheusOf(flags: Flags): PrometheusQuery | null {
  const url = flags.text('prometheus');
  const match = flags.text('match') ?? null;
  if (url !== undefined) return { url: checkPrometheus(url), match };
  if (match === null) return null;
  throw new UsageError('--match chooses servers of a Prometheus server, and none is named', {
    hint: 'add --prometheus http://10.0.0.7:9090',
  });
}

function headersOf(flags: Flags, version: string): Record<string, string> {
  const given = flags.list('header').map((line) => {
    try {
      const [name, value] = parseHeaderLine(line);
      // What may not stand in a header is refused before anything is sent.
      const headers = new Headers([[name, value]]);
      return [name.toLowerCase(), headers.get(name) ?? ''] as const;
    } catch (error) {
      const why = error instanceof UnitError ? error.message : 'it is no header';
      throw new UsageError(`--header: ${why}`, { hint: 'write it as "name: value"' });
    }
  });
  return { 'user-agent': `headroom/${version}`, ...Object.fromEntries(given) };
}

function nearOf(text: string): number {
  const share = parseRatio(text);
  if (share > 0) return share;
  throw new UnitError('a share of 0 calls everything near', { hint: 'write --near 80%' });
}

function timeOf(leastMs: number, mostMs: number): (text: string) => number {
  return (text) => {
    const ms = parseDuration(text);
    if (ms >= leastMs && ms <= mostMs) return ms;
    throw new UnitError(`${safeText(text)} is ${ms < leastMs ? 'too short' : 'too long'}`, {
      hint: `between ${leastMs}ms and ${mostMs / 1000}s`,
    });
  };
}

function wholeOf(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
    if (number >= least && number <= most) return number;
    throw new UnitError(`"${safeText(text)}" is no whole number from ${least} to ${most}`, {
      hint: `write a number from ${least} to ${most}`,
    });
  };
}
