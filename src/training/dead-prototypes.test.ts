/** The count against its definition, and what it may cost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useBackend } from '../backend/index.js';
import { Rng } from '../core/rng.js';
import { countDead } from './dead-prototypes.js';

const gaussians = (length: number, label: string): Float32Array => {
  const rng = Rng.of(5, label);
  return Float32Array.from({ length }, () => rng.normal());
};

/** Every row with every prototype. */
function naive(vectors: Float32Array, centres: Float32Array, dim: number): number {
  const rowsOf = (table: Float32Array) =>
    Array.from({ length: table.length / dim }, (_, row) => table.subarray(row * dim, (row + 1) * dim));
  const prototypes = rowsOf(centres);
  const alive = rowsOf(vectors).map((row) => {
    const scores = prototypes.map((prototype) => prototype.reduce((sum, value, d) => sum + value * row[d], 0));
    return scores.indexOf(Math.max(...scores));
  });
  return prototypes.length - new Set(alive).size;
}

describe('dead prototypes', () => {
  it('are the nearest of no row', async () => {
    await useBackend('cpu');
    const sizes = { rows: fc.integer({ min: 0, max: 40 }), prototypes: fc.integer({ min: 1, max: 30 }) };
    const drawn = fc.record({ ...sizes, dim: fc.integer({ min: 1, max: 6 }), seed: fc.nat(1000) });
    await fc.assert(
      fc.asyncProperty(drawn, async ({ rows, prototypes, dim, seed }) => {
        const vectors = gaussians(rows * dim, `rows ${seed}`);
        const centres = gaussians(prototypes * dim, `prototypes ${seed}`);
        const set = { numPrototypes: prototypes, embeddingDim: dim, vectors: centres };
        expect(await countDead(vectors, set)).toBe(naive(vectors, centres, dim));
      }),
    );
  });

  it('are those of all blocks of rows, the last one too', async () => {
    const dim = 2;
    const vectors = new Float32Array(40_001 * dim);
    // the first prototype is every row's but the last one's; the third is nobody's
    for (let row = 0; row < 40_001; row++) vectors[row * dim + (row === 40_000 ? 1 : 0)] = 1;
    const centres = Float32Array.of(1, 0, 0, 1, -1, -1);
    expect(await countDead(vectors, { numPrototypes: 3, embeddingDim: dim, vectors: centres })).toBe(1);
  });

  it('are looked for up to where none is left', async () => {
    const dim = 32;
    const centres = gaussians(8 * dim, 'eight');
    const few = gaussians(20_000 * dim, 'rows');
    const many = new Float32Array(600_000 * dim);
    many.set(few);
    const set = { numPrototypes: 8, embeddingDim: dim, vectors: centres };
    const timeOf = async (vectors: Float32Array) => {
      const begin = process.cpuUsage();
      expect(await countDead(vectors, set)).toBe(0);
      return process.cpuUsage(begin).user;
    };
    const once = await timeOf(few);
    expect(await timeOf(many)).toBeLessThan(5 * once + 20_000);
  });
});
