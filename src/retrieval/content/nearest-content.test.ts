/** Content rows made of fields, and who is nearest by them, against naive loops. */
import { expect, it } from 'vitest';
import { Rng } from '../../core/rng.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { contentOfFields } from './content-of-fields.js';
import { nearestContent } from './nearest-content.js';

const NUM = 40;
const rng = Rng.of(5, 'nearest');
/** Values 0 and 1 stand for missing and unseen. */
function randomField(name: string, numValues: number, most: number): EncodedField {
  const rows = Array.from({ length: NUM }, () => {
    const values = Array.from({ length: 1 + rng.integer(most) }, () => rng.integer(numValues));
    return [...new Set(values)].sort((a, b) => a - b);
  });
  const columns = rows.flat();
  return {
    name,
    numValues,
    offsets: Int32Array.from([0, ...rows.map((_, row) => rows.slice(0, row + 1).flat().length)]),
    columns: Int32Array.from(columns),
    values: Float32Array.from(columns, () => 0.5 + rng.uniform()),
  };
}
const fields = [randomField('words', 12, 5), randomField('brand', 6, 1)];

/** Known values of a field's row at length 1, `[numValues]`. */
function unitRow({ numValues, offsets, columns, values }: EncodedField, row: number): number[] {
  const dense = new Array<number>(numValues).fill(0);
  for (let at = offsets[row]; at < offsets[row + 1]; at++) if (columns[at] > 1) dense[columns[at]] = values[at];
  const length = Math.hypot(...dense);
  return dense.map((value) => (length > 0 ? value / length : 0));
}
const contentRow = (row: number): number[] => fields.flatMap((field) => unitRow(field, row));

it('puts the known values of all fields side by side, each field at length 1', () => {
  const { numValues, offsets, columns, values } = contentOfFields(fields);
  expect(numValues).toBe(18);
  for (let row = 0; row < NUM; row++) {
    const dense = new Array<number>(numValues).fill(0);
    for (let at = offsets[row]; at < offsets[row + 1]; at++) dense[columns[at]] = values[at];
    for (const [column, value] of contentRow(row).entries()) expect(dense[column]).toBeCloseTo(value, 6);
  }
});

it.each([0, 1, 2])(
  'finds the nearest warm ones but oneself, and shares them out by cosine to the power %i',
  (power) => {
    const isWarm = Uint8Array.from({ length: NUM }, (_, entity) => (entity % 3 === 0 ? 0 : 1));
    const { offsets, columns, values } = nearestContent(contentOfFields(fields), isWarm, { numNeighbors: 4, power });
    const unit = (row: number[]): number[] => row.map((x) => x / (Math.hypot(...row) || 1));
    const cosine = (a: number, b: number): number => {
      const [x, y] = [unit(contentRow(a)), unit(contentRow(b))];
      return x.reduce((sum, value, i) => sum + value * y[i], 0);
    };
    for (let entity = 0; entity < NUM; entity++) {
      const others = Array.from({ length: NUM }, (_, other) => other).filter(
        (other) => other !== entity && isWarm[other],
      );
      const best = others
        .map((other) => ({ other, near: cosine(entity, other) }))
        .filter(({ near }) => near > 1e-9)
        .sort((a, b) => b.near - a.near || a.other - b.other)
        .slice(0, 4);
      const total = best.reduce((sum, { near }) => sum + near ** power, 0);
      const expected = best.sort((a, b) => a.other - b.other);
      const at = Array.from({ length: offsets[entity + 1] - offsets[entity] }, (_, i) => offsets[entity] + i);
      expect(at.map((entry) => columns[entry])).toEqual(expected.map(({ other }) => other));
      for (const [i, entry] of at.entries()) expect(values[entry]).toBeCloseTo(expected[i].near ** power / total, 5);
    }
  },
);
