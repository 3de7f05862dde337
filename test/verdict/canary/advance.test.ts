import { describe, expect, test } from 'vitest';
import { uniformAt } from '../../../src/core/random.ts';
import { HOUR_MS, MINUTE_MS, START_MS, VirtualCanary } from '../../support/canary-runs.ts';

const hours = (count: number, letters = 'o'): string => letters.repeat((count * 60) / letters.length);

describe('a service that is well', () => {
  test('pages nobody for an hour', () => {
    const canary = new VirtualCanary();
    const { report } = canary.script(hours(1));
    expect(canary.events).toEqual([]);
    expect(report).toMatchObject({
      state: 'ok',
      incidents: [],
      remarks: [],
      flapRatio: 0,
      recent: { of: 5, toFire: 3, bad: 0, ok: 5, blind: 0, missing: 0 },
    });
  });

  test('is unknown until enough runs are known', () => {
    const canary = new VirtualCanary();
    expect(Array.from('oooo', () => canary.run('o').report.state)).toEqual([
      'unknown',
      'unknown',
      'ok',
      'ok',
    ]);
  });

  test('with one bad run an hour pages nobody in a day', () => {
    const canary = new VirtualCanary();
    canary.script(`${'o'.repeat(29)}b${'o'.repeat(30)}`.repeat(24));
    expect(canary.events.filter(({ severity }) => severity === 'page')).toEqual([]);
  });
});

describe('an outage', () => {
  test('pages once within five minutes, and ends once', () => {
    const canary = new VirtualCanary();
    canary.script(hours(1));
    const beganMs = canary.nowMs;
    canary.script('b'.repeat(30));
    const [trigger] = canary.events;
    expect(trigger).toMatchObject({
      action: 'trigger',
      subject: 'service',
      severity: 'page',
      dedupKey: 'headroom/shop',
      kind: 'offline',
      indicator: 'connect-refused',
      summary: 'shop is offline: connect-refused in 20 of 20 requests',
      sinceMs: beganMs + 2 * MINUTE_MS,
    });
    expect((trigger?.atMs ?? Infinity) - beganMs).toBeLessThan(5 * MINUTE_MS);
    expect(canary.script('o').report.state).toBe('recovering');
    expect(canary.script('o').report).toMatchObject({ state: 'ok', incidents: [] });
    canary.script(hours(1));
    expect(canary.told()).toEqual(['service trigger', 'service resolve']);
    expect(canary.events[1]).toMatchObject({
      incidentId: trigger?.incidentId,
      summary: 'shop is well again: 2 good runs in a row, after 29m',
    });
  });

  test('after a day without one pages once all the same', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(13)}${'b'.repeat(30)}${hours(2)}`);
    const pages = canary.events.filter(({ severity }) => severity === 'page');
    expect(pages.map(({ subject, action }) => `${subject} ${action}`)).toEqual([
      'service trigger',
      'service resolve',
    ]);
  });

  test('goes from pending to firing to recovering', () => {
    const canary = new VirtualCanary();
    const states = Array.from('ooooobbbbxoobo', (letter) => {
      return canary.script(letter).report.state;
    });
    expect(states.slice(5)).toEqual([
      'pending',
      'pending',
      'firing',
      'firing',
      'firing',
      'recovering',
      'ok',
      'pending',
      'pending',
    ]);
  });

  test('that is over does not fire again with the next bad run', () => {
    const canary = new VirtualCanary();
    canary.script('ooobbboob');
    expect(canary.told()).toEqual(['service trigger', 'service resolve']);
    canary.script('bb');
    expect(canary.told()).toEqual(['service trigger', 'service resolve', 'service trigger']);
  });

  test('is told again every four hours, by the name it has then', () => {
    const canary = new VirtualCanary();
    canary.script(`ooo${hours(1, 'b')}`);
    for (let minute = 0; minute < 8 * 60; minute += 1) {
      canary.run('b', { kind: 'slow', indicator: 'p99 < 250ms', text: 'is slow: p99 < 250ms is breached' });
    }
    expect(canary.told()).toEqual(['service trigger', 'service remind', 'service remind']);
    expect(canary.events[1]).toMatchObject({
      kind: 'slow',
      summary: 'shop is slow: p99 < 250ms is breached (for 4h)',
      atMs: (canary.events[0]?.atMs ?? 0) + 4 * HOUR_MS,
    });
  });

  test('is never told again where nobody asks for it', () => {
    const canary = new VirtualCanary({ remindMs: null });
    canary.script(`ooo${hours(9, 'b')}`);
    expect(canary.told()).toEqual(['service trigger']);
  });
});

describe('a check that flaps', () => {
  test('tells it once until it is steady, and reminds of what is open as ever', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(1)}${hours(6, 'bo')}`);
    expect(canary.told()).toEqual(['service trigger', 'flapping trigger', 'service remind']);
    expect(canary.events[1]).toMatchObject({ severity: 'ticket', dedupKey: 'headroom/shop/flapping' });
    canary.script('o'.repeat(20));
    expect(canary.told().slice(3)).toEqual(['service resolve']);
    canary.script('o'.repeat(40));
    expect(canary.told().slice(4)).toEqual(['flapping resolve']);
  });

  test('is one that flaps until it was steady for an hour, not for a lucky while', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(1)}${hours(1, 'bo')}${`${'o'.repeat(30)}${'bo'.repeat(8)}`.repeat(8)}`);
    expect(canary.told().filter((event) => event.startsWith('flapping'))).toEqual(['flapping trigger']);
  });

  test('is told of its end a day later, where nothing ran meanwhile', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(1)}${hours(1, 'bo')}`);
    canary.nowMs += 25 * HOUR_MS;
    canary.script('oo');
    expect(canary.told().slice(2).sort()).toEqual(['flapping resolve', 'service resolve']);
  });

  test('withholds the end of an incident, never its beginning', () => {
    const canary = new VirtualCanary();
    canary.script(`ooo${'boo'.repeat(12)}`);
    const told = (): string[] => canary.told().filter((event) => !event.startsWith('budget'));
    expect(told()).toEqual(['flapping trigger']);
    canary.script('bbbboo');
    expect(told()).toEqual(['flapping trigger', 'service trigger']);
    canary.script('o'.repeat(60));
    expect(told()).toEqual(['flapping trigger', 'service trigger', 'service resolve', 'flapping resolve']);
  });
});

describe('runs that do not see', () => {
  test('neither advance nor reset', () => {
    const canary = new VirtualCanary();
    canary.script('oooobxbx');
    expect(canary.events).toEqual([]);
    canary.script('b');
    expect(canary.told()).toEqual(['service trigger']);
    canary.script('oxxxo');
    expect(canary.told()).toEqual(['service trigger', 'service resolve']);
  });

  test('do not push what the others saw out of sight', () => {
    const canary = new VirtualCanary();
    canary.script('oooobbxxxx');
    expect(canary.told()).toEqual([]);
    canary.script('b');
    expect(canary.told()).toEqual(['service trigger']);
  });

  test('page when there are five in a row, until one sees', () => {
    const canary = new VirtualCanary();
    canary.script('oooooxxxx');
    expect(canary.events).toEqual([]);
    expect(canary.script('x').report).toMatchObject({ state: 'unknown', incidents: [{ subject: 'blind' }] });
    canary.script('xxx');
    canary.script('b');
    expect(canary.told()).toEqual(['blind trigger', 'blind resolve']);
    expect(canary.events[0]).toMatchObject({ severity: 'page', dedupKey: 'headroom/shop/blind' });
  });
});

describe('runs that are missing', () => {
  test('are unknown and not ok', () => {
    const canary = new VirtualCanary();
    canary.script('ooooooo');
    const { report } = canary.script('------------o');
    expect(report.state).toBe('unknown');
    expect(report.recent).toMatchObject({ ok: 5, missing: 4 });
    expect(report.remarks).toEqual([expect.stringMatching(/^12 runs that were due did not start/)]);
    expect(canary.script('oo').report.state).toBe('ok');
    expect(canary.events).toEqual([]);
  });

  test('again and again are a cron slower than the plan says, with what to do', () => {
    const canary = new VirtualCanary();
    const { report } = canary.script(`${'o----'.repeat(8)}o`);
    expect(report.state).toBe('unknown');
    expect(report.remarks).toEqual([
      'Runs come about every 5m, and one is due every 1m: too few for burn rates and for what is left of the budget, and the state is unknown in between. Write every: 5m into the plan, or start it every 1m.',
    ]);
  });

  test.each([1, 4, 59, 1439])(
    'do not mute an outage where %i of them are between two that come',
    (missing) => {
      const canary = new VirtualCanary({ remindMs: null });
      const gap = '-'.repeat(missing);
      canary.script(`o${gap}`.repeat(10));
      expect(canary.script(`b${gap}b`).report.state).toBe('pending');
      expect(canary.told()).toEqual([]);
      canary.script(`${gap}b${gap}b${gap}b`);
      expect(canary.told()).toEqual(['service trigger']);
      expect(Object.fromEntries(canary.events[0]?.details ?? [])['recent runs']).toContain('3 bad');
      // What forgets an alert unless it is renewed must hold on to it until the next run that comes.
      expect(canary.events[0]?.everyMs).toBe((missing + 1) * MINUTE_MS);
      canary.script(`${gap}o${gap}o`);
      expect(canary.told()).toEqual(['service trigger', 'service resolve']);
    },
  );

  test('let what was days ago be', () => {
    const canary = new VirtualCanary();
    canary.script('oooobb');
    canary.nowMs += 24 * HOUR_MS;
    canary.script('boooo');
    expect(canary.events).toEqual([]);
  });

  test('do not end an incident', () => {
    const canary = new VirtualCanary();
    canary.script('ooobbb');
    expect(canary.script(`${'-'.repeat(200)}o`).report.state).toBe('recovering');
    expect(canary.told()).toEqual(['service trigger']);
  });

  test('are not what jitter and the length of runs make', () => {
    const canary = new VirtualCanary();
    let missing = 0;
    for (let index = 0; index < 500; index += 1) {
      missing = Math.max(missing, index < 5 ? 0 : canary.run('o').report.recent.missing);
      if (index < 5) canary.run('o');
      canary.nowMs += 5500 + Math.round((uniformAt(7, 1, index) - 0.5) * 40_000);
    }
    expect(missing).toBe(0);
  });
});

describe('a clock that steps', () => {
  test('back makes it unknown, and loses no incident', () => {
    const canary = new VirtualCanary();
    canary.script(`${hours(1)}bbb`);
    canary.nowMs -= 30 * MINUTE_MS;
    const { report } = canary.run('o');
    expect(report).toMatchObject({ state: 'recovering', incidents: [{ subject: 'service' }] });
    expect(report.remarks[0]).toMatch(/^The clock stepped back by 29m or more/);
    canary.run('o');
    expect(canary.told()).toEqual(['service trigger', 'service resolve']);
  });

  test('back is never ok at once, and still fires', () => {
    const canary = new VirtualCanary();
    canary.script(hours(1));
    canary.nowMs -= 24 * HOUR_MS;
    const { report } = canary.run('o');
    expect(report.state).toBe('unknown');
    expect(report.remarks).toEqual([
      expect.stringMatching(/^The clock stepped back by/),
      expect.stringMatching(/^Runs are kept that began later/),
    ]);
    expect(canary.run('o').report.remarks).toEqual([]);
    canary.script('bbb');
    expect(canary.told()).toEqual(['service trigger']);
  });

  test('back by less than half a place is none, as of two machines that share a history', () => {
    const canary = new VirtualCanary();
    canary.script('oooo');
    for (let minute = 0; minute < 6; minute += 1) {
      canary.run('o');
      canary.nowMs -= 60_000 + 11_000;
      const { report } = canary.run('o');
      canary.nowMs += 11_000;
      expect(report).toMatchObject({ state: 'ok', remarks: [] });
    }
  });

  test('back leaves out of sight what is later than now', () => {
    const canary = new VirtualCanary();
    canary.script('oooobb');
    canary.nowMs -= 30 * 24 * HOUR_MS;
    canary.script('bb');
    expect(canary.told()).toEqual([]);
    canary.script('b');
    expect(canary.told()).toEqual(['service trigger']);
  });

  test('ahead makes it unknown, and back again too', () => {
    const canary = new VirtualCanary();
    canary.script(hours(1));
    canary.nowMs += 365 * 24 * HOUR_MS;
    expect(canary.run('o').report.state).toBe('unknown');
    canary.nowMs -= 365 * 24 * HOUR_MS;
    const { report } = canary.run('o');
    expect(report.state).toBe('unknown');
    expect(report.budget.burns[0]).toMatchObject({ long: { runs: 59 } });
    canary.script('oooooo');
    expect(canary.events).toEqual([]);
  });

  test('does not silence reminders for as long as it stepped', () => {
    const canary = new VirtualCanary();
    canary.script('ooobbb');
    canary.nowMs -= 24 * HOUR_MS;
    canary.script(hours(5, 'b'));
    expect(canary.told()).toEqual(['service trigger', 'service remind']);
  });
});

describe('a history that was lost', () => {
  const lost = (letters: string): string[] => {
    const canary = new VirtualCanary({ blind: 2 });
    canary.isLost = true;
    canary.script(letters);
    expect(new Set(canary.events.map(({ dedupKey, action }) => `${dedupKey} ${action}`)).size).toBe(
      canary.events.length,
    );
    return canary.told();
  };

  test('ends once what pagers may hold open, as soon as it is well', () => {
    expect(lost('o')).toEqual([]);
    expect(lost('oooobo')).toEqual(['service resolve', 'budget resolve', 'blind resolve']);
    expect(lost('obob')).toEqual([]);
  });

  test('takes an outage that goes on for one', () => {
    expect(lost('bbbo')).toEqual(['service trigger']);
    expect(lost('bbboo')).toEqual(['service trigger', 'service resolve', 'budget resolve', 'blind resolve']);
    expect(lost('oxxoo')).toEqual(['blind trigger', 'blind resolve', 'service resolve', 'budget resolve']);
  });

  test('or could not be kept for a while ends what was told meanwhile', () => {
    const canary = new VirtualCanary();
    canary.script('oooo');
    canary.isLost = true;
    canary.script('ooooo');
    expect(canary.told()).toEqual(['service resolve', 'budget resolve', 'blind resolve']);
  });

  test('is none where nothing was kept before', () => {
    const canary = new VirtualCanary();
    canary.script('oooo');
    expect(canary.told()).toEqual([]);
  });
});

describe('maintenance', () => {
  test('pages nobody, and what it interrupts ends with the runs after it', () => {
    const canary = new VirtualCanary();
    canary.script('ooobbb');
    for (let minute = 0; minute < 600; minute += 1) canary.run('b', { isMaintenance: true });
    expect(canary.told()).toEqual(['service trigger']);
    expect(canary.script('mmm').report).toMatchObject({ state: 'firing', isMaintenance: true });
    canary.script('oo');
    expect(canary.told()).toEqual(['service trigger', 'service resolve']);
  });

  test('counts for nothing', () => {
    const canary = new VirtualCanary();
    canary.script('ooooo');
    for (let minute = 0; minute < 20; minute += 1) canary.run('b', { isMaintenance: true });
    const { report } = canary.script('o');
    expect(report).toMatchObject({ state: 'unknown', recent: { bad: 0, ok: 5, missing: 4 }, remarks: [] });
    expect(report.budget.burns[0]?.long).toMatchObject({ runs: 6, bad: 0 });
    expect(canary.events).toEqual([]);
  });
});

test('each event says what is asked and from where, as it is told', () => {
  const canary = new VirtualCanary({ blind: 1 });
  canary.details = [['asked', 'GET https://shop.example.com/']];
  canary.script('bbbx');
  expect(canary.told()).toEqual(['service trigger', 'blind trigger']);
  for (const { details } of canary.events) expect(details).toContainEqual(canary.details[0]);
});

describe('a certificate', () => {
  const day = 24 * HOUR_MS;
  test('that ends soon is a ticket until it is renewed', () => {
    const canary = new VirtualCanary();
    const ends = { validToMs: START_MS + 14 * day };
    canary.run('o', { certificate: ends });
    canary.run('o', { certificate: null });
    expect(canary.told()).toEqual([]);
    canary.nowMs += day;
    canary.run('o', { certificate: ends });
    canary.run('b', { certificate: null });
    canary.run('o', { certificate: ends });
    expect(canary.told()).toEqual(['certificate trigger']);
    expect(canary.events[0]).toMatchObject({ severity: 'ticket', dedupKey: 'headroom/shop/certificate' });
    expect(canary.events[0]?.summary).toMatch(
      /^the certificate of shop ends in 13d, on 2026-01-19T12:00:00.000Z$/,
    );
    canary.run('o', { certificate: { validToMs: START_MS + 90 * day } });
    expect(canary.told()).toEqual(['certificate trigger', 'certificate resolve']);
  });

  test('is over where nobody asks any longer', () => {
    const canary = new VirtualCanary();
    canary.run('o', { certificate: { validToMs: START_MS + day } });
    canary.settings.certificateMs = 0;
    canary.run('o', { certificate: null });
    canary.run('o', { certificate: null });
    expect(canary.told()).toEqual(['certificate trigger', 'certificate resolve']);
    expect(canary.events.at(-1)?.summary).toBe(
      'shop is no longer asked how long its certificate lasts, after 1m',
    );
  });

  test('is not told of where nobody asks', () => {
    const canary = new VirtualCanary({ certificateMs: 0 });
    canary.run('o', { certificate: { validToMs: START_MS - day } });
    expect(canary.events).toEqual([]);
  });
});
