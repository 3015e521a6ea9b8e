import { expect, it } from 'vitest';
import { taskTable } from './task-table.js';

const metrics = { 'recall@10': 0.1, 'recall@20': 0.25, 'ndcg@20': 0.125, 'precision@20': 0.05 };
const overall = { task: 'overall', candidates: 25_581, users: 7_000, metrics };

it('shows candidates and users beside the figures, and a dash where there is none', () => {
  const cold = { task: 'cold', candidates: 5_113, users: 12, metrics: { 'recall@20': 0.5 } };
  const lines = taskTable([overall, cold], [10, 20, 50])[1].split('\n');
  expect(lines[0]).toMatch(/^task +candidates +users +recall@20 +ndcg@20 +precision@20$/);
  expect(lines[2]).toMatch(/^overall +25,581 +7,000 +0\.2500 +0\.1250 +0\.0500$/);
  expect(lines[3]).toMatch(/^cold +5,113 +12 +0\.5000 +– +–$/);
});

it('shows nothing where overall is all there is, and the longest lists where there are none of 20', () => {
  expect(taskTable([overall], [20])).toEqual([]);
  expect(taskTable([overall, overall], [10, 5])[1]).toContain('recall@10');
});
