import { describe, expect, test } from 'vitest';
import { judgeObjectives } from '../../src/verdict/objectives.ts';
import { type Act, many, measured, planOf, scattered } from './measured.ts';

const FAILED: Act = { status: 503 };
const SLOW: Act = { ms: 400 };

describe('several objectives', () => {
  test("need Holm's stronger evidence to fail", () => {
    const lone = judgeObjectives(measured(planOf(['errors < 1%']), scattered(82, 3, FAILED)));
    expect(lone.objectives[0]?.finding.status).toBe('fail');
    const four = planOf(['errors < 1%', 'p99 < 1s', 'status 500 < 1%', 'dropped < 1%']);
    const among = judgeObjectives(measured(four, scattered(82, 3, FAILED)));
    expect(among.objectives[0]?.finding).toMatchObject({
      status: 'inconclusive',
      reason: { code: 'UNDECIDED', text: expect.stringContaining('several things') },
    });
    const clear = judgeObjectives(measured(four, scattered(82, 8, FAILED)));
    expect(clear.objectives[0]?.finding.status).toBe('fail');
  });

  test('count once where the very same requests are against them', () => {
    const statuses = (texts: readonly string[], act: Act): string[] =>
      judgeObjectives(measured(planOf(texts), scattered(82, 3, act))).objectives.map(
        ({ finding }) => finding.status,
      );
    expect(statuses(['errors < 1%', 'p99 < 250ms'], FAILED)).toEqual(['fail', 'fail']);
    expect(statuses(['errors < 1%', 'p99 < 250ms', 'status 2xx > 99%'], FAILED)).toEqual(
      Array.from({ length: 3 }, () => 'fail'),
    );
    expect(statuses(['p99 < 250ms', 'p99 < 300ms'], { ms: 280 })).toEqual(['inconclusive', 'inconclusive']);
    const other = many(82, (index) => (index === 5 ? SLOW : index % 27 === 20 ? FAILED : {}));
    const apart = judgeObjectives(measured(planOf(['errors < 1%', 'p99 < 250ms']), other)).objectives;
    expect(apart.map(({ finding }) => finding.exceeded)).toEqual([3, 4]);
    expect(apart[0]?.finding.status).toBe('fail');
  });

  test('say how many more requests would do where they are judged at once', () => {
    const [judged] = judgeObjectives(
      measured(planOf(['errors < 1%', 'status 500 < 1%', 'p99 < 250ms']), [
        ...scattered(81, 3, FAILED),
        ...many(1, SLOW),
      ]),
    ).objectives;
    const { moreRequests, reason } = judged?.finding ?? {};
    expect(moreRequests).toBeGreaterThan(0);
    expect(reason?.text).toMatch(/several things.* About [\d,]+ more requests/);
  });

  test('the agreement is a family of its own', () => {
    const plan = planOf(['p99 < 250ms'], { agreement: ['p99 < 500ms'] });
    const { objectives, agreement } = judgeObjectives(measured(plan, scattered(400, 20, SLOW)));
    expect(objectives[0]?.finding.status).toBe('fail');
    expect(agreement[0]?.finding.status).toBe('pass');
  });
});
