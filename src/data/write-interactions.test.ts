import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { loadDataset, splitInteractionSet } from './load-dataset.js';
import { createPlantedWorld } from './planted/planted-world.js';
import { interactionSetFromRows } from './sources/rows.js';
import { writeInteractions } from './write-interactions.js';

const scratch = mkdtempSync(join(tmpdir(), 'twinlight-write-'));
afterAll(() => rmSync(scratch, { recursive: true }));

test('a planted world comes back as it was, features and split included', async () => {
  const { interactions } = createPlantedWorld({ numUsers: 40, numItems: 60, meanInteractions: 10, seed: 3 });
  const folder = join(scratch, 'world');
  expect(await writeInteractions(interactions, folder)).toEqual(['interactions.csv', 'items.csv', 'users.csv']);
  expect(readdirSync(folder).sort()).toEqual(['interactions.csv', 'items.csv', 'users.csv']);
  const loaded = await loadDataset(folder);
  const direct = splitInteractionSet(interactions);
  expect(loaded.split.counts).toEqual(direct.split.counts);
  const named = ({ users, items, test }: typeof direct) =>
    Array.from(test.userIndex, (user, row) => [
      users.idOf(user),
      items.idOf(test.itemIndex[row]),
      test.timestamp![row],
    ]);
  expect(named(loaded)).toEqual(named(direct));

  for (const [name, column] of Object.entries(interactions.itemFeatures!.columns)) {
    const back = loaded.itemFeatures!.columns[name];
    expect(back.kind).toBe(column.kind);
    if (column.kind !== 'text' || back.kind !== 'text') continue;
    for (const [row, id] of loaded.items.ids.entries()) {
      expect(back.texts[row]).toBe(column.texts[interactions.items.indexOf(id)!]);
    }
  }
});

test('quoting, weights and events survive', async () => {
  const set = interactionSetFromRows([
    { user: 'a,b', item: 'say "x"', weight: 2.5 },
    { user: 'a\nb', item: 'é;|', weight: 1, event: 'rejected' },
  ]);
  const folder = join(scratch, 'quoted');
  await writeInteractions(set, folder);
  const { users, items, train } = await loadDataset(folder, { useWeights: true, split: { name: 'random' } });
  expect([users.ids, items.ids]).toEqual([set.users.ids, set.items.ids]);
  expect([...train.weight!, ...train.event!]).toEqual([2.5, 1, 0, 2]);
});

test('vectors, instants and weights survive, the last where they are told', async () => {
  const set = interactionSetFromRows([
    { user: 1, item: 'a' },
    { user: 1, item: 'b' },
  ]);
  const tags = {
    kind: 'multi-valued' as const,
    offsets: Int32Array.of(0, 2, 2),
    codes: Int32Array.of(0, 1),
    values: ['x', 'y'],
    weights: Float32Array.of(0.25, 3),
  };
  const numbers = Float32Array.of(0.1, -2, Number.NaN, Number.NaN);
  const columns = {
    tags,
    emb: { kind: 'vector' as const, dim: 2, numbers },
    since: { kind: 'time' as const, seconds: Float64Array.of(Number.NaN, 1.7e9) },
  };
  const folder = join(scratch, 'kinds');
  await writeInteractions({ ...set, itemFeatures: { numRows: 2, columns } }, folder);
  const { itemFeatures } = await loadDataset(folder, {
    itemFeatures: { columns: { tags: { kind: 'multi-valued', weighted: true } } },
  });
  const { options: _, ...back } = itemFeatures!.columns.tags;
  expect({ ...itemFeatures!.columns, tags: back }).toEqual(columns);
});

test('a value that holds the separator is refused, and no file is left', async () => {
  const set = interactionSetFromRows([{ user: 1, item: 1 }]);
  const tags = {
    kind: 'multi-valued' as const,
    offsets: Int32Array.of(0, 1),
    codes: Int32Array.of(0),
    values: ['a|b'],
  };
  const folder = join(scratch, 'separator');
  await expect(writeInteractions({ ...set, itemFeatures: { numRows: 1, columns: { tags } } }, folder)).rejects.toThrow(
    /"a\|b" holds the separator/,
  );
  expect(readdirSync(folder)).toEqual([]);
});
