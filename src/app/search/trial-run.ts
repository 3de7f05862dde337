/** Trials on real connections: the user's plan at one rate, over the load engine. */

import type { Calibration } from '../../load/protocol.ts';
import { trialPlan } from '../../plan/trial-plan.ts';
import { checkAccounts } from '../../record/accounts.ts';
import type { TrialOrder } from '../../verdict/trial.ts';
import type { Observation } from '../observe/following.ts';
import { LaidLooks } from '../observe/laid-looks.ts';
import { type Ground, type LoadListeners, type SendOptions, type Subject, sendLoad } from '../send.ts';
import type { TrialRunner } from './drive.ts';
import type { Interruption } from './interruption.ts';

/** Between two trials, ms: what the last one left in the server's queues drains, and nothing of it is measured. */
const PAUSE_MS = 1000;

/** How trials are sent. */
export interface TrialOptions
  extends LoadListeners,
    Pick<SendOptions, 'breaker' | 'stateFolder' | 'say' | 'onLive'> {
  readonly interruption: Interruption;
  /** Ms since the start of the search. */
  readonly elapsedMs: () => number;
  /** Looks at the servers meanwhile; null: nobody does. */
  readonly observation: Observation | null;
}

/** What is known of the generator after some trials. */
export interface Conduct {
  /** Largest number of worker threads that any of them took. */
  workers: number;
  /** Of the last full calibration, else of the last warm-up. */
  calibration: Calibration | null;
}

/** How the servers were, by the rate of the trials. */
export type TrialLooks = Pick<LaidLooks, 'results'>;

/** A runner, and what its trials told about the generator so far. */
export interface RealTrials {
  readonly runTrial: TrialRunner;
  readonly conduct: Readonly<Conduct>;
  readonly servers: TrialLooks;
}

/** Trials of the subject's plan, on ground that was prepared for the highest of their rates. */
export function realTrials(subject: Subject, ground: Ground, options: TrialOptions): RealTrials {
  const conduct: Conduct = { workers: 1, calibration: null };
  const servers = new LaidLooks();
  const runTrial: TrialRunner = async (order, number) => {
    const { interruption } = options;
    if (number > 1) await ground.world.clock.sleep(PAUSE_MS, interruption.stopping);
    const plan = trialPlan(subject.plan, order, number);
    const sent = await sendLoad({ ...subject, plan }, ground, {
      ...options,
      // A system that scales is in breach until it has, and how long that takes is what a surge asks.
      breaker: options.breaker && order.purpose !== 'surge',
      say: (line) => options.say(`trial ${number}: ${line}`),
      onStart: interruption.attend,
      signal: interruption.signal,
    });
    conduct.workers = Math.max(conduct.workers, sent.workers);
    if (conduct.calibration?.kind !== 'full') conduct.calibration = sent.calibration;
    const { report, generator, stopped } = sent;
    servers.add(order.ratePerSecond, sent.servers, report.offeredMs);
    // The books of a worker that died or was given up are incomplete; the validity checks say so.
    if (report.conducts.length === sent.workers) checkAccounts(report.recording);
    const endedMs = options.elapsedMs();
    return {
      order,
      measured: { plan, recording: report.recording, offeredMs: report.offeredMs },
      generator,
      stopped,
      startedMs: Math.max(0, endedMs - report.durationMs - approachMs(order)),
      endedMs,
    };
  };
  return { runTrial, conduct, servers };
}

/** Length of the way up to a trial's rate, ms. */
export function approachMs({ approach }: Pick<TrialOrder, 'approach'>): number {
  return approach.reduce((sum, { durationMs }) => sum + durationMs, 0);
}
