import { expect, it } from 'vitest';
import { rankedItems } from './ranked-item.js';

it('names the places that are filled, with their own scores', () => {
  const top = { k: 4, ids: Int32Array.of(7, -1, 2, -1), scores: Float32Array.of(0.75, 9, 0.5, 8) };
  expect(rankedItems(top, (item) => ({ id: `i${item}`, label: `Item ${item}` }))).toEqual([
    { id: 'i7', score: 0.75, label: 'Item 7' },
    { id: 'i2', score: 0.5, label: 'Item 2' },
  ]);
});
