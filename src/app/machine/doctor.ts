/** What this machine can measure: each fact with a judgement, and what to do about a bad one. */

import { formatBytes, formatDurationMs } from '../../core/units.ts';
import type { Calibration } from '../../load/protocol.ts';
import type { DoctorCheck, DoctorReport } from '../../report/doctor-report.ts';
import { EXIT } from '../exit.ts';
import type { World } from '../world.ts';
import { calibrate } from './calibrate.ts';
import { keepCalibration } from './calibration.ts';
import { type HostFigures, hostFigures, type Pressure, pressure, pressureSince } from './host.ts';

/** What the doctor looked at. Times in ms. */
export interface Findings {
  readonly figures: HostFigures;
  readonly cpuCount: number;
  readonly memoryBytes: number;
  readonly clockStepMs: number;
  /** How far wall time and monotonic time came apart, and over how long. */
  readonly driftMs: number;
  readonly watchedMs: number;
  readonly lost: Pressure;
  readonly calibration: Calibration | null;
  /** False when calibrations cannot be kept. */
  readonly stateKept: boolean;
}

type Judgement = DoctorCheck['judgement'];

/** Clock readings taken to find the smallest step. */
const CLOCK_READINGS = 20_000;

/** Examines the machine; takes one to two seconds, in which the machine should be idle. */
export async function examine(world: World, stateFolder: string): Promise<DoctorReport> {
  const before = pressure(world);
  const startMs = world.clock.nowMs();
  const startWallMs = world.clock.wallMs();
  const calibration = await calibrate(world);
  const watchedMs = world.clock.nowMs() - startMs;
  const checks = judgeMachine({
    figures: hostFigures(world),
    cpuCount: world.machine.cpuCount,
    memoryBytes: world.machine.memoryBytes,
    clockStepMs: clockStepMs(world),
    driftMs: Math.abs(world.clock.wallMs() - startWallMs - watchedMs),
    watchedMs,
    lost: pressureSince(before, pressure(world)),
    calibration,
    stateKept: calibration === null || keepCalibration(stateFolder, calibration, world),
  });
  return {
    schema: 'headroom.doctor/1',
    tool: { name: 'headroom', version: world.version, node: world.nodeVersion },
    checks,
    exitCode: checks.some(({ judgement }) => judgement === 'bad') ? EXIT.fail : EXIT.pass,
  };
}

/** Judges the findings. */
export function judgeMachine(findings: Findings): DoctorCheck[] {
  return [
    ...generatorChecks(findings.calibration),
    ...limitChecks(findings.figures),
    ...processorChecks(findings),
    ...clockChecks(findings),
    ...lossChecks(findings),
    check(
      { name: 'state folder', value: findings.stateKept ? 'writable' : 'not writable' },
      findings.stateKept ? 'ok' : 'warn',
      'calibrations are not kept: choose a folder with --state-dir or XDG_STATE_HOME',
    ),
  ];
}

function generatorChecks(calibration: Calibration | null): DoctorCheck[] {
  if (calibration === null) {
    const fact = { name: 'generator', value: 'could not be calibrated' };
    return [check(fact, 'bad', 'worker threads do not start here: see the limits of processes and memory')];
  }
  const { ceilingPerSecond, floorUs } = calibration;
  return [
    check(
      { name: 'generator ceiling', value: `${thousands(ceilingPerSecond)} requests/s per worker` },
      grade(-ceilingPerSecond, -5000, -1000),
      'the machine is slow or busy: close other programs, or ask for rates well below the ceiling',
    ),
    check(
      { name: 'generator floor', value: `${formatDurationMs(floorUs / 1000)} added to each request` },
      grade(floorUs, 500, 5000),
      'latencies below this cannot be told apart: use a faster or less busy machine',
    ),
  ];
}

function limitChecks({ descriptorLimit, ports }: HostFigures): DoctorCheck[] {
  return [
    check(
      { name: 'file descriptors', value: descriptorLimit === null ? 'unknown' : thousands(descriptorLimit) },
      descriptorLimit === null ? 'ok' : grade(-descriptorLimit, -4096, -256),
      'each connection takes one: raise the limit with ulimit -n',
    ),
    check(
      { name: 'local ports', value: ports === null ? 'unknown' : `${thousands(ports)} per server` },
      ports === null ? 'ok' : grade(-ports, -10_000, -1000),
      'connections to one server are limited to these: widen net.ipv4.ip_local_port_range',
    ),
  ];
}

function processorChecks({ cpuCount, figures, memoryBytes }: Findings): DoctorCheck[] {
  const usable = Math.min(cpuCount, figures.cpuQuota ?? Infinity);
  const quota = figures.cpuQuota === null ? '' : `, of which ${figures.cpuQuota.toFixed(1)} may be used`;
  return [
    check(
      { name: 'processors', value: `${cpuCount}${quota}` },
      grade(-usable, -2, -0.5),
      'a worker near its due time polls and takes a whole one: give the generator two',
    ),
    check(
      { name: 'memory', value: formatBytes(memoryBytes) },
      grade(-memoryBytes, -512e6, -128e6),
      'give the generator at least 512 MB',
    ),
  ];
}

function clockChecks({ clockStepMs, driftMs, watchedMs }: Findings): DoctorCheck[] {
  return [
    check(
      { name: 'clock resolution', value: formatDurationMs(clockStepMs) },
      grade(clockStepMs, 0.01, 1),
      'the monotonic clock is coarse: on Linux see /sys/devices/system/clocksource, tsc is the fast one',
    ),
    check(
      { name: 'clock drift', value: `${formatDurationMs(driftMs)} in ${formatDurationMs(watchedMs)}` },
      grade(driftMs, 10, 500),
      'wall time is being moved, or the machine was suspended: wait for the time service to settle',
    ),
  ];
}

function lossChecks({ lost, watchedMs }: Findings): DoctorCheck[] {
  const { throttledMs, stolenMs } = lost;
  const share = (ms: number | null): Judgement => (ms === null ? 'ok' : grade(ms / watchedMs, 0.01, 0.1));
  const text = (ms: number | null): string =>
    ms === null ? 'unknown' : `${formatDurationMs(ms)} in ${formatDurationMs(watchedMs)}`;
  return [
    check(
      { name: 'throttled', value: text(throttledMs) },
      share(throttledMs),
      'the control group holds us back: raise its CPU quota',
    ),
    check(
      { name: 'stolen by the hypervisor', value: text(stolenMs) },
      share(stolenMs),
      'the host is overbooked: measure from a machine with processors of its own',
    ),
  ];
}

function check(fact: Pick<DoctorCheck, 'name' | 'value'>, judgement: Judgement, remedy: string): DoctorCheck {
  return { ...fact, judgement, remedy: judgement === 'ok' ? null : remedy };
}

/** `ok` up to `warn`, a warning up to `bad`; for what should be large, all three negated. */
function grade(value: number, warn: number, bad: number): Judgement {
  if (value <= warn) return 'ok';
  return value <= bad ? 'warn' : 'bad';
}

function thousands(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** The smallest difference between two readings of the monotonic clock that is not 0. */
function clockStepMs(world: Pick<World, 'clock'>): number {
  let least = Infinity;
  let before = world.clock.nowMs();
  for (let reading = 0; reading < CLOCK_READINGS; reading += 1) {
    const now = world.clock.nowMs();
    if (now > before) least = Math.min(least, now - before);
    before = now;
  }
  return least;
}
