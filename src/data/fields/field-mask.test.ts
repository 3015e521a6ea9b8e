/** Rows of a field under a mask, against their definition. */
import { describe, expect, it } from 'vitest';
import type { EncodedField } from './encoded-field.js';
import { fieldRows } from './field-mask.js';

const field: EncodedField = {
  name: 'words',
  numValues: 6,
  offsets: Int32Array.of(0, 3, 4, 6),
  columns: Int32Array.of(2, 3, 5, 0, 3, 4),
  values: Float32Array.of(0.5, 0.25, 0.25, 1, 2, -2),
};

describe('rows of a field', () => {
  it('are the field itself where nothing is asked', () => {
    expect(fieldRows(field, 0, undefined, undefined)).toBe(field);
  });

  it('come in the order that is asked for, repeats included', () => {
    const { offsets, columns, values } = fieldRows(field, 0, Int32Array.of(2, 0, 2), undefined);
    expect([...offsets]).toEqual([0, 2, 5, 7]);
    expect([...columns]).toEqual([3, 4, 2, 3, 5, 3, 4]);
    expect([...values]).toEqual([2, -2, 0.5, 0.25, 0.25, 2, -2]);
  });

  it('keep the sum of their weights under a mask, and show as missing where nothing stays', () => {
    const asked: [number, number, number][] = [];
    const keeps = (number: number, entity: number, entry: number): boolean => {
      asked.push([number, entity, entry]);
      return entry === 1 || entry === 4;
    };
    const { offsets, columns, values } = fieldRows(field, 7, Int32Array.of(0, 1, 2), { keeps });
    // the fourth entry of the field, all of row 1, is gone
    expect([...columns]).toEqual([3, 0, 3]);
    expect([...values]).toEqual([1, 1, 4]);
    expect([...offsets]).toEqual([0, 1, 2, 3]);
    expect(asked).toEqual([0, 1, 2, 3, 4, 5].map((entry) => [7, [0, 0, 0, 1, 2, 2][entry], entry]));
  });

  it('leaves a row of which all stays as it is, to the bit', () => {
    const { values } = fieldRows(field, 0, undefined, { keeps: () => true });
    expect(values).toEqual(field.values);
  });
});
