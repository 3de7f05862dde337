import { describe, expect, test } from 'vitest';
import * as der from '../../../src/demo/tls/der.ts';

const hex = (buffer: Buffer): string => buffer.toString('hex');

describe('lengths', () => {
  test.each([
    [0, '0400'],
    [127, '047f'],
    [128, '048180'],
    [201, '0481c9'],
    [256, '04820100'],
    [70_000, '0483011170'],
  ])('%d bytes', (length, head) => {
    expect(hex(der.octetString(Buffer.alloc(length))).slice(0, head.length)).toBe(head);
  });
});

describe('integers', () => {
  test.each([
    ['00', '020100'],
    ['0000', '020100'],
    ['7f', '02017f'],
    ['80', '02020080'],
    ['007f', '02017f'],
    ['0100', '02020100'],
  ])('%s', (bytes, encoded) => {
    expect(hex(der.integer(Buffer.from(bytes, 'hex')))).toBe(encoded);
  });
});

describe('object identifiers', () => {
  // The first is X.690's own example (section 8.19.5); the others are as RFC 5480 and RFC 5758 have them.
  test.each([
    ['2.999.3', '0603883703'],
    ['1.2.840.10045.4.3.2', '06082a8648ce3d040302'],
    ['1.3.6.1.5.5.7.3.1', '06082b06010505070301'],
    ['2.5.29.17', '0603551d11'],
  ])('%s', (dotted, encoded) => {
    expect(hex(der.objectIdentifier(dotted))).toBe(encoded);
  });
});

describe('times', () => {
  test('are in two digits of a year up to 2049, in four from then on', () => {
    expect(
      der
        .time(Date.UTC(2049, 11, 31, 23, 59, 59, 999))
        .subarray(2)
        .toString(),
    ).toBe('491231235959Z');
    expect(
      der
        .time(Date.UTC(2050, 0, 1))
        .subarray(2)
        .toString(),
    ).toBe('20500101000000Z');
    expect(der.time(0)[0]).toBe(0x17);
    expect(der.time(Date.UTC(2050, 0, 1))[0]).toBe(0x18);
  });
});
