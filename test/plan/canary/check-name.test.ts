import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCheckName } from '../../../src/plan/canary/canary-section.ts';
import { checkName } from '../../../src/plan/canary/check-name.ts';
import { parsePlan } from '../../../src/plan/parse.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { memoryReads } from '../memory-reads.ts';

function plan(targets: string, rest = ''): Plan {
  const text = `version: 1\ntargets: ${targets}\n${rest}`;
  return parsePlan({ file: 'p', text }, {}, memoryReads({ env: { BASE: 'https://a.example' } })).plan;
}

const ONE = '[ { get: https://shop.example.com/checkout } ]';

describe('the name of a check', () => {
  test('is the one that the plan gives it', () => {
    expect(checkName(plan(ONE, 'canary: { check: a/b }'), '/srv/x.yaml')).toBe('a/b');
  });

  test.each([
    ['/srv/shop/checkout.yaml', 'checkout'],
    ['checkout.json', 'checkout'],
    ['/srv/shop/headroom.yaml', 'shop'],
    ['../shop/headroom.yml', 'shop'],
    ['C:\\plans\\shop\\headroom.yaml', 'shop'],
  ])('of %s is %s, whatever it asks', (file, name) => {
    expect(checkName(plan(ONE), file)).toBe(name);
    expect(checkName(plan('[ { get: https://other.example/ } ]', 'canary: {}'), file)).toBe(name);
  });

  test.each([
    ['/srv/shop/canary.yaml', /^canary-[\da-f]{8}$/],
    ['/srv/Größe und Preis.yaml', /^Gr-e-und-Preis-[\da-f]{8}$/],
    ['headroom.yaml', /^shop\.example\.com\/checkout$/],
    ['standard input', /^shop\.example\.com\/checkout$/],
    [`/srv/${'a'.repeat(300)}.yaml`, /^a{80}-[\da-f]{8}$/],
    ['/srv/日本.yaml', /^shop\.example\.com\/checkout$/],
  ])('of %s is told apart by what it asks, or made of it', (file, name) => {
    expect(checkName(plan(ONE), file)).toMatch(name);
  });

  test.each([
    ['https://shop.example.com/', /^shop\.example\.com$/],
    ['https://shop.example.com:8443/a/b', /^shop\.example\.com-8443\/a\/b$/],
    ['http://[::1]:80/x', /^1\/x-[\da-f]{8}$/],
    ['https://shop.example.com/?page=2', /^shop\.example\.com-[\da-f]{8}$/],
    ['https://ali:sesame@shop.example.com/?token=sesame', /^shop\.example\.com-[\da-f]{8}$/],
    ['https://shop.example.com/hooks/sesame1234', /^shop\.example\.com-[\da-f]{8}$/],
    ['${env:BASE}/a', /^[\da-f]{8}$/],
    ['https://shop.example.com/${uuid}/a', /^shop\.example\.com-[\da-f]{8}$/],
  ])('of %s alone is made of host and path', (url, name) => {
    const made = checkName(plan(`[ { get: "${url}" } ]`), null);
    expect(made).toMatch(name);
    expect(made).not.toContain('sesame');
  });

  test('is another for other targets, and the same for the same with another secret', () => {
    const nameOf = (targets: string): string => checkName(plan(targets), '/srv/canary.yaml');
    expect(nameOf(ONE)).not.toBe(nameOf('[ { post: https://shop.example.com/checkout } ]'));
    expect(nameOf('[ { get: "https://a.example/?token=a" } ]')).toBe(
      nameOf('[ { get: "https://a.example/?token=b", weight: 3, timeout: 2s } ]'),
    );
  });

  test('is always one that a plan could give', () => {
    const urls = fc.webUrl({ withQueryParameters: true, withFragments: true });
    const files = fc.option(
      fc.oneof(
        fc.string(),
        fc.string().map((name) => `/x/${name}.yaml`),
      ),
    );
    fc.assert(
      fc.property(urls, files, (url, file) => {
        const name = checkName({ targets: plan(ONE).targets.map((target) => ({ ...target, url })) }, file);
        expect(readCheckName(name)).toBe(name);
      }),
      { numRuns: 300 },
    );
  });
});
