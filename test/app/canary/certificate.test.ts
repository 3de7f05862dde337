import { expect, test } from 'vitest';
import { hasCertificate } from '../../../src/app/canary/certificate.ts';
import { parseCanaryPlan } from '../../../src/plan/parse.ts';
import { memoryReads } from '../../plan/memory-reads.ts';

test.each([
  ['https://a.example/x', true],
  ['HTTPS://a.example/x', true],
  ['${env:BASE}/x', true],
  ['http://a.example/https://', false],
])('whether %s has a certificate', (url, expected) => {
  const text = `version: 1\ntargets: [ { get: "${url}" } ]\ncanary: {}`;
  const reads = memoryReads({ env: { BASE: 'https://a.example' } });
  expect(hasCertificate(parseCanaryPlan({ file: 'p.yaml', text }, {}, reads))).toBe(expected);
});
