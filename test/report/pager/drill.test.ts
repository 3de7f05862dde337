import { describe, expect, test } from 'vitest';
import { encodeReport } from '../../../src/report/json.ts';
import { type DrillReport, renderDrill } from '../../../src/report/pager/drill.ts';
import { textWidth } from '../../../src/report/terminal/layout.ts';

const LOOK = { color: false, width: 80, unicode: true };

function drill(parts: Partial<DrillReport> = {}): DrillReport {
  return {
    schema: 'headroom.pager-drill/1',
    startedAt: '2026-11-28T10:00:00.000Z',
    check: 'followers',
    fault: 'kill',
    everyMs: 2000,
    expected: { kind: 'offline', detectionMs: 7600, text: 'Three bad runs of five fire.' },
    withinMs: 12_600,
    named: 'offline',
    indicator: 'connect-refused',
    firstBadMs: 2040,
    acceptedMs: 6050,
    acknowledgedMs: 6031,
    firstGoodMs: 1900,
    resolvedMs: 3925,
    runs: 7,
    runsBroken: 3,
    channels: [{ channel: 'pagerduty', acceptedMs: 6050, resolvedMs: 3925, text: '202 Event processed' }],
    timeline: [
      { moment: 'healthy', atMs: -12, text: 'no breach in 20 requests' },
      { moment: 'broken', atMs: 0, text: 'the fault is in force' },
      { moment: 'bad', atMs: 2040, text: 'connection refused in 20 of 20 requests' },
      { moment: 'acknowledged', atMs: 6031, text: 'somebody heard it' },
      { moment: 'accepted', atMs: 6050, text: 'taken by pagerduty' },
      { moment: 'mended', atMs: 6052, text: 'the fault has ended' },
      { moment: 'good', atMs: 7952, text: 'no breach in 20 requests' },
      { moment: 'resolved', atMs: 9977, text: 'taken by pagerduty' },
    ],
    verdict: {
      status: 'pass',
      reasons: [
        { code: 'SOUNDED', text: 'It was acknowledged 6.03s after the fault, named offline, and resolved.' },
      ],
    },
    exitCode: 0,
    ...parts,
  };
}

const FAILED = drill({
  named: 'slow',
  acceptedMs: null,
  acknowledgedMs: null,
  expected: { kind: 'offline', detectionMs: null, text: 'It cannot be detected.' },
  channels: [],
  verdict: {
    status: 'fail',
    reasons: [
      { code: 'NO_SOUND', text: 'No channel accepted an alert within 12.6s of the fault.' },
      { code: 'WRONG_NAME', text: 'The canary named slow, where offline was expected.' },
    ],
  },
  exitCode: 1,
});

describe('renderDrill', () => {
  test('tells what happened when, beside what was computed', async () => {
    await expect(renderDrill(drill(), LOOK)).toMatchFileSnapshot('../../golden/pager-drill.txt');
  });

  test('begins with what is wrong', async () => {
    await expect(renderDrill(FAILED, { ...LOOK, unicode: false })).toMatchFileSnapshot(
      '../../golden/pager-drill-fail-ascii.txt',
    );
  });

  test.each([40, 60, 80, 120])('stays within %i columns, whatever a server said', (width) => {
    const text = `answered \u001b[31m${'very '.repeat(60)}long`;
    const timeline = drill().timeline.map((moment) => ({ ...moment, text }));
    const channels = drill().channels.map((channel) => ({ ...channel, channel: 'a'.repeat(90), text }));
    const lines = renderDrill(drill({ timeline, channels }), { ...LOOK, width }).split('\n');
    expect(lines.filter((line) => textWidth(line) > width)).toEqual([]);
    expect(lines.join('')).not.toContain('\u001b');
  });
});

test('its JSON is itself', () => {
  expect(JSON.parse(encodeReport(drill()))).toEqual(drill());
});
