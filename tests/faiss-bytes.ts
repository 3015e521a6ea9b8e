/** Writes FAISS structures by hand, as the tests of what reads them need: whole, or with one thing wrong. */
import { FaissCursor } from '../src/retrieval/faiss/faiss-cursor.js';

const ELEMENTS = {
  u8: (values: readonly Numeric[]) => Uint8Array.from(values, Number),
  i32: (values: readonly Numeric[]) => Int32Array.from(values, Number),
  i64: (values: readonly Numeric[]) => BigInt64Array.from(values, BigInt),
  f32: (values: readonly Numeric[]) => Float32Array.from(values, Number),
  f64: (values: readonly Numeric[]) => Float64Array.from(values, Number),
};
type Numeric = number | bigint;

export class FaissBytes {
  private readonly parts: Uint8Array[] = [];

  code(text: string): this {
    return this.raw(Buffer.from(text, 'latin1'));
  }

  u8(...values: Numeric[]): this {
    return this.elements('u8', values);
  }

  i32(...values: Numeric[]): this {
    return this.elements('i32', values);
  }

  i64(...values: Numeric[]): this {
    return this.elements('i64', values);
  }

  f32(...values: Numeric[]): this {
    return this.elements('f32', values);
  }

  /** A 64-bit count, then the elements. */
  vector(type: keyof typeof ELEMENTS, values: readonly Numeric[]): this {
    return this.i64(values.length).elements(type, values);
  }

  /** What every index has after its code. */
  header({ dim = 2, size = 3, trained = 1, metric = 0 } = {}): this {
    return this.i32(dim)
      .i64(size, 1 << 20, 1 << 20)
      .u8(trained)
      .i32(metric);
  }

  /** A whole flat index of the numbers 1, 2, 3, … */
  flat({ code = 'IxFI', dim = 2, size = 3, metric = 0, values = counted(size * dim) } = {}): this {
    return this.code(code).header({ dim, size, metric }).vector('f32', values);
  }

  bytes(): Uint8Array {
    return Uint8Array.from(Buffer.concat(this.parts));
  }

  cursor(): FaissCursor {
    return new FaissCursor(this.bytes(), 'items.faiss');
  }

  private elements(type: keyof typeof ELEMENTS, values: readonly Numeric[]): this {
    const { buffer } = ELEMENTS[type](values);
    return this.raw(new Uint8Array(buffer));
  }

  private raw(bytes: Uint8Array): this {
    this.parts.push(bytes);
    return this;
  }
}

/** 1, 2, … length. */
export const counted = (length: number): number[] => Array.from({ length }, (_, at) => at + 1);

/** What every refusal says besides its reason. */
export const refusal = (reason: string) => `items.faiss: not a whole FAISS index: ${reason}; export it again`;
