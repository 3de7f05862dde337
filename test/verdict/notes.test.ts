import { describe, expect, test } from 'vitest';
import type { Plan } from '../../src/plan/plan.ts';
import type { Status } from '../../src/verdict/finding.ts';
import { notesOf } from '../../src/verdict/notes.ts';
import { type Act, closed, constant, many, measured, open, planOf } from './measured.ts';

function notes(
  acts: readonly Act[],
  plan: Plan = planOf(['errors < 1%']),
  coLocated = false,
): Map<string, string> {
  const found = notesOf({ ...measured(plan, acts), coLocated });
  return new Map(found.map(({ code, text }) => [code, text]));
}

const half = (act: Act): Act[] => many(100, (index) => (index % 2 === 0 ? act : {}));
const PLAN = planOf(['errors < 1%']);
const WARM = planOf(['errors < 1%'], { load: open([constant(30, 20)], { warmupMs: 5000 }) });

describe('notesOf', () => {
  test('says of an ordinary run only what it could not see', () => {
    expect([...notes(many(600))]).toEqual([
      [
        'RARE_EFFECTS',
        'Effects rarer than one in 6.67s were not seen: a run can only show what happens about three times in its length.',
      ],
    ]);
  });

  test.each<[string, Act[], Plan, boolean, RegExp]>([
    ['RATE_LIMITED', half({ status: 429 }), PLAN, false, /^50% of the answers were 429/],
    ['BLOCKED', half({ challenged: true }), PLAN, false, /^50 requests met .* bot challenge/],
    ['CACHE_ONLY', many(100, { cached: true }), PLAN, false, /came from a cache/],
    ['CO_LOCATED', many(100), PLAN, true, /this very machine/],
    ['DISPLACED', half({ lagMs: 2 }), PLAN, false, /^50% of the sends/],
    [
      'CLOSED_LOOP',
      many(100),
      planOf(['errors < 1%'], { load: closed(5, 20) }),
      false,
      /^Closed loop: 5 users/,
    ],
    ['INSECURE', many(100), planOf([], { tls: { ...PLAN.tls, insecure: true } }), false, /not verified/],
    [
      'DEFAULT_OBJECTIVE',
      many(100),
      planOf(['errors < 1%'], { objectivesDefaulted: true }),
      false,
      /"errors < 1%" was applied/,
    ],
    [
      'WARMUP_FAILED',
      [...many(100), ...many(100, { warmup: true, status: 500 }, 5000)],
      WARM,
      false,
      /breached errors < 1%/,
    ],
  ])('says %s', (code, acts, plan, isHere, text) => {
    expect(notes(acts, plan, isHere).get(code)).toMatch(text);
  });

  test.each<[string, Act[], Plan]>([
    ['CACHE_ONLY', half({ cached: true }), PLAN],
    ['CACHE_ONLY', [], PLAN],
    ['DISPLACED', many(100, (index) => (index === 0 ? { lagMs: 2 } : {})), PLAN],
    ['WARMUP_FAILED', [...many(100), ...many(100, { warmup: true }, 5000)], WARM],
  ])('does not say %s without cause', (code, acts, plan) => {
    expect(notes(acts, plan).has(code)).toBe(false);
  });
});

test('a warm-up that was judged, since nothing else was measured, is no note', () => {
  const acts = many(100, { warmup: true, status: 500 }, 5000);
  const codes = (status: Status): string[] =>
    notesOf({ ...measured(WARM, acts), coLocated: false, status }).map(({ code }) => code);
  expect(codes('fail')).not.toContain('WARMUP_FAILED');
  expect(codes('inconclusive')).toContain('WARMUP_FAILED');
});
