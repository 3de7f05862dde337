/** What a finding about a server shows: numbers, and sentences about them. */

import { RESOURCES, type Resource, type ServerLooks } from '../../core/server/signal.ts';
import { redactUrl, safeText } from '../../core/text.ts';
import { formatDurationMs, formatRate } from '../../core/units.ts';
import { serverNameOf } from '../../plan/observe/server-name.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ServerIndicator } from '../../plan/question/server-indicator.ts';
import { CONFIDENCE } from '../../record/summary.ts';
import { meanInterval } from '../../stats/batches/batch-means.ts';
import { isWithin } from '../../stats/binomial.ts';
import type { Finding, Reason, Status } from '../finding.ts';
import { formatValue, unitOf } from '../objective/because.ts';
import { type Content, noContent } from '../objective/content.ts';
import { ALPHA } from '../objective/evidence.ts';
import type { Question } from '../objective/question.ts';
import { LOOKS_MIN, type ServerSight, tells } from './looks-evidence.ts';

/** How many servers, or sources of one, a sentence lists. */
const LISTED = 4;

/** What decided, and how; `sight` undefined: no server told of the resource. */
interface Decided {
  readonly sight: ServerSight | undefined;
  readonly status: Status;
}

/** The content of a finding about a server. */
export function serverContent(
  question: Question,
  indicator: ServerIndicator,
  { sight, status }: Decided,
): Content & Pick<Finding, 'server'> {
  const server = { name: sight === undefined ? null : shownName(sight.server), resource: indicator.resource };
  if (question.spans.length === 0) return { ...noContent(question), server };
  if (sight === undefined || sight.mean === null) return { ...unknown(question, indicator, sight), server };
  const { low, high } = meanInterval(sight.mean, CONFIDENCE);
  const isKnown = sight.looks >= LOOKS_MIN;
  const shown = {
    value: sight.mean.mean,
    // Nothing that a server tells is negative.
    low: isKnown && low !== null ? Math.max(0, low) : null,
    high: isKnown ? high : null,
  };
  return {
    ...shown,
    count: null,
    exceeded: null,
    reason: status === 'inconclusive' ? undecided(sight, indicator) : null,
    because: sentence(question, indicator, { sight, shown }),
    moreRequests: null,
    server,
  };
}

function undecided({ looks, evidence, darkMs, server }: ServerSight, { resource }: ServerIndicator): Reason {
  if (looks < LOOKS_MIN) {
    const seen = `${looks} look${looks === 1 ? ' is' : 's are'} too few`;
    const text = `${seen}: a server is judged from ${LOOKS_MIN} looks within a stage of constant rate on.`;
    return { code: 'RUN_TOO_SHORT', text };
  }
  if (darkMs > 0) {
    const text = `Nothing told of the ${resource} of ${shownName(server)} for ${formatDurationMs(darkMs)} of the time that is judged.`;
    return { code: 'SERVER_UNKNOWN', text };
  }
  if (isWithin(evidence.breachProbability, ALPHA)) {
    const text = 'There are signs of a breach, too weak to count where several things are judged at once.';
    return { code: 'UNDECIDED', text };
  }
  const text = 'The limit lies inside the interval of what was seen; a longer run narrows it.';
  return { code: 'UNDECIDED', text };
}

/** The content where nobody told of the resource. */
function unknown(
  { measured }: Question,
  { resource, server }: ServerIndicator,
  sight: ServerSight | undefined,
): Content {
  const text = unknownText(measured, resource, sight?.server ?? server);
  return {
    value: null,
    low: null,
    high: null,
    count: null,
    exceeded: null,
    reason: { code: 'SERVER_UNKNOWN', text },
    because: text,
    moreRequests: null,
  };
}

function unknownText(
  { servers = [], plan }: Question['measured'],
  resource: Resource,
  name: string | null,
): string {
  if (servers.length === 0) return `No server was looked at, so nothing can be said of its ${resource}.`;
  const looked = servers.find(({ server }) => server === name);
  if (looked !== undefined && tells(looked, resource)) {
    const reachMs = Math.max(0, ...looked.looks.map((look) => look.reachMs ?? 0));
    const why = reachMs > 0 ? `; what it tells is of the last ${formatDurationMs(reachMs)}` : '';
    return `No look at ${shownName(looked.server)} within a stage of constant rate told of its ${resource}${why}.`;
  }
  if (name !== null && (looked?.looks.length ?? 0) === 0) {
    return `Nothing could be read of ${shownName(name)}${sourcesOf(plan, name)}, so nothing can be said of its ${resource}.`;
  }
  const listed = (looked === undefined ? servers : [looked]).slice(0, LISTED);
  const told = listed.map((each) => {
    return `${shownName(each.server)}${sourcesOf(plan, each.server)} told of ${toldOf(each)}`;
  });
  const more = looked === undefined && servers.length > LISTED ? `; and ${servers.length - LISTED} more` : '';
  return `No source told of ${resource}: ${told.join('; ')}${more}.`;
}

/** The sources of a server in brackets; nothing where the plan names none for it. */
function sourcesOf({ observe = [] }: Plan, name: string): string {
  const own = observe.filter((source) => serverNameOf(source, {}) === name).slice(0, LISTED);
  const texts = own.map(({ kind, url }) => (url === null ? kind : `${kind} at ${redactUrl(url)}`));
  return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
}

function toldOf({ looks }: ServerLooks): string {
  const told = new Set(looks.flatMap(({ signals }) => signals.map(({ resource }) => resource)));
  const known = RESOURCES.filter((resource) => told.has(resource));
  return known.length === 0 ? 'nothing' : known.join(', ');
}

interface Told {
  readonly sight: ServerSight;
  readonly shown: Pick<Finding, 'value' | 'low' | 'high'>;
}

function sentence(question: Question, indicator: ServerIndicator, { sight, shown }: Told): string {
  const { objective } = question;
  const unit = unitOf(indicator);
  const { low, high, value } = shown;
  const between =
    low === null || high === null
      ? ''
      : `, with 95% confidence between ${formatValue(low, unit)} and ${formatValue(high, unit)}`;
  const most = sight.most === null || sight.looks < 2 ? '' : `, at most ${formatValue(sight.most, unit)}`;
  const looks = `${sight.looks} look${sight.looks === 1 ? '' : 's'}`;
  const asked = `asked for ${objective.op} ${formatValue(objective.limit, unit)}`;
  const mean = value === null ? '' : formatValue(value, unit);
  const what = `The ${indicator.resource} of ${shownName(sight.server)} was ${mean} over ${looks}`;
  return `${what}${placeOf(sight)}${between}${most}; ${asked}.${mute(question, indicator)}`;
}

function placeOf({ span: { isWhole, ratePerSecond } }: ServerSight): string {
  return isWhole || ratePerSecond === null ? '' : ` in the stage at ${formatRate(ratePerSecond)}`;
}

/** Servers that were read and never told of the resource: they are no part of what was judged. */
function mute({ measured: { servers = [] } }: Question, { resource, server }: ServerIndicator): string {
  if (server !== null) return '';
  const others = servers.filter((each) => each.looks.length > 0 && !tells(each, resource));
  if (others.length === 0) return '';
  const listed = others.slice(0, LISTED).map((each) => shownName(each.server));
  const more = others.length > LISTED ? ` and ${others.length - LISTED} more` : '';
  return ` Nothing was told of it by ${listed.join(', ')}${more}.`;
}

/** Names may come from a server. */
function shownName(name: string): string {
  return safeText(name, { maxLength: 100 });
}
