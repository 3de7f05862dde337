import { describe, expect, test } from 'vitest';
import { renderGitlabMetrics } from '../../../src/report/ci/gitlab-metrics.ts';
import { renderGitlabPerformance } from '../../../src/report/ci/gitlab-performance.ts';
import { sampleResult } from '../../support/sample-result.ts';
import { tooFewResult } from '../results.ts';
import { noResult, openResult } from '../searches.ts';

/** As GitLab's parser does it: a comment is cut off, the first two words are the name and the value. */
function metrics(text: string): Map<string, string> {
  const lines = text.split('\n').map((line) => line.replace(/#.*/, '').trim());
  return new Map(
    lines
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', value = '', ...rest] = line.split(/\s+/);
        expect(rest).toEqual([]);
        return [name.replaceAll('"', ''), value];
      }),
  );
}

describe("GitLab's metrics", () => {
  test('are names and numbers of a fixed rounding, and end as OpenMetrics wants it', () => {
    const text = renderGitlabMetrics(sampleResult());
    expect(text).toMatch(/\n# EOF\n$/);
    const found = metrics(text);
    expect(found.get('headroom_verdict{status=fail}')).toBe('1');
    expect(found.get('headroom_response_ms{quantile=p99}')).toMatch(/^\d+\.\d$/);
    expect(found.get('headroom_error_ratio')).toMatch(/^0\.\d{4}$/);
    for (const value of found.values()) expect(value).toMatch(/^-?\d+(\.\d+)?$/);
  });

  test('leave out what is not known', () => {
    const text = renderGitlabMetrics(tooFewResult());
    expect(text).not.toMatch(/null|NaN|p99"/);
    expect(metrics(renderGitlabMetrics(openResult())).has('headroom_ratio{bound=high}')).toBe(false);
    expect(metrics(renderGitlabMetrics(noResult())).get('headroom_ratio{bound=low}')).toBe('-0.941');
  });

  test('keep two targets apart whose names look alike as labels, and hold no blank', () => {
    const sample = sampleResult();
    const names = ['a b', 'a#b', 'a"b', 'plain'];
    const targets = names.map((name) => ({ ...sample.targets[0], ...sample.targets.slice(0, 1)[0], name }));
    const text = renderGitlabMetrics({ ...sample, targets: targets as typeof sample.targets });
    const labels = [...text.matchAll(/headroom_error_ratio\{target="([^"]*)"\}/g)].map(([, label]) => label);
    expect(new Set(labels).size).toBe(4);
    expect(labels).toContain('plain');
    for (const label of labels) expect(label).toMatch(/^[\w.-]+$/);
  });
});

describe("GitLab's load performance", () => {
  const summary: unknown = JSON.parse(renderGitlabPerformance(sampleResult()));
  const { totals } = sampleResult();

  test('has what the merge request shows, where k6 has it', () => {
    expect(summary).toMatchObject({
      metrics: {
        http_reqs: { count: totals.sent, rate: expect.any(Number) },
        http_req_waiting: { 'p(90)': expect.any(Number), 'p(95)': expect.any(Number) },
        checks: { fails: totals.failed + totals.dropped },
      },
    });
  });

  test('counts every attempt once among passes and fails', () => {
    const { metrics: found } = summary as { metrics: Record<string, Record<string, number>> };
    const { passes = 0, fails = 0 } = found['checks'] ?? {};
    expect(passes + fails + totals.inFlight).toBe(totals.sent + totals.dropped);
  });

  test('has no null in it: the widget would take it for a number', () => {
    expect(renderGitlabPerformance(tooFewResult())).not.toContain('null');
  });

  test('says true of a threshold that was crossed, as k6 does', () => {
    expect(summary).toMatchObject({
      metrics: { http_req_duration: { thresholds: { 'p95 < 250ms': false, 'errors < 1%': true } } },
    });
  });
});
