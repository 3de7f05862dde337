import { describe, expect, test } from 'vitest';
import { parseReports, reporterNamed } from '../../../src/app/ci/report-flag.ts';
import { ToolError } from '../../../src/core/errors.ts';

function refusal(values: readonly string[]): string {
  try {
    parseReports(values);
  } catch (error) {
    if (error instanceof ToolError) return `${error.message}; ${error.hint}`;
  }
  throw new Error('it was not refused');
}

describe('--report', () => {
  test('is a name and a path, which may hold any character', () => {
    expect(parseReports(['junit=out/a=b.xml', 'json=-'])).toEqual([
      { format: 'junit', path: 'out/a=b.xml' },
      { format: 'json', path: '-' },
    ]);
  });

  test.each<[readonly string[], string]>([
    [['junt=a'], 'unknown format "junt"; did you mean "junit"?'],
    [
      ['junit'],
      '--report junit does not say where to; write --report junit=FILE, or junit=- for standard output',
    ],
    [
      ['junit='],
      '--report junit does not say where to; write --report junit=FILE, or junit=- for standard output',
    ],
    [
      ['tap=-', 'csv=-'],
      'standard output has room for one report; write the others to files: --report NAME=FILE',
    ],
  ])('refuses %j', (values, message) => {
    expect(refusal(values)).toBe(message);
  });

  test('names everything that is known where nothing is near', () => {
    expect(refusal(['excel=a'])).toMatch(/known are text, json, .*junit, .*hlog/);
    expect(() => reporterNamed('__proto__')).toThrow('unknown format');
  });
});
