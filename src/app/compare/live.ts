/** Compares two systems live: blocks of the two in turn, looked at now and then, until it is decided. */

import { UsageError } from '../../core/errors.ts';
import { formatDurationMs, formatRate } from '../../core/units.ts';
import type { Plan } from '../../plan/plan.ts';
import { refuseServerObjectives } from '../../plan/question/server-objectives.ts';
import type { ResultDocument } from '../../result/document.ts';
import { type Block, pairsOf } from '../../verdict/compare/block.ts';
import {
  type ComparisonSetting,
  type JudgedComparison,
  judgeBlocks,
  type MinimumEffects,
} from '../../verdict/compare/judge.ts';
import { endedAt, looksUpTo } from '../../verdict/compare/looks.ts';
import type { Side } from '../../verdict/compare/report.ts';
import { SidePool } from '../../verdict/compare/side-pool.ts';
import { turnsOf } from '../../verdict/compare/turns.ts';
import { emitting } from '../emit/emitting.ts';
import type { LiveState } from '../live.ts';
import type { Observation } from '../observe/following.ts';
import { LaidLooks } from '../observe/laid-looks.ts';
import { type ObserveWish, openObservation } from '../observe/observation.ts';
import { type Interruption, watchSearch } from '../search/interruption.ts';
import { type Ground, type LoadListeners, prepareGround, type Sent } from '../send.ts';
import type { StopSignal, World } from '../world.ts';
import { type BlockOrder, blockPlan, sendBlock, warmupOf } from './block-run.ts';
import { blockMsFrom, blocksFrom, effectsFrom } from './bounds.ts';
import type { Compared, Subjects } from './compared.ts';
import { comparisonDocument } from './document.ts';
import type { ComparisonMoment } from './moment.ts';

/** How a live comparison is carried out; null: the default. */
export interface LiveOptions extends Pick<ObserveWish, 'discover'> {
  /** Length of a block, ms; default: 200 requests, and 2 s at least. */
  readonly blockMs: number | null;
  /** Most blocks of a side, 8..64; default 64. */
  readonly maxBlocks: number | null;
  /** Longest that all of it may take, ms. */
  readonly maxDurationMs: number | null;
  readonly minimumEffects?: Partial<MinimumEffects>;
  /** Somebody answers for the targets, beside the plan's own `owner`. */
  readonly owned: boolean;
  readonly breaker: boolean;
  readonly stateFolder: string;
  readonly repeat: string;
  readonly say: (line: string) => void;
  readonly onMoment?: (moment: ComparisonMoment) => void;
  /** A watch for stop signals that is kept already, and is released by whoever keeps it; default: one of its own. */
  readonly interruption?: Interruption;
}

/** A block has so many attempts, and lasts so long at least, ms. */
const BLOCK_ATTEMPTS = 200;
const LEAST_BLOCK_MS = 2000;
/** What a block takes beyond its own length, until one was measured, ms. */
const OVERHEAD_MS = 1000;

/**
 * Measures the two in blocks, in the order of turns.ts, and judges the candidate. The document's totals are the candidate's.
 *
 * @throws UsageError when nothing may be sent, an option is out of range, the budget is less than eight blocks of each, or an objective is about a server  @throws InternalError for a bug of ours
 */
export async function compareLive(
  subjects: Subjects,
  world: World,
  options: LiveOptions,
): Promise<ResultDocument> {
  refuseServerObjectives(subjects.candidate.plan, 'a comparison');
  const run = new LiveComparison(subjects, world, options);
  const interruption = options.interruption ?? watchSearch(world, options.say);
  try {
    const grounds = await run.prepare();
    const place = { subject: subjects.candidate, ground: grounds.candidate, say: options.say };
    return await emitting(place, async (listeners, end) => {
      const compared = await run.carryOut(grounds, interruption, listeners);
      return comparisonDocument({ ...compared, ...(await end()) }, world, options.repeat);
    });
  } finally {
    if (options.interruption === undefined) interruption.release();
  }
}

class LiveComparison {
  readonly #subjects: Subjects;
  readonly #world: World;
  readonly #options: LiveOptions;
  #setting: ComparisonSetting;
  readonly #maxBlocks: number;
  readonly #ratePerSecond: number;
  readonly #blockMs: number;
  readonly #blocks: Block[] = [];
  readonly #pools: Partial<Record<Side, SidePool>> = {};
  readonly #startMs: number;
  readonly #startedAtWallMs: number;
  #judged: JudgedComparison;
  #stopped: Compared['stopped'] = null;
  #last: Sent | null = null;
  /** Of the candidate's servers: the totals are its own too. */
  #observation: Observation | null = null;
  #listeners: LoadListeners = {};
  readonly #looks = new LaidLooks();

  constructor(subjects: Subjects, world: World, options: LiveOptions) {
    this.#subjects = subjects;
    this.#world = world;
    this.#options = options;
    this.#maxBlocks = blocksFrom(options.maxBlocks);
    const minimumEffects = effectsFrom(options.minimumEffects);
    this.#setting = { ...looksUpTo(this.#maxBlocks), pairing: 'paired', minimumEffects };
    this.#ratePerSecond = rateOf(subjects.candidate.plan);
    const lengthMs = Math.max(LEAST_BLOCK_MS, (BLOCK_ATTEMPTS * 1000) / this.#ratePerSecond);
    this.#blockMs = blockMsFrom(options.blockMs, lengthMs);
    this.#startMs = world.clock.nowMs();
    this.#startedAtWallMs = world.clock.wallMs();
    this.#judged = judgeBlocks([], this.#setting);
  }

  /** @param listeners are told of the candidate's load, whose numbers the document's totals are too */
  async carryOut(
    grounds: Readonly<Record<Side, Ground>>,
    interruption: Interruption,
    listeners: LoadListeners,
  ): Promise<Compared> {
    this.#listeners = listeners;
    this.#observation = await openObservation(this.#subjects.candidate, grounds.candidate, this.#options);
    this.#announce();
    const isGoing = (): boolean =>
      !interruption.stopping.aborted && this.#stopped === null && !this.#judged.isOver;
    for (let pair = 1; isGoing() && this.#hasTime(); pair += 1) {
      for (const side of turnsOf(pair, this.#subjects.candidate.plan.seed)) {
        // One block after another is the point.
        if (isGoing()) await this.#measure({ side, pair }, grounds[side], interruption);
      }
      this.#judged = judgeBlocks(this.#blocks, this.#setting);
    }
    if (isGoing()) this.#setting = endedAt(this.#setting, pairsOf(this.#blocks).length);
    return this.#compared(grounds.candidate, interruption.signal());
  }

  async prepare(): Promise<Record<Side, Ground>> {
    this.#checkBudget();
    const grounds: Partial<Record<Side, Ground>> = {};
    for (const side of ['baseline', 'candidate'] as const) {
      const subject = this.#subjects[side];
      const plan = blockPlan(subject.plan, this.#order({ side, pair: 1 }));
      grounds[side] = await prepareGround({ ...subject, plan }, this.#world, this.#options);
    }
    const { baseline, candidate } = grounds;
    if (baseline === undefined || candidate === undefined) throw new RangeError('a side has no ground');
    const coLocated = baseline.guarded.coLocated || candidate.guarded.coLocated;
    const shared = { runId: candidate.runId, known: candidate.known };
    return {
      // A pair's two blocks have one seed: with one name too, a trace would be two requests to two servers.
      baseline: { ...baseline, ...shared, traceIdsOf: `${candidate.runId} baseline` },
      candidate: { ...candidate, guarded: { ...candidate.guarded, coLocated } },
    };
  }

  #order({ side, pair }: Pick<BlockOrder, 'side' | 'pair'>): BlockOrder {
    const durationMs = this.#blockMs;
    const warmupMs = warmupOf(pair, durationMs);
    return { side, pair, ratePerSecond: this.#ratePerSecond, durationMs, warmupMs };
  }

  async #measure(
    which: Pick<BlockOrder, 'side' | 'pair'>,
    ground: Ground,
    interruption: Interruption,
  ): Promise<void> {
    const { breaker, stateFolder, say } = this.#options;
    const { side } = which;
    this.#show(side, null);
    const { sent, trial, block } = await sendBlock(
      { subject: this.#subjects[side], ground },
      this.#order(which),
      {
        breaker,
        stateFolder,
        say,
        onLive: (live) => this.#show(side, live),
        onStart: interruption.attend,
        signal: interruption.signal,
        elapsedMs: () => this.#elapsedMs(),
        ...(side === 'candidate' ? { ...this.#listeners, observation: this.#observation } : {}),
      },
    );
    this.#last = sent;
    this.#looks.add(side, sent.servers, sent.report.offeredMs);
    if (sent.stopped !== null) this.#stopped = { ...sent.stopped, side };
    if (block.sent === 0) return;
    // Half a block is no block; of one that the breaker ended the failures count.
    if (sent.stopped === null || sent.stopped.by === 'breaker') this.#blocks.push(block);
    const pool = (this.#pools[side] ??= new SidePool(trial));
    pool.absorb(trial);
    this.#show(null, null);
  }

  #elapsedMs(): number {
    return this.#world.clock.nowMs() - this.#startMs;
  }

  /** What a pair takes, by the pairs so far. */
  #pairMs(): number {
    const pairs = this.#blocks.length / 2;
    const perPair = 2 * (this.#blockMs + warmupOf(2, this.#blockMs) + OVERHEAD_MS);
    return pairs < 1 ? perPair : Math.max(2 * this.#blockMs, this.#elapsedMs() / pairs);
  }

  #hasTime(): boolean {
    const { maxDurationMs } = this.#options;
    return maxDurationMs === null || this.#elapsedMs() + this.#pairMs() <= maxDurationMs;
  }

  #checkBudget(): void {
    const { maxDurationMs } = this.#options;
    const leastMs = this.#pairMs() * (this.#setting.looks[0] ?? 1);
    if (maxDurationMs === null || maxDurationMs >= leastMs) return;
    const needed = formatDurationMs(Math.ceil(leastMs / 1000) * 1000);
    throw new UsageError(
      `--max-duration leaves no room for ${this.#setting.looks[0] ?? 1} blocks of each side`,
      {
        hint: `allow ${needed} at least, or shorten the blocks with a higher rate or --block`,
      },
    );
  }

  #announce(): void {
    const { maxDurationMs, say } = this.#options;
    const seconds = (ms: number): string => formatDurationMs(Math.round(ms / 1000) * 1000);
    const [least, most] = [this.#setting.looks[0] ?? 1, this.#maxBlocks].map((n) => n * this.#pairMs());
    say(
      `comparing at ${formatRate(this.#ratePerSecond)}, in turn, in blocks of ${formatDurationMs(this.#blockMs)}, up to ${this.#maxBlocks} of each side`,
    );
    const [shortest, longest] = [least ?? 0, Math.min(most ?? 0, maxDurationMs ?? Infinity)].map(seconds);
    say(
      shortest === longest
        ? `this takes about ${longest}`
        : `this takes ${shortest} to ${longest}: it ends as soon as it is decided`,
    );
  }

  #show(side: Side | null, live: LiveState | null): void {
    const { onMoment, maxDurationMs } = this.#options;
    if (onMoment === undefined) return;
    const pairs = Math.floor(this.#blocks.length / 2);
    const elapsedMs = this.#elapsedMs();
    const restMs = (this.#maxBlocks - pairs) * this.#pairMs();
    onMoment({
      elapsedMs,
      leftMs: Math.max(0, Math.min(restMs, (maxDurationMs ?? Infinity) - elapsedMs)),
      pairs,
      maxBlocks: this.#maxBlocks,
      nextLook: this.#setting.looks.find((look) => look > pairs) ?? this.#maxBlocks,
      side,
      live,
      blocks: this.#blocks,
      findings: this.#judged.looks === 0 ? [] : this.#judged.findings,
    });
  }

  #compared(ground: Ground, signal: StopSignal | null): Compared {
    const isTripped = this.#stopped?.by === 'breaker' && this.#stopped.side === 'candidate';
    const setting = { ...this.#setting, isTripped };
    return {
      subjects: this.#subjects,
      ground,
      blocks: this.#blocks,
      pools: this.#pools,
      judged: judgeBlocks(this.#blocks, setting),
      setting,
      maxBlocks: this.#maxBlocks,
      plan: blockPlan(this.#subjects.candidate.plan, this.#order({ side: 'candidate', pair: 1 })),
      stopped: this.#stopped ?? stopBetween(signal),
      signal,
      last: this.#last,
      startedAtWallMs: this.#startedAtWallMs,
      servers: this.#looks.results(this.#observation, {
        kind: 'candidate',
        ratePerSecond: this.#ratePerSecond,
      }),
    };
  }
}

/** A stop that came between two blocks. */
function stopBetween(signal: StopSignal | null): Compared['stopped'] {
  return signal === null ? null : { by: 'signal', text: `${signal} was received`, side: 'candidate' };
}

/** The highest rate that the plan holds for a while. */
function rateOf({ load }: Plan): number {
  const stages = load.kind === 'open' ? load.stages : [];
  const rates = stages.flatMap((stage) => (stage.kind === 'constant' ? [stage.ratePerSecond] : []));
  const highest = Math.max(0, ...rates);
  if (highest > 0) return highest;
  throw new UsageError('a comparison needs a constant arrival rate, and the plan has none', {
    hint: 'give one with --rate: a closed loop sends less to whoever is slower, and ramps are not judged',
  });
}
