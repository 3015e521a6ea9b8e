/** The fields of a graph as sparse matrices. */
import { expect, it } from 'vitest';
import { randomGraph } from '../../../tests/random-arrays.js';
import type { FeatureTable } from '../../data/feature-table.js';
import { MISSING_VALUE, UNSEEN_VALUE } from '../../data/fields/encoded-field.js';
import { encodedFields } from './encoded-fields.js';
import { fieldsOf } from './fields-of.js';

const train = randomGraph(4, 3, 1, 'encoded-fields');
/** The third item's value is seen by no other; all items have edges. */
const brands = (codes: number[]): FeatureTable => ({
  numRows: codes.length,
  columns: { brand: { kind: 'categorical', codes: Int32Array.from(codes), values: ['a', 'b', 'c'] } },
});

it('has a matrix for each column of each side, a row an entity', () => {
  const { user, item } = encodedFields({ itemFeatures: brands([0, 2, 0]) }, train);
  expect(user).toEqual([]);
  expect(item.map(({ name, offsets }) => [name, offsets.length])).toEqual([['brand', 4]]);
  expect(item[0].columns[0]).toBe(item[0].columns[2]);
  expect(item[0].columns[1]).not.toBe(item[0].columns[0]);
});

it('encodes by the encodings that the graph has, whatever its table would fit', () => {
  const fields = fieldsOf({ train, itemFeatures: brands([0, 1, 0]) });
  const [brand] = encodedFields({ itemFeatures: brands([0, 2, -1]), fields }, train).item;
  expect([...brand.columns]).toEqual([expect.any(Number), UNSEEN_VALUE, MISSING_VALUE]);
  expect(brand.columns[0]).toBeGreaterThan(UNSEEN_VALUE);
});
