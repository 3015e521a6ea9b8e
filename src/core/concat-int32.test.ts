import { expect, it } from 'vitest';
import { concatInt32 } from './concat-int32.js';

it('puts lists one after the other, in a new array', () => {
  const first = Int32Array.of(3, -1);
  const all = concatInt32([first, new Int32Array(0), Int32Array.of(7)]);
  expect(all).toEqual(Int32Array.of(3, -1, 7));
  first[0] = 9;
  expect(all[0]).toBe(3);
  expect(concatInt32([])).toEqual(new Int32Array(0));
});
