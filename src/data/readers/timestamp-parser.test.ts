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
  ])('%s', (text, seconds) => expect(secondsOfIsoDate(text)).toBe(seconds));

  test.each(['12/31/2001', '2001', 'May 5', '', '2001-13-01', '2001-01-01T25:00'])('%j is none', (text) =>
    expect(secondsOfIsoDate(text)).toBeNaN(),
  );
});

test('the first number decides the unit for all', () => {
  const cases = [
    [1_700_000_000, 1_700_000_000],
    [1_700_000_000_000, 1_700_000_000],
    [1_700_000_000_000_000, 1_700_000_000],
    [1_700_000_000_000_000_000, 1_700_000_000],
  ];
  for (const [value, seconds] of cases) expect(new TimestampParser().ofNumber(value)).toBeCloseTo(seconds, 3);
  const parser = new TimestampParser();
  expect(parser.ofNumber(5)).toBe(5);
  expect(parser.ofNumber(1e12)).toBe(1e12);
});

test.each(['', 'nan', 'Infinity', '-', 'abc'])('%j is no time', (text) => {
  expect(new TimestampParser().ofText(text)).toBeNaN();
});
