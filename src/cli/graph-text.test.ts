import { expect, it } from 'vitest';
import { buildGraph, describeGraph, interactionSetFromRows } from '../index.js';
import { countRows, graphText } from './graph-text.js';

it('counts say how many users and items are cold', () => {
  const counts = { users: 1200, items: 30, trainEdges: 5, validPairs: 1, testPairs: 2, coldUsers: 0, coldItems: 4 };
  expect(countRows(counts)).toEqual([
    ['users', '1,200'],
    ['items', '30  (4 without a training interaction)'],
    ['train', 5],
    ['validation', 1],
    ['test', 2],
  ]);
});

it('a graph is described with its source, its degrees and what there is to know', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ user: i % 8, item: `i${(i * 3) % 10}`, timestamp: i }));
  const graph = await buildGraph(interactionSetFromRows(rows), { name: 'shop' });
  const text = graphText(describeGraph(graph));
  expect(text).toMatch(/^graph +shop_global-time_\w{8}$/m);
  expect(text).toMatch(/^source +interactions$/m);
  expect(text).toMatch(/^timestamps +yes$/m);
  expect(text).toMatch(/^interactions of a +mean +min/m);
  expect(text).toMatch(/^user +\d/m);
  expect(text).toMatch(/\nnotes\n {2}- split: global-time/);
  const files = { kind: 'files', name: 'log', format: 'csv', files: [{ name: 'a.csv' }, { name: 'items.csv' }] };
  expect(graphText({ ...describeGraph(graph), source: files, notes: [] })).toMatch(
    /^source +log \(csv: a\.csv, items\.csv\)$/m,
  );
});

it('what fields know of one another stands in a table, with the diagonal and below it', async () => {
  const rows = Array.from({ length: 40 }, (_, i) => ({ user: i % 8, item: `i${i % 10}`, timestamp: i }));
  const set = interactionSetFromRows(rows);
  const codes = Int32Array.from(set.items.ids, (_, i) => i % 2);
  const column = { kind: 'categorical', codes, values: ['a', 'b'] } as const;
  const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, i) => [`f${i + 1}`, column]));
  const described = async (count: number) =>
    graphText(describeGraph(await buildGraph({ ...set, itemFeatures: { numRows: 10, columns: fields(count) } })));
  expect(await described(2)).toMatch(
    /^item fields know of one another +1 +2\n.*\n1 {2}f1 +0\.69\n2 {2}f2 +0\.69 +0\.69\n\(mutual information in nats/m,
  );
  expect(await described(1)).not.toContain('know of one another');
  expect(await described(19)).toMatch(/^3 more fields are in the output of --json$/m);
});
