import { describe, expect, test } from 'vitest';
import { secondsOfIsoDate, TimestampParser } from './timestamp-parser.js';

describe('ISO dates are read as UTC where they name no zone', () => {
  test.each([
    ['1970-01-01', 0],
    ['1970-01-02', 86_400],
    ['1970-01-01T00:01', 60],
    ['1970-01-01 00:01:01', 61],
    ['1970-01-01T00:00:00.5', 0.5],
    ['1970-01-01T01:00:00Z', 3600],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1970-01-01 00:00:10 UTC', 10],
    ['2023-11-01 22:13:20+00', 1_698_876_800],
    ['2023-11-01 22:13:20.25+00', 1_698_876_800.25],
    ['2023-11-01 22:13:20,25', 1_698_876_800.25],
    ['2023-11-01T22:13:20-03', 1_698_887_600],
    ['2023-11-01 22:13:20 +0530', 1_698_857_000],
    ['2023-11-01 22:13:20 GMT', 1_698_876_800],
    ['2024-02-29', 1_709_164_800],
  ])('%s', (text, seconds) => expect(secondsOfIsoDate(text)).toBe(seconds));

  test.each([
    '12/31/2001',
    '2001',
    'May 5',
    '',
    '2001-13-01',
    '2001-01-01T25:00',
    '2023-02-30',
    '2023-02-29',
    '2023-04-31T10:00',
    '2023-00-10',
    '2023-01-00',
    '2023-11-01 22:13,5',
  ])('%j is none', (text) => expect(secondsOfIsoDate(text)).toBeNaN());
});

test('the size of a number shows its unit', () => {
  const cases = [
    [1_700_000_000, 1_700_000_000],
    [1_700_000_000_000, 1_700_000_000],
    [1_700_000_000_000_000, 1_700_000_000],
    [1_700_000_000_000_000_000, 1_700_000_000],
  ];
  for (const [value, seconds] of cases) expect(new TimestampParser().ofNumber(value)).toBeCloseTo(seconds, 3);
});

test('a number in another unit than the first is refused, and said to be', () => {
  const parser = new TimestampParser();
  expect(parser.ofNumber(1_700_000_000)).toBe(1_700_000_000);
  parser.placeUnit('/logs/a.csv', 2);
  for (const value of [1_700_000_600_000, 1.7e15, 1.7e18]) expect(parser.ofNumber(value)).toBeNaN();
  expect(parser.otherUnit('1700000600000')).toBe(
    'expected seconds as in a.csv:2, got 1700000600000, which counts milliseconds',
  );
  expect(parser.otherUnit('soon')).toBeUndefined();
  expect(parser.ofNumber(1_700_000_600)).toBe(1_700_000_600);
});

test('zeros and counters decide no unit, and take the one that is known', () => {
  const parser = new TimestampParser();
  expect([parser.ofNumber(0), parser.ofNumber(5)]).toEqual([0, 5]);
  expect(parser.ofNumber(1e12)).toBe(1e9);
  expect([parser.ofNumber(0), parser.ofNumber(-1)]).toEqual([0, -0.001]);
});

test('seconds may have a decimal comma', () => {
  expect(new TimestampParser().ofText('1700000000,5')).toBe(1_700_000_000.5);
  expect(new TimestampParser().ofText('1,700')).toBeNaN();
});

test.each(['', 'nan', 'Infinity', '-', 'abc'])('%j is no time', (text) => {
  expect(new TimestampParser().ofText(text)).toBeNaN();
});
