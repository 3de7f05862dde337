/** The report of `headroom probe`: the first request as a waterfall of its phases, and several as a table too. */

import { PHASES } from '../../core/attempt.ts';
import { isSecretHeader } from '../../core/text.ts';
import { formatBytes } from '../../core/units.ts';
import { formatCount, formatDuration, plural } from '../format.ts';
import type { ReportOptions } from '../options.ts';
import type { ProbeReport, ProbeRequest, TlsFacts } from '../probe-report.ts';
import { createInk, type Ink } from '../terminal-ink.ts';
import { tableLines } from '../terminal-table.ts';
import { cut, type Entry, entryLines, flow, hanging, INDENT, inset, section, textOf } from './layout.ts';
import { badgeLines } from './verdict.ts';

/** Days before the end of a certificate from which it is pointed out. */
const EXPIRES_SOON_DAYS = 30;

/** Headers that tell what answered; the others are shown when verbose. */
const TELLING = [
  'server',
  'content-type',
  'content-encoding',
  'cache-control',
  'age',
  'via',
  'location',
  'retry-after',
];

/** The report as people read it; ends with a newline. */
export function renderProbe(report: ProbeReport, options: ReportOptions): string {
  const ink = createInk(options);
  const { requests } = report;
  const [first, ...later] = requests;
  const answered = requests.findLast(({ headers }) => headers.length > 0);
  const lines = [
    ...badgeLines(report.verdict, fallback(first, later), ink),
    ...hanging(ink, '', ink.plain(`${report.method} ${report.url}`)),
    ...(first === undefined ? [] : factLines(first, ink)),
    ...(first === undefined ? [] : section(ink, phasesTitle(later), { lines: waterfall(first, ink) })),
    ...(first !== undefined && later.length === 0
      ? []
      : section(ink, plural(requests.length, 'request'), { lines: tableOf(requests, ink) })),
    ...requests.flatMap((request, index) => failureLine(request, index, ink)),
    ...(report.tls === null ? [] : section(ink, 'TLS', { lines: tlsLines(report.tls, ink) })),
    ...(answered === undefined ? [] : section(ink, 'Headers', { lines: headerLines(answered, ink) })),
  ];
  return textOf(lines);
}

/** The first request opens the connection that the later ones may reuse: it is told apart from them. */
function fallback(first: ProbeRequest | undefined, later: readonly ProbeRequest[]): string {
  if (first === undefined) return 'no request was sent';
  const outcome = `${first.status ?? first.cause ?? 'no answer'} in ${formatDuration(first.totalMs)}`;
  const usual = median(later.map(({ totalMs }) => totalMs).sort((a, b) => a - b));
  return usual === null ? outcome : `${outcome}, then ${formatDuration(usual)}`;
}

function phasesTitle(later: readonly ProbeRequest[]): string {
  return later.length === 0 ? 'Phases' : 'Phases of the first request';
}

function factLines({ status, httpVersion, remote, reused, bytes }: ProbeRequest, ink: Ink): string[] {
  const facts = [
    ...(status === null ? [] : [`status ${status}`]),
    ...(httpVersion === null ? [] : [`HTTP/${httpVersion}`]),
    ...(remote === null ? [] : [remote]),
    reused ? 'kept-alive connection' : 'fresh connection',
    `${formatBytes(bytes)} received`,
  ];
  return flow(
    facts.map((fact) => cut(ink, ink.plain(fact), ink.width)),
    ink.width,
  ).map((line) => ink.faint(line));
}

/** One bar per phase, where it began and as long as it took; the rest of the total is our own. */
function waterfall({ phases, totalMs }: ProbeRequest, ink: Ink): string[] {
  const room = Math.min(60, ink.width - INDENT - 8 - 2 - 8 - 2);
  const scale = totalMs > 0 ? room / totalMs : 0;
  let beganMs = 0;
  const rows: string[][] = [];
  for (const phase of PHASES) {
    const tookMs = phases[phase];
    if (tookMs === null) continue;
    const from = Math.min(room - 1, Math.floor(beganMs * scale));
    const length = Math.max(0, Math.min(room - from, Math.round(tookMs * scale)));
    const bar = length === 0 ? '·' : '█'.repeat(length);
    rows.push([phase, ink.plain(formatDuration(tookMs)), ' '.repeat(from) + ink.plain(bar)]);
    beganMs += tookMs;
  }
  return tableLines([...rows, [ink.strong('total'), ink.strong(ink.plain(formatDuration(totalMs)))]], {
    aligns: 'lrl',
  });
}

function tableOf(requests: readonly ProbeRequest[], ink: Ink): string[] {
  const row = (label: string, values: readonly (number | null)[]): string[][] => {
    const known = values.filter((value) => value !== null).sort((a, b) => a - b);
    if (known.length === 0) return [];
    const shown = [known[0], median(known), known.at(-1)].map((value) =>
      ink.plain(formatDuration(value ?? null)),
    );
    return [[label, formatCount(known.length), ...shown]];
  };
  const head = ['', 'n', 'min', 'median', 'max'].map((cell) => (cell === '' ? '' : ink.faint(cell)));
  return [
    ...tableLines(
      [
        head,
        ...PHASES.flatMap((phase) =>
          row(
            phase,
            requests.map(({ phases }) => phases[phase]),
          ),
        ),
        ...row(
          'total',
          requests.map(({ totalMs }) => totalMs),
        ),
      ],
      { aligns: 'lrrrr' },
    ),
    ...flow(outcomeParts(requests, ink), ink.width - INDENT),
  ];
}

function outcomeParts(requests: readonly ProbeRequest[], ink: Ink): string[] {
  const counts = new Map<string, number>();
  const ofOne = requests.every(({ target }) => target === requests[0]?.target);
  for (const { target, status, cause } of requests) {
    const outcome = `${ofOne ? '' : `${target}: `}${status ?? cause ?? 'no answer'}`;
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  return [...counts].map(([outcome, count]) => ink.plain(`${outcome} × ${formatCount(count)}`));
}

/** Middle of ascending values; between the two middle ones when their number is even. */
function median(ascending: readonly number[]): number | null {
  const low = ascending[Math.floor((ascending.length - 1) / 2)];
  const high = ascending[Math.floor(ascending.length / 2)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}

function failureLine({ cause, detail }: ProbeRequest, index: number, ink: Ink): string[] {
  if (cause === null) return [];
  const lead = `${ink.bad(ink.plain(`${index + 1}. ${cause}`))}  `;
  return hanging(ink, `  ${lead}`, ink.plain(detail ?? 'no detail is known'));
}

function tlsLines(facts: TlsFacts, ink: Ink): string[] {
  const inner = inset(ink);
  const entry = (name: string, text: string | null): Entry[] =>
    text === null ? [] : [[name, ink.plain(text)]];
  const { protocol, cipher, subject, issuer, altNames, verificationError } = facts;
  return entryLines(inner, [
    ...entry('protocol', [protocol, cipher].filter((fact) => fact !== null).join(', ') || null),
    ...entry('subject', subject),
    ...entry('issuer', issuer),
    ...entry('names', plural(altNames.length, 'subject alternative name')),
    ...expiryEntry(facts, ink),
    ...entry(ink.bad('untrusted'), verificationError),
  ]);
}

function expiryEntry({ validTo, daysLeft }: TlsFacts, ink: Ink): Entry[] {
  if (daysLeft === null) return [];
  const on = validTo === null ? '' : ` (${validTo.slice(0, 10)})`;
  if (daysLeft < 0) return [[ink.bad('expired'), ink.plain(`${plural(-daysLeft, 'day')} ago${on}`)]];
  const text = `in ${plural(daysLeft, 'day')}${on}`;
  if (daysLeft >= EXPIRES_SOON_DAYS) return [['expires', ink.plain(text)]];
  return [[ink.unsure('expires'), ink.plain(`${text}: renew it soon`)]];
}

function headerLines({ headers }: ProbeRequest, ink: Ink): string[] {
  const inner = inset(ink);
  const shown = ink.verbose ? headers : headers.filter(([name]) => TELLING.includes(name.toLowerCase()));
  const rest = headers.length - shown.length;
  const entries = shown.map(
    ([name, value]): Entry => [
      ink.faint(cut(ink, ink.plain(name), Math.floor(ink.width / 3))),
      ink.plain(isSecretHeader(name) ? '(hidden)' : value),
    ],
  );
  return [...entryLines(inner, entries), ...(rest === 0 ? [] : [ink.faint(`and ${formatCount(rest)} more`)])];
}
