import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeReport } from '../../../src/report/json.ts';
import { type PagerTestReport, renderPagerTest } from '../../../src/report/pager/test.ts';
import { textWidth } from '../../../src/report/terminal/layout.ts';
import { plant, plantedTexts } from '../../support/hostile-text.ts';

const PLAIN = { color: false, width: 80, unicode: true };

function reportOf(status: 'accepted' | 'failed' | 'refused'): PagerTestReport {
  return {
    schema: 'headroom.pager-test/1',
    tool: { name: 'headroom', version: '0.1.0', node: 'v20.20.2' },
    check: 'followers',
    dedupKey: 'headroom/followers/test/id-1',
    startedAt: '2026-11-22T11:00:00.000Z',
    channels: [
      {
        name: 'oncall',
        kind: 'pagerduty',
        works: status === 'accepted',
        steps: [
          { step: 'trigger', status, attempts: 3, tookMs: 2030, text: 'answered 503: try again' },
          { step: 'resolve', status: 'accepted', attempts: 1, tookMs: 31, text: 'answered 202' },
        ],
      },
      {
        name: 'hc',
        kind: 'healthchecks',
        works: true,
        steps: [{ step: 'log', status: 'accepted', attempts: 1, tookMs: 12, text: 'answered 200: OK' }],
      },
    ],
    exitCode: status === 'accepted' ? 0 : 1,
  };
}

describe('the report of a test of the pagers', () => {
  test('says of each notifier what it answered, and how long it took', () => {
    expect(renderPagerTest(reportOf('failed'), PLAIN)).toBe(`NO SOUND  1 of 2 notifiers did not take it
headroom 0.1.0 · node 20.20.2 · 2026-11-22T11:00:00.000Z

oncall  pagerduty  ✗
  ✗ trigger  failed in 2.03s, 3 attempts: answered 503: try again
  ✓ resolve  accepted in 31ms: answered 202

hc  healthchecks  ✓
  ✓ log      accepted in 12ms: answered 200: OK

Accepted means that the service took it: look whether it reached you. The alert
was headroom/followers/test/id-1.
`);
  });

  test('says so when all of them took it', () => {
    expect(renderPagerTest(reportOf('accepted'), PLAIN)).toMatch(/^SOUND {2}2 notifiers answered\n/);
  });

  test('cuts a name that a line has no room for', () => {
    const report = reportOf('accepted');
    const channels = report.channels.map((channel) => ({ ...channel, name: `  ${'x'.repeat(90)}` }));
    const text = renderPagerTest({ ...report, channels }, PLAIN);
    expect(text).toContain(`\n${'x'.repeat(37)}`);
    expect(text.split('\n').filter((line) => textWidth(line) > 80)).toEqual([]);
  });

  test('stays within the width, and shows nothing that a terminal obeys', () => {
    fc.assert(
      fc.property(plantedTexts, fc.boolean(), (texts, unicode) => {
        const report = plant(reportOf('refused'), texts);
        const steps = report.channels.map((channel) => ({
          ...channel,
          steps: channel.steps.map((step) => ({ ...step, step: 'log' as const })),
        }));
        const text = renderPagerTest({ ...report, channels: steps }, { ...PLAIN, unicode });
        expect(text).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}\p{Cs}]/u);
        const wide = text.split('\n').filter((line) => line.startsWith('  ') && textWidth(line) > 80);
        expect(wide).toEqual([]);
      }),
    );
  });

  test('is JSON that holds the same', () => {
    expect(JSON.parse(encodeReport(reportOf('failed')))).toEqual(reportOf('failed'));
  });
});
