import { describe, expect, test } from 'vitest';
import {
  exactDuration,
  formatBytes,
  formatDurationMs,
  formatRate,
  formatRatio,
  parseDuration,
  parseLatency,
  parseRate,
  parseRatio,
  parseSize,
  scaleDecimal,
  shiftDecimal,
  UnitError,
} from '../../src/core/units.ts';

function refusal(
  parse: (text: string) => number,
  text: string,
): [message: string, hint: string, index: number] {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof UnitError) return [error.message, error.hint, error.index];
    throw error;
  }
  throw new Error(`"${text}" was accepted`);
}

describe('a duration', () => {
  test.each([
    ['300ms', 300],
    ['10s', 10_000],
    ['1m30s', 90_000],
    ['2h', 7_200_000],
    ['30d', 2_592_000_000],
    ['30 d', 2_592_000_000],
    ['10 min', 600_000],
    ['1h 5m', 3_900_000],
    ['1.1s', 1100],
    ['.5s', 500],
    ['250us', 0.25],
    ['250µs', 0.25],
    ['250μs', 0.25],
    ['5ns', 0.000005],
    ['0', 0],
    ['0s', 0],
    [' 5s ', 5000],
    ['1e3ms', 1000],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each([
    ['', '"" is not a duration: it is empty', 0],
    ['10', '"10" is not a duration: it has no unit', 2],
    ['10x', '"10x" is not a duration: the unit "x" is unknown', 2],
    ['-5s', '"-5s" is not a duration: it is negative', 0],
    ['+5s', '"+5s" is not a duration: it begins with a sign', 0],
    ['5m30', '"5m30" is not a duration: it has no unit', 4],
    ['fast', '"fast" is not a duration: a number is missing at "fast"', 0],
    ['1m s', '"1m s" is not a duration: a number is missing at "s"', 3],
    ['10\u00a0s', '"10 s" is not a duration: it holds the character U+00A0, which is not plain ASCII', 2],
    ['１０s', '"１０s" is not a duration: it holds the character U+FF11, which is not plain ASCII', 0],
    ['1e400s', '"1e400s" is not a duration: it is too large', 0],
    ['1S', '"1S" is not a duration: the unit "S" is unknown', 1],
    ['${env:D}', '"${env:D}" is not a duration: a reference cannot stand here', 0],
  ])('refuses %j', (text, message, index) => {
    expect(refusal(parseDuration, text)).toEqual([message, expect.any(String), index]);
  });

  test('says what to type instead', () => {
    expect(refusal(parseDuration, '10')[1]).toBe('say which unit: 10s or 10ms');
    expect(refusal(parseDuration, '１０\u00a0s')[1]).toBe('type it as 10s');
    expect(refusal(parseDuration, '10x')[1]).toBe('write it as 300ms, 10s, 1m30s or 2h');
  });
});

describe('a rate', () => {
  test.each([
    ['200/s', 200],
    ['6000/m', 100],
    ['6000/min', 100],
    ['1k', 1000],
    ['1k/s', 1000],
    ['1.5M/h', 1_500_000 / 3600],
    ['30', 30],
    ['10/ms', 10_000],
    ['50/1s', 50],
    ['10/5s', 2],
    ['30rps', 30],
    ['30 rps', 30],
    ['200 / s', 200],
    ['0.1/s', 0.1],
    ['1e3', 1000],
    ['0', 0],
  ])('%s is %d per second', (text, perSecond) => {
    expect(parseRate(text)).toBe(perSecond);
  });

  test.each([
    ['fast', '"fast" is not a rate: a number is missing at "fast"'],
    ['200/x', '"200/x" is not a rate: the time unit "x" is unknown'],
    ['200/', '"200/" is not a rate: "/" is no unit of it'],
    ['200m', '"200m" is not a rate: "m" is no unit of it'],
    ['200/0s', '"200/0s" is not a rate: its period must be more than 0'],
    ['-1/s', '"-1/s" is not a rate: it is negative'],
    ['1e400', '"1e400" is not a rate: it is too large'],
    ['２００/s', '"２００/s" is not a rate: it holds the character U+FF12, which is not plain ASCII'],
    ['NaN', '"NaN" is not a rate: a number is missing at "NaN"'],
  ])('refuses %j', (text, message) => {
    expect(refusal(parseRate, text)[0]).toBe(message);
  });
});

describe('a size', () => {
  test.each([
    ['512', 512],
    ['10KB', 10_000],
    ['10kb', 10_000],
    ['10 KiB', 10_240],
    ['1.5MB', 1_500_000],
    ['10MiB', 10_485_760],
    ['1GB', 1e9],
    ['7B', 7],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.each([
    ['10KX', '"10KX" is not a size: the unit "KX" is unknown'],
    ['', '"" is not a size: it is empty'],
    ['-1B', '"-1B" is not a size: it is negative'],
    ['1e400', '"1e400" is not a size: it is too large'],
  ])('refuses %j', (text, message) => {
    expect(refusal(parseSize, text)[0]).toBe(message);
  });
});

describe('a ratio', () => {
  test.each([
    ['1%', 0.01],
    ['0.1%', 0.001],
    ['7%', 0.07],
    ['0.01', 0.01],
    ['100%', 1],
    ['0', 0],
    ['1', 1],
    ['99.9 %', 0.999],
  ])('%s is %d', (text, ratio) => {
    expect(parseRatio(text)).toBe(ratio);
  });

  test('beyond everything is refused, with the likely meaning', () => {
    expect(refusal(parseRatio, '5')).toEqual([
      '"5" is not a ratio: it is beyond 1, which is 100%',
      'write 5% if per cent is meant',
      0,
    ]);
    expect(refusal(parseRatio, '101%')[1]).toBe('a share is at most 100%');
    expect(refusal(parseRatio, '1x')[0]).toBe('"1x" is not a ratio: the unit "x" is unknown');
  });
});

test('a bare latency is in milliseconds', () => {
  expect(parseLatency('250')).toBe(250);
  expect(parseLatency('0.5s')).toBe(500);
  expect(refusal(parseLatency, '-1')[0]).toBe('"-1" is not a latency: it is negative');
});

describe('numbers for people', () => {
  test.each([
    [0, '0ms'],
    [0.0000005, '0.5ns'],
    [0.00025, '250ns'],
    [0.8704, '870us'],
    [0.99999, '1ms'],
    [12.345, '12.3ms'],
    [250, '250ms'],
    [999.6, '1s'],
    [1234, '1.23s'],
    [59_970, '1m'],
    [125_400, '2m5s'],
    [3_599_700, '1h'],
    [5_400_000, '1h30m'],
    [90_000_000, '1d1h'],
    [-5, '-5ms'],
    [Number.NaN, 'n/a'],
    [Infinity, 'inf'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatDurationMs(ms)).toBe(text);
  });

  test.each([
    [0, '0/s'],
    [0.1234, '0.123/s'],
    [12.345, '12.3/s'],
    [199.6, '200/s'],
    [12_345.6, '12,346/s'],
    [Number.NaN, 'n/a'],
  ])('%d per second reads %s', (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  test.each([
    [0, '0B'],
    [999, '999B'],
    [1500, '1.5KB'],
    [999_999, '1MB'],
    [10_485_760, '10.5MB'],
    [5e12, '5TB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  test('the largest of all bytes are no infinity', () => {
    expect(formatBytes(Number.MAX_VALUE)).not.toContain('Infinity');
  });

  test.each([
    [0, '0%'],
    [0.01, '1%'],
    [0.07, '7%'],
    [0.001234, '0.123%'],
    [0.99995, '99.995%'],
    [0.999999, '99.9999%'],
    [0.9876, '98.8%'],
    [1, '100%'],
    [1.5, '150%'],
    [Number.NaN, 'n/a'],
  ])('the ratio %d reads %s', (ratio, text) => {
    expect(formatRatio(ratio)).toBe(text);
  });
});

test('decimals are shifted without rounding', () => {
  expect(scaleDecimal('99.9', -2)).toBe(0.999);
  expect(shiftDecimal(0.07, 2)).toBe('7');
  expect(shiftDecimal(1e-7, 0)).toBe('0.0000001');
  expect(shiftDecimal(1e21, 0)).toBe('1000000000000000000000');
  expect(shiftDecimal(-1500, -3)).toBe('-1.5');
  expect(exactDuration(90_000)).toBe('90s');
  expect(exactDuration(1500)).toBe('1500ms');
});
