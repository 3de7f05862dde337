/** `headroom fleet TARGET...`: which servers are running near maximum capacity? */

import { Interrupted } from '../../app/exit.ts';
import { lookAtFleet } from '../../app/fleet/fleet.ts';
import { serversOf } from '../../app/fleet/servers.ts';
import type { HistoryPlace } from '../../app/history/open.ts';
import { type Destinations, publishReport } from '../../app/publish.ts';
import type { StopSignal } from '../../app/world.ts';
import { destinationsFor, outcomeOf } from '../delivery.ts';
import { historyPlace } from '../history/place.ts';
import type { Outcome, Session } from '../session.ts';
import { openScreen } from './screen.ts';
import { type FleetWish, fleetWish } from './wish.ts';

/** Runs the command: 0 none is near, 1 one or more is near, saturated or down, 3 not all can be told. */
export async function fleetCommand(session: Session): Promise<Outcome> {
  const destinations = destinationsFor(session, 'other');
  const wish = fleetWish(session);
  const stop = new AbortController();
  let signal: StopSignal | null = null;
  const off = session.world.onSignal((came) => {
    signal ??= came;
    stop.abort();
  });
  const history = toldOnce(historyPlace(session));
  const looking = { session, wish, destinations, history, stop: stop.signal };
  try {
    const outcome = wish.watchMs === null ? await lookOnce(looking) : await watch(looking, wish.watchMs);
    if (outcome !== null) return outcome;
    throw new Interrupted(signal ?? 'SIGINT');
  } finally {
    off();
  }
}

/** A history that cannot be used is a remark once, however often it is tried. */
function toldOnce(place: HistoryPlace | null): HistoryPlace | null {
  if (place === null) return null;
  const told = new Set<string>();
  const say = (line: string): void => {
    if (!told.has(line)) place.say(line);
    told.add(line);
  };
  return { ...place, say };
}

interface Looking {
  readonly session: Session;
  readonly wish: FleetWish;
  readonly destinations: Destinations;
  readonly history: HistoryPlace | null;
  readonly stop: AbortSignal;
}

type Report = Awaited<ReturnType<typeof lookAtFleet>>;

/** A look; null when it was stopped: a part of a fleet is no answer. */
async function look({ session, wish, history, stop }: Looking): Promise<Report | null> {
  const { world, flags } = session;
  const report = await lookAtFleet(
    {
      servers: await serversOf(wish.targets, world),
      prometheus: wish.prometheus,
      rules: { near: wish.near, workers: wish.workers },
      settings: wish.settings,
      owned: flags.has('yesIOwnThis'),
      history,
      stop,
    },
    world,
  );
  return stop.aborted ? null : report;
}

async function lookOnce(looking: Looking): Promise<Outcome | null> {
  const { session } = looking;
  const report = await look(looking);
  return report === null ? null : outcomeOf(report.exitCode, await shown(report, looking), session);
}

function shown(report: Report, { wish, destinations, session }: Looking): ReturnType<typeof publishReport> {
  const servers = wish.top === null ? report.servers : report.servers.slice(0, wish.top);
  return publishReport({ ...report, servers }, destinations, session.world);
}

/** Looks until stopped, or until nobody reads any more; the outcome is that of the last whole look. Null when there was none. */
async function watch(looking: Looking, everyMs: number): Promise<Outcome | null> {
  const { session, destinations, stop } = looking;
  const { clock, stdout } = session.world;
  const screen = openScreen(session.world, destinations.stdout === 'text');
  let last: { readonly report: Report; readonly lost: Awaited<ReturnType<typeof shown>> } | null = null;
  try {
    while (!stop.aborted) {
      const startMs = clock.nowMs();
      const report = await look(looking);
      if (report === null) break;
      screen.begin();
      last = { report, lost: await shown(report, looking) };
      screen.end();
      const pause = clock.sleep(Math.max(0, startMs + everyMs - clock.nowMs()), stop);
      // A reader that is slow, not gone, must not keep Ctrl-C waiting.
      const delivery = await Promise.race([stdout.settled(), pause]);
      if (delivery !== undefined && delivery.kind !== 'delivered') break;
      await pause;
    }
  } finally {
    screen.close();
  }
  if (last === null) return null;
  if (screen.isLive) await shown(last.report, looking);
  return outcomeOf(last.report.exitCode, last.lost, session);
}
