import { expect, test } from 'vitest';
import { traceOrderOf } from '../../../src/app/trace/trace-order.ts';

const parent = { traceId: 1n, spanId: 2n };
const asked = { headers: true, phases: true, url: null };

test('nothing is ordered when the plan asks for nothing and nobody listens', () => {
  expect(traceOrderOf({}, { spans: false, parent })).toBeNull();
  expect(traceOrderOf({ trace: { ...asked, headers: false } }, { spans: false, parent })).toBeNull();
});

test('requests carry their trace when the plan says so, and are told when somebody listens', () => {
  expect(traceOrderOf({ trace: asked }, { spans: false, parent })).toEqual({
    headers: true,
    spans: false,
    phases: false,
    parent,
  });
  expect(traceOrderOf({ trace: asked }, { spans: true, parent: null })).toEqual({
    headers: true,
    spans: true,
    phases: true,
    parent: null,
  });
  expect(traceOrderOf({}, { spans: true, parent })).toEqual({
    headers: false,
    spans: true,
    phases: false,
    parent,
  });
});
