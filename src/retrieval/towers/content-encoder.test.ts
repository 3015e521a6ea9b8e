/** The plain encoder against the tower that is trained, on every option and kind of field, and what it refuses. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { useBackend } from '../../backend/index.js';
import type { FeatureColumn } from '../../data/feature-table.js';
import { encodeField, fitField } from '../../data/fields/field-encoding.js';
import { NORM_EPSILON } from '../../encoders/rows/tower/dense-layers.js';
import { createTowerVariables, Tower } from '../../encoders/rows/tower/tower.js';
import { fieldDimOf, type TowerOptions, towerSchema } from '../../encoders/rows/tower/tower-options.js';
import { ContentEncoder } from './content-encoder.js';
import { type FeatureRow, factsOfColumns, isKnownRow } from './feature-row.js';
import type { TowerForm } from './tower-form.js';

const DIM = 6;
const DAY = 86_400;
const NONE = Number.NaN;
/** Four entities, the last of which training does not see. */
const COLUMNS: Readonly<Record<string, FeatureColumn>> = {
  brand: { kind: 'categorical', codes: Int32Array.of(0, 1, -1, 2), values: ['acme', 'bolt', 'new'] },
  tags: {
    kind: 'multi-valued',
    offsets: Int32Array.of(0, 2, 3, 3, 5),
    codes: Int32Array.of(0, 1, 1, 0, 2),
    values: ['a', 'b', 'c'],
  },
  price: { kind: 'numeric', numbers: Float64Array.of(1, 20, 300, NONE) },
  title: { kind: 'text', texts: ['red tea', 'red jam', 'green tea', 'blue moon'] },
  emb: { kind: 'vector', dim: 2, numbers: Float32Array.of(1, 2, NONE, NONE, 3, 4, -1, 0.5) },
  since: { kind: 'time', seconds: Float64Array.of(2e4 * DAY, 19_998 * DAY, NONE, 19_000 * DAY) },
  ['__proto__']: { kind: 'categorical', codes: Int32Array.of(0, 0, 1, 1), values: ['x', 'y'] },
};
/** The same, as they come from outside. */
const ROWS: readonly FeatureRow[] = [
  { brand: 'acme', tags: 'a|b', price: 1, title: 'red tea', emb: [1, 2], since: '2024-10-04', ['__proto__']: 'x' },
  { brand: 'bolt', tags: ['b'], price: '20', title: 'red jam', emb: '', since: 19_998 * DAY, ['__proto__']: 'x' },
  { tags: null, price: 300, title: 'green tea', emb: '3 4', ['__proto__']: 'y' },
  {
    brand: 'new',
    tags: 'a|c',
    title: 'blue moon',
    emb: Float32Array.of(-1, 0.5),
    since: 19_000 * DAY,
    ['__proto__']: 'y',
  },
];
const ENCODINGS = Object.entries(COLUMNS).map(([name, column]) =>
  fitField(name, column, undefined, Int32Array.of(0, 1, 2)),
);

const OPTIONS: [string, object][] = [
  ['a sum', {}],
  ['a sum of narrow fields', { fieldDim: 3 }],
  ['concat', { join: 'concat' }],
  ['SENet', { senet: true }],
  ['SENet, concat, narrow', { senet: true, join: 'concat', fieldDim: 2 }],
  ['a layer', { layers: [5] }],
  ['three layers of tanh', { layers: [7, 3, 5], activation: 'tanh', dropout: 0.5 }],
  ['layers with norm', { layers: [9, 4], norm: 'layer', join: 'concat' }],
  ['all of it', { senet: true, join: 'concat', layers: [8, 5], activation: 'tanh', norm: 'layer', fieldDim: 4 }],
];

function formOf(options: TowerOptions, fields = ENCODINGS): TowerForm {
  const { join, senet, layers, activation, norm } = options;
  const normEpsilon = norm === 'layer' ? NORM_EPSILON : null;
  const fieldDim = fieldDimOf(options, DIM);
  return { embeddingDim: DIM, fieldDim, join, senet, layers, activation, normEpsilon, fields: [...fields] };
}

/** Both towers over the same random numbers. */
function bothTowers(more: object) {
  const options = towerSchema.parse(more);
  const fields = ENCODINGS.map((encoding) => encodeField(encoding, COLUMNS[encoding.name]));
  const variables = createTowerVariables('t/', fields, options, { embeddingDim: DIM, seed: 1 });
  const arrays = Object.entries(variables).map(([name, variable]) => {
    const shape = variable.shape as [number, number];
    const values = randomMatrix(...shape, name);
    tf.tidy(() => variable.assign(tf.tensor2d(values, shape)));
    return [name.slice('t/'.length), { shape, values }] as const;
  });
  const encoder = new ContentEncoder(formOf(options), Object.fromEntries(arrays));
  const expected = tf.tidy(() => new Tower('t/', fields, options, variables).encode().dataSync().slice());
  return { encoder, expected };
}

describe('a tower in plain arrays', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  afterEach(() => tf.disposeVariables());

  it.each(OPTIONS)('is the tower of the run: %s', (_, more) => {
    const { encoder, expected } = bothTowers(more);
    const vectors = encoder.encode(ROWS);
    expect(vectors).toHaveLength(ROWS.length * DIM);
    expect(Math.max(...expected.map(Math.abs))).toBeGreaterThan(0.1);
    const largest = Math.max(1, ...expected.map(Math.abs));
    for (const [at, value] of vectors.entries()) expect(Math.abs(value - expected[at]) / largest).toBeLessThan(1e-5);
  });

  it('makes a row’s vector whatever rows come with it, and none of no rows', () => {
    const { encoder } = bothTowers({ layers: [5], senet: true });
    const many = Array.from({ length: 40 }, (_, i) => ROWS[i % 4]);
    const vectors = encoder.encode(many);
    for (const [row, one] of many.entries())
      expect(encoder.encode([one])).toEqual(vectors.slice(row * DIM, (row + 1) * DIM));
    expect(encoder.encode([])).toHaveLength(0);
  });

  it('takes an absent column for a missing cell, and tells unseen values from missing ones', () => {
    const { encoder } = bothTowers({});
    const empty = Object.fromEntries(encoder.columns.map((name) => [name, null]));
    expect(encoder.encode([{}])).toEqual(encoder.encode([empty]));
    const fields = encoder.fieldsOf([{}, { brand: 'unheard', tags: 'zz|a' }, { brand: 'unheard' }, { brand: 'acme' }]);
    expect([0, 1, 2, 3].map((row) => isKnownRow(fields, row))).toEqual([false, true, false, true]);
    const facts = factsOfColumns(fields);
    expect(facts[0]).toEqual({ name: 'brand', numMissing: 1, numUnseen: 2 });
    expect(facts[1]).toEqual({ name: 'tags', numMissing: 3, numUnseen: 0 });
  });

  it('refuses columns that it does not read, values of the wrong kind, and what is no row', () => {
    const { encoder } = bothTowers({});
    const refusal = (rows: unknown): string => {
      try {
        encoder.encode(rows as FeatureRow[]);
        return 'none';
      } catch (error) {
        const { code, message } = error as { code: string; message: string };
        return `${code}: ${message}`;
      }
    };
    expect(refusal([{}, { brnd: 'acme' }])).toMatch(
      /^UNKNOWN_COLUMN: row 1: there is no column "brnd" \(did you mean "brand"\?\); the tower reads brand, tags, price/,
    );
    expect(refusal([{ toString: 'x' }])).toContain('there is no column "toString"');
    expect(refusal([{}, { price: 'cheap' }])).toBe(
      'DATA_FEATURE_CELL: feature "price", row 1: expected a number, got "cheap"',
    );
    expect(refusal([{ since: 'today' }])).toContain('expected an ISO date or seconds since 1970, got "today"');
    expect(refusal([{ emb: [1, 2, 3] }])).toContain('expected 2 numbers, got 3');
    expect(refusal([{ price: { eur: 1 } }])).toContain('expected a text, a number, true or false, or a list');
    expect(refusal(['acme'])).toContain('expected an object of columns, got "acme"');
  });

  it('refuses arrays that are not those of its form', () => {
    const { encoder } = bothTowers({ layers: [5] });
    const { 'fields/brand': brand, ...others } = encoder.arrays;
    expect(() => new ContentEncoder(encoder.form, others)).toThrow(
      /expected "fields\/brand" of shape \[4, 6\], got none/,
    );
    const short = { ...others, 'fields/brand': { shape: [3, DIM], values: brand.values.slice(DIM) } };
    expect(() => new ContentEncoder(encoder.form, short)).toThrow(/of shape \[4, 6\], got \[3, 6\]/);
  });
});
