/**
 * Sparse × dense products. A matrix is brought into TensorFlow's own compressed rows (`CSRSparseMatrix`) at first use and
 * kept: SparseMatrixMatMul runs over rows on all cores, on a GPU it is cuSPARSE's. SparseTensorDenseMatMul takes the edges as
 * a list of index pairs instead, and SparseSegmentSum knows no weights.
 */
import type { CompressedRows, SparseRows } from '../kernels.js';
import type { Handle } from './binding.js';
import type { Eager, Input } from './eager.js';

export const SPARSE_PRODUCTS_DEFAULTS = Object.freeze({
  /** Matrices kept. Too small: views that are used again and again are converted each time; too large: memory. */
  kept: 8,
});

const FLAGS = Object.freeze({
  transpose_a: false,
  transpose_b: false,
  adjoint_a: false,
  adjoint_b: false,
  transpose_output: false,
  conjugate_output: false,
});

export class SparseProducts {
  /** By the array of values, the least recently used first. Arrays of a matrix never change once it is built. */
  private readonly known = new Map<Float32Array, { readonly columns: Int32Array; readonly handle: Handle }>();

  constructor(
    private readonly eager: Eager,
    private readonly kept: number = SPARSE_PRODUCTS_DEFAULTS.kept,
  ) {}

  /** matrix · x, `[numNodes, dim]`. */
  product(matrix: SparseRows, x: Input): Handle {
    return this.eager.run('SparseMatrixMatMul', { T: 'float', ...FLAGS }, this.handleOf(matrix), x);
  }

  /**
   * matrix · x, or its transpose · x, of a rectangular matrix that serves one step and is therefore not converted.
   * @param numColumns of the matrix
   */
  blockProduct({ offsets, columns, values }: CompressedRows, numColumns: number, x: Input, transpose = false): Handle {
    const { eager } = this;
    const numRows = offsets.length - 1;
    return eager.scope(() =>
      eager.run(
        'SparseTensorDenseMatMul',
        { T: 'float', Tindices: 'int64', adjoint_a: transpose, adjoint_b: false },
        eager.int64(coordinates(offsets, columns), [columns.length, 2]),
        eager.floats(values),
        eager.int64(Int32Array.of(numRows, 0, numColumns, 0), [2]),
        x,
      ),
    );
  }

  private handleOf(matrix: SparseRows): Handle {
    const { values, columns } = matrix;
    const known = this.known.get(values);
    if (known?.columns === columns) {
      this.known.delete(values);
      this.known.set(values, known);
      return known.handle;
    }
    this.drop(values);
    const handle = this.eager.release(this.convert(matrix));
    this.known.set(values, { columns, handle });
    for (const oldest of this.known.keys()) {
      if (this.known.size <= this.kept) break;
      this.drop(oldest);
    }
    return handle;
  }

  private drop(values: Float32Array): void {
    const entry = this.known.get(values);
    if (entry === undefined) return;
    this.eager.backend.binding.deleteTensor(entry.handle.id);
    this.known.delete(values);
  }

  private convert({ numNodes, offsets, columns, values }: SparseRows): Handle {
    const { eager } = this;
    return eager.scope(() => {
      return eager.run(
        'SparseTensorToCSRSparseMatrix',
        { T: 'float' },
        eager.int64(coordinates(offsets, columns), [columns.length, 2]),
        eager.floats(values),
        eager.int64(Int32Array.of(numNodes, 0, numNodes, 0), [2]),
      );
    });
  }
}

/** Row and column of each entry as int64, each number in two halves, `[numEntries, 2]`. */
function coordinates(offsets: Int32Array, columns: Int32Array): Int32Array {
  const pairs = new Int32Array(columns.length * 4);
  for (let row = 0; row < offsets.length - 1; row++) {
    for (let entry = offsets[row]; entry < offsets[row + 1]; entry++) {
      pairs[4 * entry] = row;
      pairs[4 * entry + 2] = columns[entry];
    }
  }
  return pairs;
}
