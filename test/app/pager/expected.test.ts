import { describe, expect, test } from 'vitest';
import { expectedOf } from '../../../src/app/pager/expected.ts';
import { DRILL_FAULTS, type DrillFaultName } from '../../../src/app/pager/faults.ts';
import { drillPlanText } from '../../../src/cli/pager/drill-plan.ts';
import { type PlanReads, parseCanaryPlan } from '../../../src/plan/parse.ts';
import type { Plan } from '../../../src/plan/plan.ts';

const PLACE = { url: 'http://127.0.0.1:1', secureUrl: 'https://127.0.0.1:2', authorityPath: 'authority.pem' };

function planFor(fault: DrillFaultName): Plan {
  const source = { file: 'plan', text: drillPlanText(fault, PLACE, 3000) };
  const pem = new TextEncoder().encode('-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n');
  const reads: PlanReads = {
    readText: () => '',
    readBytes: () => pem,
    readStdin: () => pem,
    env: () => undefined,
    drawSeed: () => 1,
  };
  return parseCanaryPlan(source, {}, reads).plan;
}

describe('expectedOf', () => {
  test.each([
    // Three bad runs, 3 s apart, and the length of the last one: 20 requests/s for 0.75 s.
    ['kill', 3 * 3000 + 750],
    // Nobody answers until the deadline of 900 ms.
    ['freeze', 3 * 3000 + 750 + 900],
    ['slow', 3 * 3000 + 750 + 300],
  ] as const)('%s is seen after %d ms', (fault, ms) => {
    expect(expectedOf(planFor(fault), DRILL_FAULTS[fault])).toMatchObject({
      detectionMs: ms,
      isTypical: false,
    });
  });

  test('2 % of slow answers need many runs together, and more than a thousand requests', () => {
    const { detectionMs, text, isTypical } = expectedOf(planFor('slow-some'), DRILL_FAULTS['slow-some']);
    expect(isTypical).toBe(true);
    expect(detectionMs).toBeGreaterThan(8 * 3000);
    const requests = Number(/ (\d+) requests/.exec(text)?.[1]);
    expect(requests).toBeGreaterThan(1000);
    expect(requests).toBeLessThan(6000);
  });

  test('what no objective is about is never seen', () => {
    const plan = planFor('slow');
    const blind = { ...plan, objectives: plan.objectives.filter(({ text }) => text.startsWith('errors')) };
    expect(expectedOf(blind, DRILL_FAULTS.slow)).toMatchObject({ detectionMs: null });
  });
});
