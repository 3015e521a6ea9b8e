import { expect, it } from 'vitest';
import { rankedText } from './ranked-text.js';

it('lists rank, id and score, and titles where any item has one', () => {
  const plain = rankedText([{ id: 'b', score: 0.5, label: 'b' }], 'cosine');
  expect(plain.split('\n')).toEqual(['#  id  cosine', '─  ──  ──────', '1  b   0.5000']);
  const titled = rankedText(
    [
      { id: 'b', score: 12, label: 'b' },
      { id: 'a', score: -0.25, label: 'x'.repeat(70) },
    ],
    'score',
  );
  const [head, , first, second] = titled.split('\n');
  expect(head).toMatch(/^# +id +title +score$/);
  expect(first).toMatch(/^1 +b +b +12\.0000$/);
  expect(second).toMatch(/^2 +a +x{59}… +-0\.2500$/);
});
