/**
 * Collects dense vectors row by row, from lists or from the texts of cells, and sees that all have one length.
 */
import type { VectorColumn } from '../feature-table.js';
import type { FeatureCell } from './feature-cell.js';

export class VectorRows {
  private numbers = new Float32Array(0);

  /** @param dim length of every vector; that of the first one where undefined */
  constructor(private dim: number | undefined) {}

  /**
   * @param separator between the numbers of a text, besides blanks and commas
   * @returns what was expected and came where the cell is no such vector, which counts as missing then
   */
  set(row: number, cell: FeatureCell, separator: string): string | undefined {
    const vector = vectorOf(cell, separator);
    if (vector === undefined) return `expected a list of numbers, got ${JSON.stringify(cell)?.slice(0, 60)}`;
    if (vector.length === 0) return undefined;
    this.dim ??= vector.length;
    if (vector.length !== this.dim) return `expected ${this.dim} numbers, got ${vector.length}`;
    this.reserve((row + 1) * this.dim);
    this.numbers.set(vector, row * this.dim);
    return undefined;
  }

  /** Whether there is any vector. */
  get isEmpty(): boolean {
    return this.numbers.length === 0;
  }

  /** Without any vector the length is 1, where none was given. */
  finish(numRows: number): VectorColumn {
    const { dim = 1 } = this;
    this.reserve(numRows * dim);
    return { kind: 'vector', dim, numbers: this.numbers.slice(0, numRows * dim) };
  }

  private reserve(length: number): void {
    if (length <= this.numbers.length) return;
    const numbers = new Float32Array(Math.max(length, 2 * this.numbers.length)).fill(Number.NaN);
    numbers.set(this.numbers);
    this.numbers = numbers;
  }
}

/** Empty where missing; undefined where the cell is no list of finite numbers. */
export function vectorOf(cell: FeatureCell, separator: string): Float32Array | undefined {
  if (cell === null) return new Float32Array(0);
  const parts = typeof cell === 'object' ? cell : partsOf(String(cell), separator);
  const numbers = Float32Array.from(parts as ArrayLike<string | number | null>, (part) =>
    part === '' || part === null ? Number.NaN : Number(part),
  );
  return numbers.every(Number.isFinite) ? numbers : undefined;
}

/** Of `[1, 2]`, `1 2`, or whatever separates them. */
function partsOf(text: string, separator: string): string[] {
  const inner = /^\[.*\]$/s.test(text) ? text.slice(1, -1) : text.replaceAll(separator, ' ');
  return inner.split(/[\s,;]+/).filter((part) => part !== '');
}
