/**
 * What is known about this machine as a load generator, kept for a day: whether to measure it anew before a
 * run, and how many workers the asked rate needs.
 */

import { join } from 'node:path';
import type { Calibration } from '../../load/protocol.ts';
import type { Load, Plan } from '../../plan/plan.ts';
import { peakOf } from '../safety/guard.ts';
import type { World } from '../world.ts';
import { type CalibrationSubject, calibrate } from './calibrate.ts';

const DAY_MS = 86_400_000;
/** Above this rate the generator's own ceiling matters, requests per second. */
const FULL_ABOVE_PER_SECOND = 2000;
/** Share of one worker's ceiling that it is asked for. */
const WORKER_SHARE = 0.6;
const MAX_BYTES = 65_536;
const FILE = 'calibration.json';

/** True when the generator's own ceiling matters to a load: it may come near it. */
export function needsCeiling(load: Load): boolean {
  return peakOf(load) > FULL_ABOVE_PER_SECOND;
}

/** Where workers are to run. */
export interface Workplace {
  /** Of one worker; null: not known. */
  readonly ceiling: Calibration | null;
  readonly cpuCount: number;
  /** How many such machines share the load; default 1. */
  readonly shards?: number;
}

/**
 * How many workers a load gets: as chosen, else one, else as many as keep each at 60 % of its ceiling. A worker
 * that polls takes a whole core, which a target on the same machine would miss.
 */
export function workersFor(load: Load, { ceiling, cpuCount, shards = 1 }: Workplace): number {
  const peak = peakOf(load) / shards;
  if (load.workers !== null) return load.workers;
  if (ceiling === null || peak === Infinity) return 1;
  const needed = Math.ceil(peak / (WORKER_SHARE * ceiling.ceilingPerSecond));
  return Math.max(1, Math.min(needed, cpuCount));
}

/**
 * The ceiling of one worker where it matters: from the cache, else measured now and kept.
 *
 * @returns null where it does not matter, or could not be measured
 */
export async function ceilingFor(
  subject: CalibrationSubject,
  world: World,
  { stateFolder: folder, say }: { readonly stateFolder: string; readonly say: (line: string) => void },
): Promise<Calibration | null> {
  if (!needsCeiling(subject.plan.load)) return null;
  const place = { ...world, requestClass: requestClass(subject.plan) };
  const cached = readCalibration(folder, place);
  if (cached !== null) return cached;
  say('calibrating this machine: once a day, for two seconds');
  const measured = await calibrate(world, subject);
  if (measured !== null && !keepCalibration(folder, measured, place)) {
    say(`the calibration cannot be kept in ${folder}; see --state-dir`);
  }
  return measured;
}

/** A machine, and the class of requests that it was measured with. */
interface Place extends Pick<World, 'env' | 'home' | 'files' | 'clock' | 'machine' | 'nodeVersion'> {
  readonly requestClass?: string;
}

/** What makes one plan's requests cost as much as another's: protocol, connections, size, and whether bodies are read. */
function requestClass({ targets, http }: Plan): string {
  const secure = targets.some(({ url }) => url.startsWith('https'));
  const bytes = Math.max(...targets.map(({ body }) => (body === null ? 0 : body.length)));
  const read = targets.some(({ expect }) => expect.body.length + expect.json.length > 0);
  const varied = targets.some(
    ({ url, body }) => url.includes('${') || (typeof body === 'string' && body.includes('${')),
  );
  return [
    secure ? 'https' : 'http',
    http.version,
    http.keepAlive ? 'kept' : 'fresh',
    `2^${Math.ceil(Math.log2(bytes + 1))}`,
    read ? 'read' : 'counted',
    varied ? 'varied' : 'fixed',
  ].join(' ');
}

/** The calibration of this machine under this version of Node, at most a day old; null when there is none. */
export function readCalibration(folder: string, world: Place): Calibration | null {
  const entry = readEntries(folder, world)[keyOf(world)];
  if (entry === undefined) return null;
  const ageMs = world.clock.wallMs() - entry.atMs;
  return ageMs >= 0 && ageMs < DAY_MS ? entry.calibration : null;
}

/** Keeps a full calibration; others are not worth keeping. Returns false when the folder cannot be written. */
export function keepCalibration(folder: string, calibration: Calibration, world: Place): boolean {
  if (calibration.kind !== 'full') return true;
  const entries = readEntries(folder, world);
  entries[keyOf(world)] = { atMs: world.clock.wallMs(), calibration };
  try {
    world.files.makeFolder(folder);
    world.files.write(
      join(folder, FILE),
      `${JSON.stringify({ schemaVersion: 1, entries }, null, 2)}\n`,
      0o600,
    );
    return true;
  } catch {
    return false;
  }
}

interface Entry {
  readonly atMs: number;
  readonly calibration: Calibration;
}

function keyOf({ machine, nodeVersion, requestClass: requests = '' }: Place): string {
  return [machine.hostname, machine.cpuModel ?? '', machine.cpuCount, nodeVersion, requests].join('|');
}

/** What the file holds; a file that is missing, corrupt or of another version holds nothing. */
function readEntries(folder: string, world: Place): Record<string, Entry> {
  const entries: Record<string, Entry> = Object.create(null);
  try {
    const text = new TextDecoder().decode(world.files.read(join(folder, FILE), MAX_BYTES));
    const document: unknown = JSON.parse(text);
    if (!isRecord(document) || document['schemaVersion'] !== 1 || !isRecord(document['entries']))
      return entries;
    for (const [key, value] of Object.entries(document['entries'])) {
      const entry = decodeEntry(value);
      if (entry !== null) entries[key] = entry;
    }
  } catch {
    return entries;
  }
  return entries;
}

function decodeEntry(value: unknown): Entry | null {
  if (!isRecord(value) || !isRecord(value['calibration'])) return null;
  const atMs = value['atMs'];
  const { ceilingPerSecond, floorUs } = value['calibration'];
  if (!isPositive(atMs) || !isPositive(ceilingPerSecond) || !isPositive(floorUs)) return null;
  return { atMs, calibration: { kind: 'full', ceilingPerSecond, floorUs } };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isPositive(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
