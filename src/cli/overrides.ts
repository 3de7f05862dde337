/** From flags to what they change in a plan. Values stay text: the plan's own parser reads them. */

import type { Overrides } from '../plan/flags.ts';
import type { Flags } from './options.ts';

/** What the traffic flags ask for. @param url the operand, if one was given */
export function overridesOf(flags: Flags, url: string | undefined): Overrides {
  return { ...requestOf(flags, url), ...loadOf(flags), ...connectionOf(flags), ...serverSideOf(flags) };
}

/**
 * What the flags of a search ask for. Its `--max-duration` bounds the search and not its trials, so the plan hears
 * nothing of it.
 */
export function searchOverridesOf(flags: Flags, url: string | undefined): Overrides {
  const { maxDuration: _, ...plan } = overridesOf(flags, url);
  return { ...plan, ...launchOf(flags) };
}

/**
 * What the flags of a canary ask for. Its rate, its duration and its number of requests are those of one run, and
 * change nothing about the load of the plan.
 */
export function canaryOverridesOf(flags: Flags, url: string | undefined): Overrides {
  return {
    ...requestOf(flags, url),
    ...connectionOf(flags),
    ...serverSideOf(flags),
    seed: flags.text('seed'),
    canary: {
      check: flags.text('check'),
      every: flags.text('every'),
      rate: flags.text('rate'),
      for: flags.text('duration', 'z'),
      requests: flags.text('requests'),
      fail: flags.text('fail'),
      recover: flags.text('recover'),
      remind: flags.text('remind'),
      blind: flags.text('blind'),
      slo: flags.text('slo'),
      period: flags.text('period'),
      certificate: flags.text('certificate'),
      control: flags.text('control'),
      maintenance: someOf(flags.list('maintenance')),
    },
  };
}

function requestOf(flags: Flags, url: string | undefined): Overrides {
  return {
    url,
    method: flags.text('method', 'request'),
    headers: someOf(flags.list('header')),
    body: flags.text('body', 'data'),
    timeout: flags.text('timeout'),
    follow: onlyWhen(flags.has('follow') || flags.has('location')),
    objectives: someOf(flags.list('objective', 'threshold')),
  };
}

function loadOf(flags: Flags): Overrides {
  return {
    rate: flags.text('rate'),
    duration: flags.text('duration', 'z'),
    requests: flags.text('requests'),
    arrivals: flags.text('arrivals'),
    closed: onlyWhen(flags.has('closed')),
    connections: flags.text('connections'),
    warmup: flags.text('warmup'),
    workers: flags.text('workers'),
    seed: flags.text('seed'),
    maxDuration: flags.text('maxDuration'),
    untilDecided: onlyWhen(flags.has('untilDecided')),
  };
}

function launchOf(flags: Flags): Overrides {
  return {
    peak: flags.text('peak'),
    margin: flags.text('margin'),
    zones: flags.text('zones'),
    lose: flags.text('lose'),
    users: flags.text('users'),
    think: flags.text('think'),
    requestsPerVisit: flags.text('requestsPerVisit'),
  };
}

function connectionOf(flags: Flags): Overrides {
  return {
    insecure: onlyWhen(flags.has('insecure')),
    cacert: flags.text('cacert'),
    cert: flags.text('cert'),
    key: flags.text('key'),
    http2: onlyWhen(flags.has('http2')),
    keepalive: flags.denied('keepalive') ? false : undefined,
    proxy: flags.text('proxy'),
    connectTo: someOf(flags.list('connectTo')),
    resolve: someOf(flags.list('resolve')),
    unixSocket: flags.text('unixSocket'),
  };
}

function serverSideOf(flags: Flags): Overrides {
  return {
    observe: someOf(flags.list('observe')),
    discover: onlyWhen(flags.has('discover')),
    emit: someOf(flags.list('emit')),
    trace: onlyWhen(flags.has('trace')),
    tracePhases: onlyWhen(flags.has('tracePhases')),
    traceUrl: flags.text('traceUrl'),
  };
}

/** A flag that was not given leaves the plan as it is. */
function onlyWhen(given: boolean): true | undefined {
  return given ? true : undefined;
}

function someOf(values: readonly string[]): readonly string[] | undefined {
  return values.length === 0 ? undefined : values;
}
