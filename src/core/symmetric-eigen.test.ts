import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { naiveProduct } from '../../tests/random-arrays.js';
import { Rng } from './rng.js';
import { symmetricEigen } from './symmetric-eigen.js';
import { symmetricEigenvalues } from './symmetric-eigenvalues.js';

const gaussians = (length: number, label: string): Float32Array => {
  const rng = Rng.of(11, label);
  return Float32Array.from({ length }, () => rng.normal());
};

describe('eigenvalues and vectors', () => {
  it('satisfy the definition, descending', () => {
    const size = 9;
    const rng = Rng.of(3);
    const half = Array.from({ length: size * size }, () => rng.normal());
    const matrix = Float64Array.from(half, (value, at) => value + half[(at % size) * size + Math.floor(at / size)]);
    const { values, vectors } = symmetricEigen(matrix, size);
    const rows = Array.from({ length: size }, (_, i) => [...matrix.subarray(i * size, (i + 1) * size)]);
    const image = naiveProduct(rows, vectors, size);
    for (let at = 0; at < image.length; at++) expect(image[at]).toBeCloseTo(vectors[at] * values[at % size], 10);
    for (let i = 1; i < size; i++) expect(values[i]).toBeLessThanOrEqual(values[i - 1]);
  });

  it('come of matrices with more numbers than a call has arguments', () => {
    const size = 450;
    const diagonal = new Float64Array(size * size);
    for (let i = 0; i < size; i++) diagonal[i * size + i] = i;
    expect([...symmetricEigen(diagonal, size).values]).toEqual(Array.from({ length: size }, (_, i) => size - 1 - i));
  });
});

describe('eigenvalues alone', () => {
  it('keep trace, squares and cubes, and come in order', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 7 }), fc.nat(1000), (size, seed) => {
        const raw = gaussians(size * size, `matrix ${seed}`);
        const a = Float64Array.from(raw, (_, at) => raw[at] + raw[(at % size) * size + Math.floor(at / size)]);
        const trace = (m: Float64Array) =>
          Array.from({ length: size }, (_, i) => m[i * size + i]).reduce((s, v) => s + v, 0);
        const times = (x: Float64Array, y: Float64Array) =>
          Float64Array.from(x, (_, at) => {
            let sum = 0;
            for (let k = 0; k < size; k++) sum += x[Math.floor(at / size) * size + k] * y[k * size + (at % size)];
            return sum;
          });
        const values = [...symmetricEigenvalues(a, size)];
        expect(values).toEqual([...values].sort((x, y) => y - x));
        const power = (p: number) => values.reduce((sum, value) => sum + value ** p, 0);
        expect(power(1)).toBeCloseTo(trace(a), 8);
        expect(power(2)).toBeCloseTo(trace(times(a, a)), 7);
        expect(power(3)).toBeCloseTo(trace(times(a, times(a, a))), 6);
      }),
    );
  });

  it('are those that come with the vectors', () => {
    const raw = gaussians(64, 'both');
    const matrix = Float64Array.from(raw, (_, at) => raw[at] + raw[(at % 8) * 8 + Math.floor(at / 8)]);
    const { values } = symmetricEigen(matrix, 8);
    for (const [i, value] of symmetricEigenvalues(matrix, 8).entries()) expect(value).toBeCloseTo(values[i], 12);
  });

  it('come of zeros, multiples and low ranks, at sizes that Jacobi takes long for', () => {
    const size = 300;
    const rows = gaussians(3 * size, 'low rank');
    const gram = Float64Array.from({ length: size * size }, (_, at) => {
      const [i, j] = [Math.floor(at / size), at % size];
      return [0, 1, 2].reduce((sum, k) => sum + rows[k * size + i] * rows[k * size + j], 0);
    });
    const small = Float64Array.from({ length: 9 }, (_, at) => {
      const [a, b] = [Math.floor(at / 3), at % 3];
      return Array.from({ length: size }, (_, i) => rows[a * size + i] * rows[b * size + i]).reduce((s, v) => s + v, 0);
    });
    const values = symmetricEigenvalues(gram, size);
    const expected = symmetricEigen(small, 3).values;
    for (let i = 0; i < size; i++) expect(values[i]).toBeCloseTo(expected[i] ?? 0, 9);
    const identity = new Float64Array(size * size);
    for (let i = 0; i < size; i++) identity[i * size + i] = 5;
    expect(new Set(symmetricEigenvalues(identity, size))).toEqual(new Set([5]));
    expect([...symmetricEigenvalues(Float64Array.of(7), 1)]).toEqual([7]);
    expect([...symmetricEigenvalues(new Float64Array(0), 0)]).toEqual([]);
  });

  it('know a two by two matrix by hand, and zero', () => {
    const [high, low] = symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2);
    expect(high).toBeCloseTo(3, 12);
    expect(low).toBeCloseTo(1, 12);
    expect([...symmetricEigenvalues(new Float64Array(9), 3)]).toEqual([0, 0, 0]);
  });
});
