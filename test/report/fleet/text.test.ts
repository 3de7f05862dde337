/** A look at a fleet as people read it. */

import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import type { FleetReport } from '../../../src/report/fleet/model.ts';
import { renderFleet } from '../../../src/report/fleet/text.ts';
import { textWidth } from '../../../src/report/terminal/layout.ts';
import { judgeFleet } from '../../../src/verdict/fleet/judge-fleet.ts';
import { answered, busy, calmOf, same, server, signal } from '../../verdict/fleet/sample-facts.ts';

const HOSTILE = ['\u001b[2J', '\u009b31m\r', '\u202ex\u2066', '\n::error::', '##[group]'];

const PLAIN = { color: false, width: 80, unicode: true };

function reportOf(names: readonly string[] = ['api-1', 'api-2', 'api-3', 'api-4', 'api-5']): FleetReport {
  const [a = '', b = '', c = '', d = '', e = ''] = names;
  const evidence = names === HOSTILE ? names.join('') : '1.94 of 2 cores';
  const hot = { signals: [signal('cpu', 0.97, { evidence })], ageMs: 40_000, ratePerSecond: 90 };
  const verdict = judgeFleet(
    [
      busy(b, 0.5, { ratePerSecond: 60, capacityPerSecond: 110 }),
      server(a, hot),
      server(c, { reach: { isAlive: false, failure: 'the connection was refused' } }),
      server(d, { latency: answered(same(15, 40), { calm: calmOf(same(10, 40)) }) }),
      server(e),
    ],
    { near: 0.8, workers: 64 },
  );
  return {
    schema: 'headroom.fleet/1',
    startedAt: '2026-11-29T10:00:00.000Z',
    durationMs: 3210,
    near: 0.8,
    counts: verdict.counts,
    servers: verdict.rows,
    lost: verdict.lost,
    verdict: { status: verdict.status, reasons: [{ code: 'NEAR_CAPACITY', text: verdict.text }] },
    exitCode: 1,
  };
}

test('the answer first, then what needs somebody, what cannot be told, what is fine, and who breaks', () => {
  expect(renderFleet(reportOf(), PLAIN)).toBe(`\
✗ 1 of 5 servers at or beyond 80% of capacity, 1 down, 2 that cannot be told
  looked for 3.2s

Needs somebody
        server  used  limited by     left  rate  sure
  DOWN  api-3      –  –                 –     –  high
    the connection was refused
  NEAR  api-1    97%  cpu         ~2.78/s  90/s  medium
    cpu 97%: 1.94 of 2 cores (40s old)

Low observability: not known to be fine
           server    used  limited by  left  rate  sure
  UNKNOWN  api-4   33–98%  latency        –     –  low
    answers in 15ms (median of 40), 1.5 times its calm 10ms: 33% to 98% busy
    with 1 to 64 workers; it tells nothing of its load
  UNKNOWN  api-5        –  –              –     –  low
    it tells nothing of its load, and no calm moment of it is kept

Fine
      server  used  limited by  left  rate  sure
  OK  api-2    50%  cpu         50/s  60/s  high
    cpu 50%: test

✗ If api-1 were lost, api-2 would be at 125%; not counted: 2 servers that tell
  no load.
`);
});

test.each([40, 48, 60, 80, 200])('nothing is wider than %i columns, whatever the names', (width) => {
  const names = [
    'a-name-that-is-as-long-as-names-in-clouds-are.eu-central-1.internal:8080',
    'b',
    'c',
    'd',
    'e',
  ];
  for (const unicode of [true, false]) {
    const text = renderFleet(reportOf(names), { color: true, width, unicode });
    for (const line of text.split('\n')) expect(textWidth(line)).toBeLessThanOrEqual(width);
  }
});

test('where only ASCII can be shown there is nothing else', () => {
  expect(renderFleet(reportOf(), { ...PLAIN, unicode: false })).toMatch(/^[\n -~]*$/);
});

test('names and evidence move no terminal and command no CI service', () => {
  const text = renderFleet(reportOf(HOSTILE), PLAIN);
  expect(stripVTControlCharacters(text)).toBe(text);
  expect(text.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  expect(text).not.toContain('##[');
  expect(text).not.toMatch(/^\s*::/m);
});

test('what is not shown is counted', () => {
  const report = reportOf();
  expect(renderFleet({ ...report, servers: report.servers.slice(0, 2) }, PLAIN)).toContain(
    '2 of 5 servers shown',
  );
});
