import { describe, expect, test } from 'vitest';
import { encodeResult } from '../../src/result/encode.ts';
import { sampleResult } from '../support/sample-result.ts';

describe('the text of a result', () => {
  test('is the same for the same run', () => {
    expect(encodeResult(sampleResult())).toBe(encodeResult(sampleResult()));
  });

  test('begins with its schema and ends with a newline', () => {
    const text = encodeResult(sampleResult());
    expect(text.startsWith('{\n  "schema": "headroom.result/1",\n  "command": "run",')).toBe(true);
    expect(text.endsWith('}\n')).toBe(true);
  });

  test('has null for a number that JSON does not know', () => {
    const text = encodeResult({ ...sampleResult(), seed: NaN, windowMs: Infinity });
    expect(text).not.toMatch(/NaN|Infinity/);
    expect(text).toContain('"seed": null');
  });
});
