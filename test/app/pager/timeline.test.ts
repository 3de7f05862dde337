import { describe, expect, test } from 'vitest';
import { type DrillFacts, drillReport } from '../../../src/app/pager/timeline.ts';
import { bad, delivery, drillOn, report } from './drill-world.ts';

const FACTS: DrillFacts = {
  startedAt: '2026-11-28T10:00:00.000Z',
  check: 'followers',
  fault: 'kill',
  everyMs: 2000,
  withinMs: 20_000,
  expected: { kind: 'offline', detectionMs: 8000, text: 'Three bad runs of five fire.' },
  asksForAcknowledgement: true,
  isStopped: false,
};

describe('drillReport', () => {
  test('a drill that goes well: times from the fault, and from its end', async () => {
    const { happened } = await drillOn({ acknowledgeMs: 6500 });
    const drill = drillReport(happened, FACTS);
    expect(drill).toMatchObject({
      schema: 'headroom.pager-drill/1',
      named: 'offline',
      indicator: 'connect-refused',
      firstBadMs: 2000,
      acceptedMs: 6000,
      acknowledgedMs: 7000,
      firstGoodMs: 1000,
      resolvedMs: 3000,
      runs: 6,
      runsBroken: 3,
      channels: [{ channel: 'pager', acceptedMs: 6000, resolvedMs: 3000, text: '202 success' }],
      verdict: { status: 'pass' },
      exitCode: 0,
    });
    expect(drill.timeline.map(({ moment, atMs }) => [moment, atMs])).toEqual([
      ['healthy', 0],
      ['broken', 0],
      ['bad', 2000],
      ['accepted', 6000],
      ['acknowledged', 7000],
      ['mended', 7000],
      ['good', 8000],
      ['resolved', 10_000],
    ]);
    expect(Object.keys(drill)).not.toContain('isStopped');
  });

  test('of a drill that was stopped it says no more than that: its time was not up', async () => {
    const { happened } = await drillOn({ stopMs: 4500 });
    const { verdict } = drillReport(happened, { ...FACTS, isStopped: true });
    expect(verdict).toMatchObject({ status: 'fail', reasons: [{ code: 'STOPPED' }] });
    expect(verdict.reasons).toHaveLength(1);
  });

  test.each([
    ['no sound', { broken: () => report(), acknowledgeMs: null }, {}, ['NO_SOUND', 'WRONG_NAME']],
    ['nobody acknowledges', { acknowledgeMs: null }, {}, ['NOT_ACKNOWLEDGED']],
    ['a sound that comes too late', { withinMs: 5500 }, { withinMs: 5500 }, ['NO_SOUND']],
    ['another name', { broken: (count: number) => bad(count, { kind: 'slow' }) }, {}, ['WRONG_NAME']],
    ['no end', { mended: () => report({ state: 'recovering' }) }, {}, ['NOT_RESOLVED']],
    [
      'a channel that takes nothing',
      {
        broken: (count: number) => bad(count, { deliveries: [delivery({ status: 'spooled' })] }),
        acknowledgeMs: null,
      },
      {},
      ['NO_SOUND'],
    ],
  ])('%s fails', async (_name, twist, facts, codes) => {
    const { happened } = await drillOn(twist);
    const { verdict, exitCode } = drillReport(happened, { ...FACTS, ...facts });
    expect(verdict.status).toBe('fail');
    expect(verdict.reasons.map(({ code }) => code)).toEqual(codes);
    expect(exitCode).toBe(1);
  });

  test('a channel that hangs holds up the run, and not the time at which another took it', async () => {
    const deliveries = [
      delivery({ tookMs: 10 }),
      delivery({ channel: 'hangs', status: 'spooled', tookMs: 900 }),
    ];
    const { happened } = await drillOn({
      broken: (count: number) => bad(count, count < 3 ? {} : { deliveries }),
    });
    const { acceptedMs, channels } = drillReport(happened, FACTS);
    expect(acceptedMs).toBe(6000 - 890);
    expect(channels).toMatchObject([
      { channel: 'pager', acceptedMs: 6000 - 890 },
      { channel: 'hangs', acceptedMs: null },
    ]);
  });

  test('a sound that is late says how late, and whether the runs could keep their schedule', async () => {
    const { happened } = await drillOn({ withinMs: 5500 });
    const late = drillReport(happened, { ...FACTS, withinMs: 5500, everyMs: 500 });
    expect(late.verdict.reasons.map(({ code }) => code)).toEqual(['NO_SOUND', 'OVERRUN']);
    expect(late.verdict.reasons[0]?.text).toBe(
      'No channel accepted an alert within 5.5s of the fault, the first one after 6s.',
    );
    expect(late.verdict.reasons[1]?.text).toContain(
      '3 of 3 runs took longer than the 500ms from one to the next',
    );
  });

  test('of several things that a channel was told in one run each has its own time', async () => {
    const deliveries = [
      delivery({ subject: 'flapping', tookMs: 300 }),
      delivery({ tookMs: 400 }),
      delivery({ channel: 'quick', tookMs: 50 }),
    ];
    const { happened } = await drillOn({
      broken: (count: number) => bad(count, count < 3 ? {} : { deliveries }),
    });
    const { acceptedMs, channels } = drillReport(happened, FACTS);
    expect(acceptedMs).toBe(6000 - 650);
    expect(channels).toMatchObject([
      { channel: 'pager', acceptedMs: 6000 },
      { channel: 'quick', acceptedMs: 6000 - 650 },
    ]);
  });

  test('where nobody is asked, acceptance is enough', async () => {
    const { happened } = await drillOn({ asks: false });
    const { verdict } = drillReport(happened, { ...FACTS, asksForAcknowledgement: false });
    expect(verdict.reasons[0]?.text).toContain('accepted 6');
  });

  test('a service that was never healthy is no finding about the pager', async () => {
    const { happened } = await drillOn({ early: () => bad(1) });
    const { verdict, exitCode, timeline } = drillReport(happened, FACTS);
    expect([verdict.status, exitCode]).toEqual(['inconclusive', 3]);
    expect(verdict.reasons[0]?.text).toContain('connection refused in 20 of 20 requests');
    expect(timeline).toEqual([]);
  });

  test('an alert that many runs have shown is named by its incident: none of the runs was bad', async () => {
    const incident = {
      incidentId: 'one',
      subject: 'service',
      kind: 'slow',
      indicator: 'p99 < 250ms',
      severity: 'page',
      since: FACTS.startedAt,
      summary: 'followers is slow',
    } as const;
    const broken = (count: number): ReturnType<typeof report> =>
      report(count < 3 ? {} : { state: 'firing', incidents: [incident], deliveries: [delivery()] });
    const { happened } = await drillOn({ broken });
    expect(drillReport(happened, FACTS)).toMatchObject({
      named: 'slow',
      indicator: 'p99 < 250ms',
      firstBadMs: null,
      acceptedMs: 6000,
    });
  });

  test('events of other subjects and resolves of before are no sound', async () => {
    const broken = (count: number): ReturnType<typeof bad> =>
      bad(count, { deliveries: [delivery({ subject: 'budget' }), delivery({ action: 'resolve' })] });
    const { happened } = await drillOn({ broken, acknowledgeMs: null });
    expect(drillReport(happened, FACTS)).toMatchObject({ acceptedMs: null, exitCode: 1 });
  });
});
