import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { didYouMean, editDistance, nearestName } from './nearest-name.js';

/** The textbook recursion, exponential: fine for words of a few letters. */
function recursiveDistance(a: string, b: string): number {
  if (a === '' || b === '') return a.length + b.length;
  const substitute = recursiveDistance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  let best = Math.min(recursiveDistance(a.slice(1), b) + 1, recursiveDistance(a, b.slice(1)) + 1, substitute);
  if (a.length > 1 && a[0] === b[1] && a[1] === b[0])
    best = Math.min(best, recursiveDistance(a.slice(2), b.slice(2)) + 1);
  return best;
}

describe('editDistance', () => {
  it('agrees with the recursive definition', () => {
    const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 });
    fc.assert(fc.property(word, word, (a, b) => editDistance(a, b) === recursiveDistance(a, b)));
  });

  it.each([
    ['', '', 0],
    ['ab', 'ba', 1],
    ['kitten', 'sitting', 3],
    ['seed', '', 4],
  ])('%s → %s: %i', (a, b, distance) => expect(editDistance(a, b)).toBe(distance));
});

describe('nearestName', () => {
  const known = ['temperature', 'batchSize', 'k'];
  it('finds a slip of the finger, whatever the case', () => {
    expect(nearestName('temprature', known)).toBe('temperature');
    expect(nearestName('BATCHSIZE', known)).toBe('batchSize');
    expect(didYouMean('bachSize', known)).toBe(' (did you mean "batchSize"?)');
  });
  it('stays silent when nothing is near', () => {
    expect(nearestName('zzzzzz', known)).toBeUndefined();
    expect(didYouMean('zzzzzz', known)).toBe('');
    expect(nearestName('x', [])).toBeUndefined();
  });
});
