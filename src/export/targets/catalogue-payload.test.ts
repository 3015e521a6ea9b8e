import { expect, it } from 'vitest';
import type { FeatureTable } from '../../data/feature-table.js';
import { payloadOfCatalogue } from './catalogue-payload.js';

const table: FeatureTable = {
  numRows: 3,
  columns: {
    colour: { kind: 'categorical', codes: Int32Array.of(1, -1, 0), values: ['red', 'bl\0ue'] },
    genres: {
      kind: 'multi-valued',
      offsets: Int32Array.of(0, 2, 2, 3),
      codes: Int32Array.of(1, 0, 1),
      values: ['a', 'b'],
    },
    price: { kind: 'numeric', numbers: Float64Array.of(1.5, Number.NaN, 0) },
    title: { kind: 'text', texts: ['x', '', 'y'] },
    since: { kind: 'time', seconds: Float64Array.of(-1, Number.NaN, 2e9) },
    picture: { kind: 'vector', dim: 1, numbers: Float32Array.of(1, 2, 3) },
  },
};

it('gives each column by its kind, and null where nothing is known', () => {
  const { columns, values } = payloadOfCatalogue(table, ['title', 'genres', 'price', 'since', 'colour']);
  expect(columns.map(({ kind }) => kind)).toEqual(['text', 'list', 'number', 'number', 'text']);
  expect(values).toEqual([
    ['x', ['b', 'a'], 1.5, -1, 'blue'],
    [null, null, null, null, null],
    ['y', ['b'], 0, 2e9, 'red'],
  ]);
});

it('says which columns there are', () => {
  expect(() => payloadOfCatalogue(table, ['titel'])).toThrow(
    /no column "titel" \(did you mean "title"\?\); it has colour, genres/,
  );
  expect(() => payloadOfCatalogue(table, ['picture'])).toThrow(/no column "picture"/);
  expect(() => payloadOfCatalogue(table, ['toString'])).toThrow(/no column "toString"/);
  expect(() => payloadOfCatalogue(undefined, ['title'])).toThrow(/it knows nothing of its items/);
  expect(() => payloadOfCatalogue(table, ['year:number'])).toThrow(/no name that every store takes/);
});
