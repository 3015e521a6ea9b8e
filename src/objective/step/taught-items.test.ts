/** Which items a teacher's scores are compared on. */
import { expect, it } from 'vitest';
import { resolveConfig } from '../../config/resolve-config.js';
import { taughtItems } from './taught-items.js';

const knows = {
  user: new Uint8Array(4),
  item: Uint8Array.from({ length: 300 }, (_, item) => (item % 3 === 0 ? 0 : 1)),
};
const config = (numItems: number | 'batch') =>
  resolveConfig([{ coldStart: { teacher: { run: 'there', of: 'scores', numItems } } }, FEATURES], 'test');
const FEATURES = { encoder: { rows: { name: 'tower', items: 'tower' }, propagation: { name: 'none' } } };

it('are those of the batch unless asked otherwise, or without a teacher', () => {
  expect(taughtItems(config('batch'), { knows }, 1)).toBeUndefined();
  expect(taughtItems(config(20), undefined, 1)).toBeUndefined();
});

it('are as many as asked for, among those that the teacher knows, others at each step', () => {
  const counts = new Int32Array(300);
  for (let step = 1; step <= 400; step++) {
    const items = taughtItems(config(20), { knows }, step)!;
    expect(items).toEqual(Int32Array.from(new Set(items)).sort());
    expect(items).toHaveLength(20);
    for (const item of items) counts[item]++;
  }
  expect(taughtItems(config(20), { knows }, 7)).toEqual(taughtItems(config(20), { knows }, 7));
  // 40 times each on average, six standard deviations either way
  for (const [item, count] of counts.entries()) {
    if (knows.item[item]) expect(Math.abs(count - 40)).toBeLessThan(6 * Math.sqrt(40));
    else expect(count).toBe(0);
  }
  expect(taughtItems(config(1000), { knows }, 1)).toHaveLength(200);
});
