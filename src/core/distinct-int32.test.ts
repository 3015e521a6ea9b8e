import { expect, it } from 'vitest';
import { distinctInt32 } from './distinct-int32.js';

it('gives every value of all lists once, ascending, and leaves the lists as they are', () => {
  const first = Int32Array.of(9, -2, 9, 10);
  expect(distinctInt32(first, new Int32Array(0), Int32Array.of(3, 10))).toEqual(Int32Array.of(-2, 3, 9, 10));
  expect(first).toEqual(Int32Array.of(9, -2, 9, 10));
  expect(distinctInt32()).toEqual(new Int32Array(0));
});
