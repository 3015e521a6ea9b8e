/** Which rows of towers a step without propagation encodes, and that they are those of the whole table. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../tests/random-arrays.js';
import { useBackend } from '../../backend/index.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import type { Rows, RowsDraw } from '../rows/rows.js';
import { towerRows } from '../rows/tower/tower-rows.js';
import { noPropagation } from './none.js';

const [numUsers, numItems, dim] = [6, 30, 4];
const fieldOf = (count: number): EncodedField => ({
  name: 'kind',
  numValues: 7,
  offsets: Int32Array.from({ length: count + 1 }, (_, row) => row),
  columns: Int32Array.from({ length: count }, (_, row) => row % 7),
  values: new Float32Array(count).fill(1),
});
const context = { numUsers, numItems, fields: { user: [fieldOf(numUsers)], item: [fieldOf(numItems)] } };
const draw: RowsDraw = { seed: 1, step: 3, idDropout: 0.4, dropsSaid: true };
const adjacency = {
  numNodes: numUsers + numItems,
  offsets: new Int32Array(numUsers + numItems + 1),
  columns: new Int32Array(0),
  values: new Float32Array(0),
};
const noise = { magnitude: 0.2, keys: [{ low: 4, high: 5 }] };

/** Rows that note of which nodes they were asked, `undefined` for all. */
function noted(options: object, more: Partial<Rows> = {}): { rows: Rows; asked: (number[] | undefined)[] } {
  const parsed = towerRows.schema.parse({ name: 'tower', ...options });
  const variables = towerRows.createVariables(parsed, { ...context, embeddingDim: dim, seed: 1 });
  for (const [name, variable] of Object.entries(variables)) {
    const [rows, columns] = variable.shape as [number, number];
    tf.tidy(() => variable.assign(tf.tensor2d(randomMatrix(rows, columns, name), [rows, columns])));
  }
  const own = towerRows.create(variables, parsed, context);
  const asked: (number[] | undefined)[] = [];
  const rows: Rows = Object.assign(Object.create(own) as Rows, {
    drawn: (...args: Parameters<NonNullable<Rows['drawn']>>) => {
      asked.push(args[1] && [...args[1].nodes]);
      return own.drawn!(...args);
    },
    ...more,
  });
  return { rows, asked };
}

const SHAPES = [
  { users: 'table', items: 'table+tower' },
  { users: 'tower', items: 'tower' },
  { users: 'table', items: 'tower' },
  { users: 'table+tower', items: 'table', join: 'replace' },
];

describe('no propagation over towers', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  afterEach(() => tf.disposeVariables());

  it.each(SHAPES)('encodes the nodes of all requests once, to the numbers of the whole table: %j', (options) => {
    const { rows, asked } = noted(options);
    const { encodeRows, encode } = noPropagation.create(rows, { name: 'none' }, {}, {});
    tf.tidy(() => {
      const first = Int32Array.of(2, 9, 30);
      const second = Int32Array.of(2, 4, 35);
      const encoded = encodeRows(
        [
          { pass: { adjacency }, nodes: first, outputs: ['final', 'table'] },
          { pass: { adjacency, noise }, nodes: second, outputs: ['final'] },
        ],
        draw,
      );
      expect(asked).toEqual([[2, 4, 9, 30, 35]]);
      const rowsAt = (table: tf.Tensor2D, nodes: Int32Array): tf.Tensor => tf.gather(table, [...nodes]);
      const near = (a: tf.Tensor, b: tf.Tensor): void => {
        expect(tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]).toBeLessThan(1e-6);
      };
      const [clean, noisy] = [encode({ adjacency }, draw), encode({ adjacency, noise }, draw)];
      near(encoded.rows(0, 'final')(first), rowsAt(clean.final, first));
      near(encoded.rows(0, 'table')(first), rowsAt(clean.table, first));
      near(encoded.rows(1, 'final')(second), rowsAt(noisy.final, second));
    });
  });

  it('encodes the whole table for most of the nodes, and where rows are made of others', () => {
    const request = (count: number) => ({
      pass: { adjacency },
      nodes: Int32Array.from({ length: count }, (_, node) => node),
      outputs: ['final' as const],
    });
    const asks = (count: number, more?: Partial<Rows>) => {
      const { rows, asked } = noted({ users: 'table' }, more);
      const { encodeRows } = noPropagation.create(rows, { name: 'none' }, {}, {});
      tf.tidy(() => {
        encodeRows([request(count)], draw);
      });
      return asked;
    };
    expect(asks(20)).toEqual([undefined]);
    expect(asks(3, { takesOthers: true })).toEqual([undefined]);
    expect(asks(3)).toEqual([[0, 1, 2]]);
  });
});
