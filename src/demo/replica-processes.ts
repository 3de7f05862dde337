/**
 * The replicas as processes: starts them, puts faults in force and ends them, kills and restarts. A replica
 * that dies by itself stays dead until the faults are cleared: the balancer is not to paper over it.
 */

import { Child } from './child-process.ts';
import type { ReplicaSettings } from './child-protocol.ts';
import type { FaultOrder } from './faults.ts';

/** A fault in force. `id` counts from 1 and is never used again. */
export interface Fault extends FaultOrder {
  readonly id: number;
}

/** A replica as the control endpoint shows it. */
export interface ReplicaStatus {
  readonly replica: number;
  readonly url: string;
  /** The same over TLS. */
  readonly secureUrl: string;
  readonly pid: number;
  readonly alive: boolean;
}

interface Member {
  readonly settings: ReplicaSettings;
  child: Child;
}

/** The replicas' processes: started together, killed and started again one by one. */
export class ReplicaProcesses {
  readonly #members: readonly Member[];
  readonly #faults = new Map<number, Fault>();
  readonly #timers = new Map<number, NodeJS.Timeout>();
  #lastId = 0;
  #turn: Promise<void> = Promise.resolve();
  #stopped = false;

  private constructor(members: readonly Member[]) {
    this.#members = members;
  }

  /** Starts all replicas at once. @throws Error when one does not start; the others are ended then */
  static async start(settings: readonly ReplicaSettings[]): Promise<ReplicaProcesses> {
    const starts = await Promise.allSettled(
      settings.map(async (own) => {
        const child = await Child.start(own);
        const { port, securePort } = child.ports;
        return { settings: { ...own, port, securePort }, child };
      }),
    );
    const members = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
    const failure = starts.find((start) => start.status === 'rejected');
    if (failure === undefined) return new ReplicaProcesses(members);
    await Promise.all(members.map(({ child }) => child.kill()));
    throw failure.reason;
  }

  get ports(): number[] {
    return this.#members.map(({ settings }) => settings.port);
  }

  get securePorts(): number[] {
    return this.#members.map(({ settings }) => settings.securePort);
  }

  get statuses(): ReplicaStatus[] {
    return this.#members.map(({ settings, child }) => ({
      replica: settings.replica,
      url: `http://127.0.0.1:${settings.port}`,
      secureUrl: `https://127.0.0.1:${settings.securePort}`,
      pid: child.pid,
      alive: child.alive,
    }));
  }

  get faults(): Fault[] {
    return [...this.#faults.values()];
  }

  /** Puts a fault in force, and has it end by itself when it is for a time. Settles when it bites. */
  async add(order: FaultOrder): Promise<Fault> {
    this.#lastId += 1;
    const fault = { id: this.#lastId, ...order };
    this.#faults.set(fault.id, fault);
    await this.#inTurn(() => this.#enforce());
    if (fault.forMs !== null && this.#faults.has(fault.id)) {
      this.#timers.set(
        fault.id,
        setTimeout(() => void this.clear([fault.id]).catch(() => undefined), fault.forMs),
      );
    }
    return fault;
  }

  /** Ends these faults. Settles when dead replicas that no fault keeps dead listen again. */
  async clear(ids: readonly number[]): Promise<void> {
    for (const id of ids) {
      this.#faults.delete(id);
      clearTimeout(this.#timers.get(id));
      this.#timers.delete(id);
    }
    await this.#inTurn(async () => {
      await this.#revive();
      await this.#enforce();
    });
  }

  /** Ends all replicas. */
  async stop(): Promise<void> {
    this.#stopped = true;
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#turn;
    await Promise.all(this.#members.map(({ child }) => child.stop()));
  }

  /** One change at a time: a kill must not overtake the restart before it. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#turn.then(() => (this.#stopped ? undefined : change()));
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #enforce(): Promise<void> {
    await Promise.all(
      this.#members.map(async (member) => {
        const effects = this.#effectsOn(member);
        if (effects.some(({ kind }) => kind === 'kill')) return member.child.kill();
        const freezes = effects.some(({ kind }) => kind === 'freeze');
        // A stopped process hears nothing: what changes meanwhile it is told when it runs again.
        if (freezes && member.child.frozen) return;
        member.child.resume();
        await member.child.enforce(effects);
        if (freezes) member.child.freeze();
      }),
    );
  }

  async #revive(): Promise<void> {
    await Promise.all(
      this.#members.map(async (member) => {
        if (member.child.alive || this.#effectsOn(member).some(({ kind }) => kind === 'kill')) return;
        member.child = await Child.start(member.settings);
      }),
    );
  }

  #effectsOn({ settings }: Member): FaultOrder['effect'][] {
    return this.faults
      .filter(({ replica }) => replica === 'all' || replica === settings.replica)
      .map(({ effect }) => effect);
  }
}
