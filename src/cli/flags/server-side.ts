/** Flags about what servers tell of themselves, and about where our own measurements go. */

import type { Flag, Group } from './flag.ts';

const OBSERVE: Flag = {
  flags: '--observe <kind=url>',
  text: 'read what a server tells of itself, such as prometheus=http://10.0.0.7:9100/metrics; may be repeated',
  many: true,
};

const DISCOVER: Flag = {
  flags: '--discover',
  text: "look for /metrics, /debug/vars and /debug/pprof/ on the targets' own hosts",
};

const CAPTURE: readonly Flag[] = [
  { flags: '--capture <kind>', text: 'save a profile when an objective breaks', choices: ['pprof'] },
  { flags: '--capture-dir <folder>', text: 'where it is saved (default: .)' },
];

const SENT: readonly Flag[] = [
  {
    flags: '--emit <kind=address>',
    text: 'send our measurements on, such as dogstatsd=udp://127.0.0.1:8125; may be repeated',
    many: true,
  },
  { flags: '--trace', text: 'mark each request with a trace: traceparent and ot-tracer-*' },
  { flags: '--trace-phases', text: 'the phases of a request become spans of its trace' },
  { flags: '--trace-url <url>', text: 'where a trace is looked at, with {trace_id} in it' },
];

const HEADING = 'Server side:';

/** Of a run. */
export const SERVER_SIDE: Group = [HEADING, [OBSERVE, DISCOVER, ...CAPTURE, ...SENT]];

/** Of a canary, which saves nothing. */
export const SERVER_SIDE_WATCHED: Group = [HEADING, [OBSERVE, DISCOVER, ...SENT]];

/** Of commands that send traffic in many trials. */
export const SERVER_SIDE_OF_TRIALS: Group = [HEADING, [OBSERVE, ...SENT]];
