/** A real Pushgateway takes the metrics of every kind of result, and groups them by their check. */

import { spawn } from 'node:child_process';
import { expect } from 'vitest';
import { pushMetrics } from '../../src/app/monitoring/pushgateway.ts';
import { systemPost } from '../../src/app/world/post.ts';
import { passResult } from '../report/results.ts';
import { answers, end, freePorts } from '../support/prometheus-chain.ts';
import { parsePrometheus } from '../support/prometheus-text.ts';
import { requires } from '../support/requires.ts';
import { canaryResult, firingResult } from '../support/sample-canary.ts';
import { sampleResult } from '../support/sample-result.ts';

const HOSTILE = ['a/b', 'zwölf "Uhr"', '..', ' ', '%2F', 'a b?c#d'];

requires('prometheus-pushgateway').test(
  'it has the last metrics of each check, whatever its name',
  async () => {
    const [port = 0] = await freePorts(1);
    const gateway = spawn('prometheus-pushgateway', [`--web.listen-address=127.0.0.1:${port}`], {
      stdio: 'ignore',
    });
    const base = `http://127.0.0.1:${port}`;
    const post = systemPost({});
    try {
      await answers(`${base}/-/ready`);
      for (const result of [firingResult(), canaryResult(), passResult(), sampleResult()]) {
        expect(await pushMetrics(result, base, post)).toEqual([]);
      }
      for (const check of HOSTILE) expect(await pushMetrics(canaryResult({ check }), base, post)).toEqual([]);
      const text = await (await fetch(`${base}/metrics`)).text();
      const ours = text.split('\n').filter((line) => /^(# \w+ )?headroom_check_state\b/.test(line));
      const { samples, value } = parsePrometheus(`${ours.join('\n')}\n`);
      expect(new Set(samples.map(({ labels }) => labels['check']))).toEqual(new Set(HOSTILE));
      for (const check of HOSTILE) {
        expect(value('headroom_check_state', { check, state: 'ok', job: 'headroom' })).toBe(1);
      }
      const [failure] = await pushMetrics(canaryResult(), `${base}/elsewhere`, post);
      expect(failure?.message).toMatch(/^the Pushgateway http:.*elsewhere answered 404/);
    } finally {
      await end(gateway);
    }
  },
);
