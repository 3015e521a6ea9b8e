/** What a page shows of items: places on the map, neighbours, groups. */
import { describe, expect, it } from 'vitest';
import { fakeRun } from '../../../tests/fake-run.js';
import { Rng } from '../../core/rng.js';
import { buildBipartiteCsr } from '../../graph/bipartite-csr.js';
import { itemGroups } from './item-groups.js';
import { itemMap } from './item-map.js';
import { itemNeighbours } from './item-neighbours.js';

function randomRows(label: string, count: number, dim: number): Float32Array {
  const rng = Rng.of(3, label);
  return Float32Array.from({ length: count * dim }, () => rng.normal());
}

const cosineOf = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
  const dot = (x: ArrayLike<number>, y: ArrayLike<number>): number =>
    Array.from(x).reduce((sum, value, i) => sum + value * y[i], 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
};

describe('items', () => {
  it('are near on the map where their vectors are, laid out or placed', async () => {
    const dim = 8;
    const rng = Rng.of(4, 'clusters');
    const centres = Array.from({ length: 3 }, (_, c) =>
      Float32Array.from({ length: dim }, (_, d) => (d === c ? 3 : 0)),
    );
    const numItems = 150;
    const items = Float32Array.from({ length: numItems * dim }, (_, at) => {
      const item = Math.floor(at / dim);
      return item === 7 ? 0 : centres[item % 3][at % dim] + 0.3 * rng.normal();
    });
    const popularity = Int32Array.from({ length: numItems }, (_, item) => numItems - item);
    const map = (await itemMap({ items, embeddingDim: dim }, popularity, { maxLaidOut: 90 }))!;
    expect(map.numLaidOut).toBe(90);
    expect([...map.items]).toEqual(Array.from({ length: numItems }, (_, i) => i).filter((i) => i !== 7));
    const place = (at: number): [number, number] => [map.places[2 * at], map.places[2 * at + 1]];
    for (const value of map.places) expect(value >= -1e-6 && value <= 1 + 1e-6).toBe(true);
    const nearest = Array.from(map.items, (_, at) => {
      const others = Array.from(map.items, (_, other) => other).filter((other) => other !== at);
      const distance = (other: number): number =>
        Math.hypot(place(at)[0] - place(other)[0], place(at)[1] - place(other)[1]);
      return others.reduce((best, other) => (distance(other) < distance(best) ? other : best));
    });
    const agree = nearest.filter((other, at) => map.items[other] % 3 === map.items[at] % 3).length;
    expect(agree / nearest.length).toBeGreaterThan(0.97);
    const again = (await itemMap({ items, embeddingDim: dim }, popularity, { maxLaidOut: 90 }))!;
    expect(again.places).toEqual(map.places);
    expect(
      await itemMap({ items: items.slice(0, 9 * dim), embeddingDim: dim }, popularity.slice(0, 9)),
    ).toBeUndefined();
  });

  it('have the neighbours with the largest cosines', async () => {
    const [dim, numItems, k] = [5, 40, 4];
    const items = randomRows('neighbours', numItems, dim);
    items.fill(0, 0, dim);
    const near = await itemNeighbours({ embeddingDim: dim, users: items, items, normalized: false }, k);
    expect([...near.ids.subarray(0, k)]).toEqual([-1, -1, -1, -1]);
    const row = (item: number): Float32Array => items.subarray(item * dim, (item + 1) * dim);
    for (const item of [1, 17, 39]) {
      const all = Array.from({ length: numItems - 1 }, (_, i) => i + 1)
        .filter((other) => other !== item)
        .map((other) => ({ other, cosine: cosineOf(row(item), row(other)) }))
        .sort((a, b) => b.cosine - a.cosine)
        .slice(0, k);
      expect([...near.ids.subarray(item * k, (item + 1) * k)]).toEqual(all.map(({ other }) => other));
      const cosines = [...near.cosines.subarray(item * k, (item + 1) * k)];
      for (const [i, { cosine }] of all.entries()) expect(Math.abs(cosines[i] - 10_000 * cosine)).toBeLessThan(1);
    }
  });

  it('fall into groups by attribute and popularity, the largest first', () => {
    const { graph } = fakeRun({ folder: 'nowhere', numUsers: 3, numItems: 4 });
    const train = buildBipartiteCsr(
      { userIndex: Int32Array.of(0, 1, 2, 0), itemIndex: Int32Array.of(0, 0, 0, 1) },
      { numUsers: 3, numItems: 4 },
    );
    const itemFeatures = {
      numRows: 4,
      columns: {
        genre: {
          kind: 'multi-valued',
          offsets: Int32Array.of(0, 2, 2, 3, 4),
          codes: Int32Array.of(1, 0, 1, 0),
          values: ['a', 'b'],
        },
        brand: { kind: 'categorical', codes: Int32Array.of(0, 0, 0, -1), values: ['x'] },
        title: { kind: 'text', texts: ['', '', '', ''] },
      },
    } as const;
    const [genre, popularity, ...others] = itemGroups({ graph: { ...graph, train, itemFeatures } });
    // the first value of a row; a brand that all share tells nothing
    expect(genre).toMatchObject({ name: 'genre', values: ['b', 'a'], ordered: false });
    expect([...genre.codes]).toEqual([0, 65535, 0, 1]);
    expect(popularity.values).toEqual(['0', '1', '2 to 3']);
    expect([...popularity.codes]).toEqual([2, 1, 0, 0]);
    expect(others).toEqual([]);
  });
});
