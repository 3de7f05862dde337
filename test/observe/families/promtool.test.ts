import { spawnSync } from 'node:child_process';
import { expect } from 'vitest';
import { parsePrometheus } from '../../../src/observe/prometheus/parse-prometheus.ts';
import { requires } from '../../support/requires.ts';
import { fixture } from '../readings.ts';

const pages = ['node-exporter.txt', 'prometheus.txt', 'pushgateway.txt', 'go-lock/after/metrics.txt'];
const broken = ['a{b="c} 1\n', 'a 1 2 3\n', '# TYPE a number\n', 'a 1\n# TYPE a gauge\n', 'a one\n'];

/** Complaints about style are exit 3; a page that cannot be read is exit 1. */
function isReadable(text: string): boolean {
  return spawnSync('promtool', ['check', 'metrics'], { input: text }).status !== 1;
}

requires('promtool').describe('promtool and we', () => {
  requires('promtool').test('read the same pages, and refuse the same', () => {
    for (const page of pages) {
      expect(isReadable(fixture(page)), page).toBe(true);
      expect(parsePrometheus(fixture(page)).length, page).toBeGreaterThan(4);
    }
    for (const text of broken) {
      expect(isReadable(text), text).toBe(false);
      expect(() => parsePrometheus(text), text).toThrow(/^line \d: /);
    }
  });
});
