/** One look at a whole fleet: which servers are running near maximum capacity? */

import { setMaxListeners } from 'node:events';
import { safeText } from '../../core/text.ts';
import type { FleetReport } from '../../report/fleet/model.ts';
import { judgeFleet } from '../../verdict/fleet/judge-fleet.ts';
import type { LostAnswer } from '../../verdict/fleet/lost.ts';
import type { FleetRow } from '../../verdict/fleet/row.ts';
import type { FleetRules } from '../../verdict/fleet/view.ts';
import { EXIT } from '../exit.ts';
import type { HistoryPlace } from '../history/open.ts';
import type { World } from '../world.ts';
import { Limiter } from './limiter.ts';
import { keepWindows, type Seen, withPast } from './remembered.ts';
import { askPrometheus, type PrometheusQuery } from './scraped.ts';
import { type FleetServer, guardFleet } from './servers.ts';
import { type VisitSettings, visit } from './visit.ts';

/** What is asked. */
export interface FleetQuestion {
  /** As `serversOf` finds them. */
  readonly servers: readonly FleetServer[];
  /** A Prometheus server that tells of more; null: none. */
  readonly prometheus: PrometheusQuery | null;
  readonly rules: FleetRules;
  readonly settings: VisitSettings;
  /** Somebody answers for the servers. */
  readonly owned: boolean;
  /** Null: nothing is read from the history, nor kept. */
  readonly history: HistoryPlace | null;
  /** Ends the look early: what was not found out then is not known. */
  readonly stop: AbortSignal;
}

/** Servers under way at once: each holds a connection or two for as long as the looks are apart. */
const SERVERS_AT_ONCE = 1_000;

/** Looks that begin at once: of a thousand at once, each would wait for all the others, and count as silent. */
const LOOKS_AT_ONCE = 48;

/** Pages of a first and a second look at most. */
const PAGES = 8;

/**
 * Looks at every server and judges them together.
 *
 * @throws UsageError when a public address would get a load, and nobody says that it is his; nothing was sent then
 */
export async function lookAtFleet(question: FleetQuestion, world: World): Promise<FleetReport> {
  const { servers, prometheus, rules, settings, history } = question;
  guardFleet(servers, (1000 * (PAGES + settings.probes)) / Math.max(1000, settings.apartMs), question.owned);
  const startedMs = world.clock.wallMs();
  const startMs = world.clock.nowMs();
  const [visited, scraped] = await Promise.all([
    visitAll(question, world),
    prometheus === null ? null : askPrometheus(prometheus, world, settings),
  ]);
  const found = [...visited, ...apart(scraped?.servers ?? [], visited)];
  const seen = await withPast(found, startedMs, history);
  await keepWindows(seen, startedMs, history);
  const verdict = judgeFleet(
    seen.map(({ facts }) => facts),
    rules,
  );
  const reasons = reasonsFor(verdict, scraped?.failure ?? null);
  const status =
    scraped !== null && scraped.failure !== null && verdict.status === 'pass'
      ? 'inconclusive'
      : verdict.status;
  return {
    schema: 'headroom.fleet/1',
    startedAt: new Date(startedMs).toISOString(),
    durationMs: world.clock.nowMs() - startMs,
    near: rules.near,
    counts: verdict.counts,
    servers: verdict.rows.map(safeRow),
    lost: verdict.lost === null ? null : safeLost(verdict.lost),
    verdict: { status, reasons },
    exitCode: EXIT[status],
  };
}

async function visitAll({ servers, settings, stop }: FleetQuestion, world: World): Promise<Seen[]> {
  // Every server under way waits for it.
  setMaxListeners(0, stop);
  const looks = new Limiter(LOOKS_AT_ONCE);
  const visits = new Limiter(SERVERS_AT_ONCE);
  return Promise.all(
    servers.map((server) =>
      visits.run(async () => ({ server, facts: await visit(server, { world, settings, looks, stop }) })),
    ),
  );
}

/** Those of Prometheus that were not asked themselves. */
function apart(facts: readonly Seen['facts'][], visited: readonly Seen[]): Seen[] {
  const known = new Set(visited.map(({ facts: { name } }) => name));
  return facts.filter(({ name }) => !known.has(name)).map((each) => ({ server: null, facts: each }));
}

function reasonsFor(
  { status, text }: Pick<ReturnType<typeof judgeFleet>, 'status' | 'text'>,
  failure: string | null,
): FleetReport['verdict']['reasons'] {
  const code = status === 'fail' ? 'NEAR_CAPACITY' : status === 'pass' ? 'FLEET_FINE' : 'LOW_OBSERVABILITY';
  const lost = failure === null ? [] : [{ code: 'PROMETHEUS_UNREADABLE', text: failure }];
  return [{ code, text }, ...lost];
}

/** Names come from people and DNS, evidence from servers. */
function safeRow(row: FleetRow): FleetRow {
  return { ...row, server: safeText(row.server), evidence: safeText(row.evidence) };
}

function safeLost({ lost, others, breaks, nears, text }: LostAnswer): NonNullable<FleetReport['lost']> {
  const safe = (name: string): string => safeText(name);
  return { lost: safe(lost), others, breaks: breaks.map(safe), nears: nears.map(safe), text: safe(text) };
}
