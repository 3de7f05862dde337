/** The looks at servers as they are kept: of long runs neighbours are put together, so that they stay few. */

import type { ServerLook, ServerLooks, Signal, SignalState } from '../../core/server/signal.ts';

/** Most looks that are kept of a server: as many as the windows of a run's series. */
const MOST_LOOKS = 1200;

/** Most servers whose looks are kept; of more than these a run has no use. */
export const MOST_SERVERS = 100;

/** From the best to the worst; what nobody can judge is no worse than what is fine. */
const STATES: readonly SignalState[] = ['unknown', 'ok', 'near', 'saturated'];

/** Looks at several servers, at most {@link MOST_SERVERS} of them and 1200 of each. */
export class LooksBook {
  readonly #servers = new Map<string, ServerLog>();

  /** Adds a look at a server. False: there are too many servers, and it was left out. */
  add(server: string, look: ServerLook): boolean {
    const known = this.#servers.get(server);
    if (known === undefined && this.#servers.size >= MOST_SERVERS) return false;
    const log = known ?? new ServerLog();
    if (known === undefined) this.#servers.set(server, log);
    log.add(look);
    return true;
  }

  /** All of them, in the order in which the servers were first seen. */
  all(): ServerLooks[] {
    return [...this.#servers].map(([server, log]) => ({ server, looks: [...log.looks] }));
  }
}

class ServerLog {
  looks: ServerLook[] = [];
  /** Neighbours that together tell of no more than this are put together, ms; 0: none are. */
  #widthMs = 0;

  add(look: ServerLook): void {
    const last = this.looks.at(-1);
    if (last !== undefined && last.spanMs + look.spanMs <= this.#widthMs) {
      this.looks[this.looks.length - 1] = joinLooks(last, look);
      return;
    }
    this.looks.push(look);
    if (this.looks.length > MOST_LOOKS) this.#thin();
  }

  #thin(): void {
    // Looks come a little early or late: a quarter more takes in two that are a little long.
    this.#widthMs = Math.max(this.#widthMs, ...this.looks.slice(0, 10).map(({ spanMs }) => spanMs)) * 2.25;
    const thinned: ServerLook[] = [];
    for (const look of this.looks) {
      const last = thinned.at(-1);
      if (last !== undefined && last.spanMs + look.spanMs <= this.#widthMs) {
        thinned[thinned.length - 1] = joinLooks(last, look);
      } else thinned.push(look);
    }
    this.looks = thinned;
  }
}

/**
 * Two looks that follow each other, as one: a mean by their lengths, of a p99 the larger, since it has no mean. A resource
 * that one of them did not tell of is told of by the other alone. State and evidence are those of the worse, signs those of both.
 */
export function joinLooks(first: ServerLook, second: ServerLook): ServerLook {
  const later = new Map(second.signals.map((signal) => [signal.resource, signal]));
  const joined = first.signals.map((signal) => {
    const other = later.get(signal.resource);
    later.delete(signal.resource);
    if (other === undefined) return signal;
    return joinSignals({ signal, spanMs: first.spanMs }, { signal: other, spanMs: second.spanMs });
  });
  const look = {
    atMs: second.atMs,
    spanMs: first.spanMs + second.spanMs,
    signals: [...joined, ...later.values()],
  };
  const reachMs = Math.max(first.reachMs ?? 0, second.reachMs ?? 0);
  return reachMs > 0 ? { ...look, reachMs: reachMs + second.spanMs } : look;
}

interface Lasting {
  readonly signal: Signal;
  readonly spanMs: number;
}

function joinSignals(first: Lasting, second: Lasting): Signal {
  const [a, b] = [first.signal, second.signal];
  const worse = STATES.indexOf(b.state) > STATES.indexOf(a.state) ? b : a;
  const share = first.spanMs + second.spanMs > 0 ? first.spanMs / (first.spanMs + second.spanMs) : 0.5;
  const mean = (x: number, y: number): number => x * share + y * (1 - share);
  const [x, y] = [a.utilization, b.utilization];
  const signs = [...new Set([...(a.signs ?? []), ...(b.signs ?? [])])];
  return {
    ...worse,
    ...(signs.length === 0 ? {} : { signs }),
    value: a.resource === 'run-queue' ? Math.max(a.value, b.value) : mean(a.value, b.value),
    utilization: x === null || y === null ? (x ?? y) : mean(x, y),
  };
}
