import { expect, it } from 'vitest';
import { ownValue, recordOf } from './own-keys.js';

const INHERITED = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__'];

it('finds nothing that an object only inherits', () => {
  for (const key of INHERITED) expect(ownValue({} as Record<string, unknown>, key), key).toBeUndefined();
  expect(ownValue(undefined, 'a')).toBeUndefined();
  expect(ownValue({ a: 1 }, 'a')).toBe(1);
});

it('keeps what such names were given, and has nothing else', () => {
  const record = recordOf(INHERITED.map((key, i) => [key, i] as const));
  expect(Object.keys(record)).toEqual(INHERITED);
  for (const [i, key] of INHERITED.entries()) expect(record[key], key).toBe(i);
  expect(recordOf<number>([]).constructor).toBeUndefined();
});
