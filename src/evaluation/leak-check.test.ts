import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { raggedFromPairs } from '../core/ragged.js';
import { assertNoLeak, findLeak } from './leak-check.js';

const ragged = (pairs: readonly (readonly [number, number])[]) =>
  raggedFromPairs(
    Int32Array.from(pairs, (pair) => pair[0]),
    Int32Array.from(pairs, (pair) => pair[1]),
    4,
  );
const anyPairs = fc.uniqueArray(fc.tuple(fc.nat(3), fc.nat(9)), { selector: String, maxLength: 20 });

describe('leak check', () => {
  it('finds exactly the pairs that are in both', () => {
    fc.assert(
      fc.property(anyPairs, anyPairs, (known, heldOut) => {
        const inBoth = heldOut
          .filter(([user, item]) => known.some((pair) => pair[0] === user && pair[1] === item))
          .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        const leak = findLeak(ragged(known), ragged(heldOut));
        const expected = inBoth.length && { numPairs: inBoth.length, userIndex: inBoth[0][0], itemIndex: inBoth[0][1] };
        expect(leak).toEqual(expected || undefined);
      }),
    );
  });

  it('refuses with the first pair and the count', () => {
    const known = ragged(
      [
        [1, 2],
        [1, 5],
        [3, 3],
      ].map(([u, i]) => [u, i]),
    );
    expect(() => assertNoLeak(known, ragged([[3, 4]]))).not.toThrow();
    expect(() =>
      assertNoLeak(
        known,
        ragged(
          [
            [3, 3],
            [1, 5],
          ].map(([u, i]) => [u, i]),
        ),
      ),
    ).toThrow(/^2 held-out pairs are also .* first user 1 with item 5/);
    expect(() => assertNoLeak(known, ragged([[3, 3]]))).toThrow(/^1 held-out pair is also/);
  });
});
