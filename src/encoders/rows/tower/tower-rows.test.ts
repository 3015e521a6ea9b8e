/** What a training step draws of rows with towers, and what they refuse. */
import * as tf from '@tensorflow/tfjs';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { randomMatrix } from '../../../../tests/random-arrays.js';
import { useBackend } from '../../../backend/index.js';
import type { EncodedField } from '../../../data/fields/encoded-field.js';
import type { RowsDraw } from '../rows.js';
import { towerRows } from './tower-rows.js';

const NUM_USERS = 3;
const NUM_ITEMS = 500;
const DIM = 4;
const kind: EncodedField = {
  name: 'kind',
  numValues: 7,
  offsets: Int32Array.from({ length: NUM_ITEMS + 1 }, (_, item) => item),
  columns: Int32Array.from({ length: NUM_ITEMS }, (_, item) => 2 + (item % 5)),
  values: new Float32Array(NUM_ITEMS).fill(1),
};
/** Every tenth item has no edge. */
const degrees = Int32Array.from({ length: NUM_USERS + NUM_ITEMS }, (_, node) =>
  node >= NUM_USERS && (node - NUM_USERS) % 10 === 0 ? 0 : 4,
);
const context = { numUsers: NUM_USERS, numItems: NUM_ITEMS, fields: { user: [], item: [kind] }, degrees };
const draw: RowsDraw = { seed: 1, step: 3, idDropout: 0.4, dropsSaid: true };

type Options = Partial<Parameters<typeof towerRows.create>[1]>;
const rowsOf = (more: Options = {}) => {
  const options = towerRows.schema.parse({ name: 'tower', ...more });
  const variables = towerRows.createVariables(options, { ...context, embeddingDim: DIM, seed: 1 });
  for (const [name, variable] of Object.entries(variables)) {
    const [rows, columns] = variable.shape as [number, number];
    tf.tidy(() => variable.assign(tf.tensor2d(randomMatrix(rows, columns, name), [rows, columns])));
  }
  return { rows: towerRows.create(variables, options, context), variables };
};
/** Values of each item's row. */
const tableOf = (rows: ReturnType<typeof rowsOf>['rows'], given?: RowsDraw): number[][] => {
  const values = tf.tidy(() => (given ? rows.drawn!(given).own : rows.table()).dataSync());
  return Array.from({ length: NUM_ITEMS }, (_, item) => [...values.subarray(item * DIM, (item + 1) * DIM)]);
};

describe('rows with towers', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });
  afterEach(() => tf.disposeVariables());

  it.each(['sum', 'replace'] as const)(
    '%s: an id that is left out is the tower alone, at the share asked for',
    (join) => {
      const { rows, variables } = rowsOf({ join });
      const ids = variables.embedding.dataSync();
      const values = variables['itemTower/fields/kind'].dataSync();
      const [served, trained] = [tableOf(rows), tableOf(rows, draw)];
      let left = 0;
      for (let item = 0; item < NUM_ITEMS; item++) {
        const tower = [...values.subarray(kind.columns[item] * DIM, (kind.columns[item] + 1) * DIM)];
        const id = [...ids.subarray(item * DIM, (item + 1) * DIM)];
        const both = join === 'sum' ? Array.from(Float32Array.from(id, (x, d) => x + tower[d])) : id;
        const isCold = item % 10 === 0;
        expect(served[item]).toEqual(isCold ? tower : both);
        const isLeft = trained[item].every((x, d) => x === tower[d]);
        if (!isLeft) expect(trained[item]).toEqual(both);
        if (isCold) expect(isLeft).toBe(true);
        else left += isLeft ? 1 : 0;
      }
      expect(left / (0.9 * NUM_ITEMS)).toBeCloseTo(0.4, 1);
    },
  );

  it('leaves out others at every step, the same at the same step, and those that are cut', () => {
    const { rows } = rowsOf();
    expect(tableOf(rows, draw)).toEqual(tableOf(rows, { ...draw }));
    expect(tableOf(rows, draw)).not.toEqual(tableOf(rows, { ...draw, step: 4 }));
    const cut = new Uint8Array(NUM_USERS + NUM_ITEMS).fill(1);
    expect(tableOf(rows, { ...draw, idDropout: 0, cut })).toEqual(tableOf(rows, { ...draw, idDropout: 1 }));
    expect(tableOf(rows, { ...draw, idDropout: 0 })).toEqual(tableOf(rows));
  });

  it('gives some rows the numbers of the whole table under the same draw', async () => {
    const { rows } = rowsOf({ tower: { ...towerRows.schema.parse({ name: 'tower' }).tower, layers: [3] } });
    const whole = tableOf(rows, draw);
    const nodes = Int32Array.of(NUM_USERS + 30, NUM_USERS + 7, NUM_USERS + 499);
    const some = tf.tidy(() => {
      const ids = tf.gather(
        rows.idTable as unknown as tf.Tensor2D,
        Array.from(nodes, (node) => node - NUM_USERS),
      );
      return rows.drawn!(draw, { nodes, idRows: ids }).own.dataSync();
    });
    for (const [i, item] of [30, 7, 499].entries()) {
      for (let d = 0; d < DIM; d++) expect(some[i * DIM + d]).toBeCloseTo(whole[item][d], 5);
    }
  });

  it('says its ids to neighbours whole unless asked otherwise', () => {
    const { rows } = rowsOf();
    const said = (given: RowsDraw): number[] => [...tf.tidy(() => rows.drawn!(given).said.dataSync())];
    expect(said({ ...draw, dropsSaid: false })).toEqual(tableOf(rows).flat());
    expect(said(draw)).toEqual(tableOf(rows, draw).flat());
  });

  it('leaves hidden units out at training only', () => {
    const tower = { ...towerRows.schema.parse({ name: 'tower' }).tower, layers: [64], dropout: 0.5 };
    const { rows } = rowsOf({ items: 'tower', tower });
    expect(tableOf(rows)).toEqual(tableOf(rows));
    expect(tableOf(rows, draw)).not.toEqual(tableOf(rows));
    const without = rowsOf({ items: 'tower', tower: { ...tower, dropout: 0 } }).rows;
    expect(tableOf(without, draw)).toEqual(tableOf(without));
  });

  it('hides values at training only, others at every step', () => {
    const tower = { ...towerRows.schema.parse({ name: 'tower' }).tower, valueDropout: 0.3 };
    const { rows } = rowsOf({ items: 'tower', tower });
    const [served, first, second] = [tableOf(rows), tableOf(rows, draw), tableOf(rows, { ...draw, step: 4 })];
    expect(served).toEqual(tableOf(rowsOf({ items: 'tower' }).rows));
    const hidden = first.filter((row, item) => String(row) !== String(served[item])).length;
    expect(Math.abs(hidden / NUM_ITEMS - 0.3)).toBeLessThan(0.09);
    expect(first).not.toEqual(second);
    expect(first).toEqual(tableOf(rows, draw));
  });

  it('refuses a side without features, and a field that is not there', () => {
    expect(() => rowsOf({ users: 'tower' })).toThrow(
      /the graph has no features of users; build it with data.userFeatures/,
    );
    expect(() => rowsOf({ itemFields: ['colour'] })).toThrow(/itemFields: there is no "colour"; the graph has kind/);
  });
});
