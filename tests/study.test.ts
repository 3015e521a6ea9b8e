/** The runner of the studies: tables from cells of known content, and cells that are the same when they are made again. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** What the tests use of the scripts, which have no types of their own. */
interface Row {
  readonly variant: string;
  readonly failed?: string;
  readonly values?: Record<string, { mean: number; sd: number; n: number }>;
  readonly difference?: { meanDifference: number; low: number; high: number };
}
interface Cell {
  readonly failed?: string;
  readonly valid: Record<string, number>;
  readonly test: Record<string, number>;
  readonly perUser: Record<string, number[]>;
  readonly seconds: number;
  readonly at: string;
}
type Options = Record<string, unknown>;

const isBuilt = existsSync('dist/index.js');

describe.skipIf(!isBuilt)('the table of a study', async () => {
  // @ts-expect-error a plain script without types
  const { best, markdown, summarise } = await import('../bench/experiments/study/table.mjs');
  const columns = [{ title: 'ndcg', of: 'test:ndcg@20' }];
  const cell = (seed: number, perUser: number[], valid = 0) => ({
    seed,
    valid: { 'ndcg@20': valid },
    test: { 'ndcg@20': perUser.reduce((sum, value) => sum + value, 0) / perUser.length },
    perUser: { 'ndcg@20': perUser },
  });
  const baseline = [cell(1, [0.1, 0.2, 0.3]), cell(2, [0.3, 0.4, 0.5])];

  it('has means and deviations over seeds, and differences over users of means over seeds', () => {
    const row: Row = summarise(
      'other',
      [cell(1, [0.2, 0.2, 0.2]), cell(2, [0.4, 0.6, 0.8])],
      baseline,
      columns,
      'ndcg@20',
    );
    expect(row.values!.ndcg.mean).toBeCloseTo(0.4, 6);
    expect(row.values!.ndcg.sd).toBeCloseTo(0.4 / Math.sqrt(2), 6);
    expect(row.difference!.meanDifference).toBeCloseTo(0.1, 6);
    expect(row.difference!.low).toBeCloseTo(0.1, 6);
    expect(summarise('same', baseline, baseline, columns, 'ndcg@20').difference).toBeUndefined();
  });

  it('chooses by validation, and says which runs ended in an error', () => {
    const columnsOfValid = [{ title: 'valid', of: 'valid:ndcg@20' }, ...columns];
    const rows: Row[] = [
      summarise('good', [cell(1, [0, 0], 0.5)], [], columnsOfValid, 'ndcg@20'),
      summarise('better on test only', [cell(1, [1, 1], 0.4)], [], columnsOfValid, 'ndcg@20'),
      summarise('broken', [{ failed: 'TRAIN_COLLAPSED: all alike' }], [], columnsOfValid, 'ndcg@20'),
    ];
    const chosen = best(rows, 'valid');
    expect(chosen.variant).toBe('good');
    const text: string = markdown(rows, columnsOfValid, [chosen]);
    expect(text).toContain('| **good** | 0.5000 | 0.0000 |');
    expect(text).toContain('| broken | TRAIN_COLLAPSED |  |');
  });
});

describe.skipIf(!isBuilt)('a cell of a study', async () => {
  // @ts-expect-error a plain script without types
  const { cachedCell, cellKey, makeCell } = await import('../bench/experiments/study/cell.mjs');
  // @ts-expect-error a plain script without types
  const { TINY: data } = await import('../bench/experiments/study/data-sets.mjs');
  const variants = [
    { name: 'one' },
    { name: 'other', config: { negatives: { sources: [{ name: 'in-batch' }, { name: 'uniform', count: 8 }] } } },
    { name: 'both', fuse: { variants: ['one', 'other'], weights: [1, 1] } },
  ];
  const study = { preset: 'two-tower', variants };
  let cache: string;
  let opened: { graph: Options };
  const keyOf = (variant: Options, seed: number, of: Options = study): string =>
    cellKey(of, variant, data, opened.graph, seed);
  const make = (variant: Options): Promise<Cell> =>
    makeCell({ cache, study, variant, data, opened, seed: 1, backend: 'auto' });
  beforeAll(async () => {
    cache = mkdtempSync(join(tmpdir(), 'twinlight-study-test-'));
    opened = await data.open(cache);
  });
  afterAll(() => rmSync(cache, { recursive: true, force: true }));

  it('has a key that follows configuration and seed, not the name', () => {
    const [one, other, both] = variants;
    const keys = [keyOf(one, 1), keyOf(one, 2), keyOf(other, 1), keyOf(both, 1), keyOf(both, 2)];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keyOf({ name: 'renamed' }, 1)).toBe(keys[0]);
    expect(keyOf(one, 1, { ...study, config: { encoder: { embeddingDim: 16 } } })).not.toBe(keys[0]);
    expect(keyOf({ name: 'again', seedOffset: 1 }, 1)).toBe(keyOf(one, 2));
  });

  it('is kept once it is made, and the same when it is made again', async () => {
    const first = await make(variants[0]);
    const kept: Cell = cachedCell(cache, keyOf(variants[0], 1));
    expect(kept).toEqual(JSON.parse(JSON.stringify(first)));
    const again = await make(variants[0]);
    expect(again.perUser).toEqual(first.perUser);
    expect(first.test['truth@20']).toBeGreaterThan(0);
    expect(first.test['truth@20']).toBeLessThan(1);
  });

  it('can be a fusion of others, which it trains where they are not there', async () => {
    const [one, fused] = [await make(variants[0]), await make(variants[2])];
    expect(fused.failed).toBeUndefined();
    expect(fused.test['ndcg@20']).toBeGreaterThan(0);
    expect(fused.perUser).not.toEqual(one.perUser);
  });

  it('measures the truth itself as whole', async () => {
    const oracle = await make({ name: 'truth', oracle: true });
    expect(oracle.test['truth@20']).toBe(1);
  });
});

describe.skipIf(!isBuilt)('rows that were filed', async () => {
  // @ts-expect-error a plain script without types
  const { filedRow, originOf, settle } = await import('../bench/experiments/study/filed.mjs');
  // @ts-expect-error a plain script without types
  const { TINY: data } = await import('../bench/experiments/study/data-sets.mjs');
  const graph = { manifest: { hash: 'abc' } };
  const hot = { name: 'hot', config: { losses: { main: { temperature: 0.5 } } } };
  const variants = [
    { name: 'plain' },
    hot,
    { name: 'second', seedOffset: 100 },
    { name: 'fused', fuse: { variants: ['plain', 'hot'], weights: [1, 0.5] } },
  ];
  const study = { preset: 'two-tower', variants };
  const runs = [1, 2].map((seed) => ({ seed, valid: { 'ndcg@20': 0.1 }, test: { 'ndcg@20': seed / 7 } }));
  const rows = variants.map((variant) => ({ variant: variant.name, ...originOf(study, variant, data), runs }));
  const results = JSON.parse(JSON.stringify({ data: [{ hash: 'abc', rows }] }));
  const found = (variant: Options, of: Options = study, inGraph: Options = graph, seeds = [1, 2]): Row | undefined =>
    filedRow(results, of, variant, data, inGraph, seeds);

  it('are found by what they were made of, not by name', () => {
    for (const variant of variants) expect(found(variant)?.variant).toBe(variant.name);
    expect(found({ ...hot, name: 'renamed' })?.variant).toBe('hot');
    expect(found({ name: 'hot', config: { losses: { main: { temperature: 0.4 } } } })).toBeUndefined();
    expect(found({ name: 'third', seedOffset: 101 })).toBeUndefined();
    expect(found(hot, study, { manifest: { hash: 'other' } })).toBeUndefined();
    expect(found(hot, study, graph, [1, 2, 3])).toBeUndefined();
  });

  it('that are fused are those of their parts', () => {
    const hotter = { ...hot, config: { losses: { main: { temperature: 0.9 } } } };
    const changed = { ...study, variants: variants.map((variant) => (variant === hot ? hotter : variant)) };
    expect(found(variants[3], changed)).toBeUndefined();
    expect(found(variants[0], changed)?.variant).toBe('plain');
  });

  it('stand for cells, but for the baseline that new ones are compared with, and only if that is still the same', () => {
    const cache = mkdtempSync(join(tmpdir(), 'twinlight-study-filed-'));
    try {
      const cells = (isExtended: boolean) => [
        { set: 'a', variant: { name: 'plain' }, key: 'plain', filed: { cell: runs[0] } },
        { set: 'a', variant: hot, key: 'hot', filed: { cell: runs[1] } },
        ...(isExtended ? [{ set: 'a', variant: { name: 'new' }, key: 'new' }] : []),
      ];
      const there = (isExtended: boolean) =>
        settle(cells(isExtended), cache, 'plain').map(({ result }: { result?: Options }) => result?.seed);
      expect(there(false)).toEqual([1, 2]);
      expect(there(true)).toEqual([undefined, 2, undefined]);
      const make = (ndcg: number) => {
        mkdirSync(join(cache, 'cells'), { recursive: true });
        const cell = { ...runs[0], test: { 'ndcg@20': ndcg }, perUser: {} };
        writeFileSync(join(cache, 'cells', 'plain.json'), JSON.stringify(cell));
      };
      make(1 / 7);
      expect(there(true)).toEqual([1, 2, undefined]);
      make(1 / 7 + 1e-5);
      expect(there(true)).toEqual([1, undefined, undefined]);
    } finally {
      rmSync(cache, { recursive: true, force: true });
    }
  });
});
