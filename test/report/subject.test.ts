import { expect, test } from 'vitest';
import { subjectText } from '../../src/report/subject.ts';
import { sampleResult } from '../support/sample-result.ts';
import { comparedResult } from './html/compared.ts';

const at = (...urls: string[]): string =>
  subjectText({ ...sampleResult(), plan: { targets: urls.map((get) => ({ name: 'x', get })) } });

test.each([
  [['http://shop.example/cart?id=1'], 'GET http://shop.example/cart?id=1'],
  [['http://a.example/1', 'http://a.example/2'], '2 targets at http://a.example'],
  [
    ['http://a.example/1', 'http://b.example:81/?x', 'http://c.example', 'http://d.example'],
    '4 targets at http://a.example, http://b.example:81 and 2 more',
  ],
  [[], ''],
])('of %j it is told that the traffic went to %j', (urls, expected) => {
  expect(at(...urls)).toBe(expected);
});

test('a method other than GET is named, and a plan that is none names nothing', () => {
  const run = sampleResult();
  const odd = { name: 'purge', method: 'PURGE', url: 'http://a.example/' };
  expect(subjectText({ ...run, plan: { targets: [odd] } })).toBe('PURGE http://a.example/');
  expect(subjectText({ ...run, plan: { targets: [odd, { get: 'http://a.example/x' }] } })).toBe(
    '2 targets at http://a.example',
  );
  expect(subjectText({ ...run, plan: { targets: [{ weight: 1, post: 'http://a.example/' }] } })).toBe(
    'POST http://a.example/',
  );
  for (const targets of [undefined, 'x', [null, 7, {}, { get: 7 }]])
    expect(subjectText({ ...run, plan: { targets } })).toBe('');
});

test('of a comparison it is its two sides', () => {
  const result = comparedResult();
  const { baseline, candidate } = result.comparison?.sides ?? {};
  expect(subjectText(result)).toBe(`${candidate?.label} against ${baseline?.label}`);
});
