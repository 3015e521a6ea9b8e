/**
 * Rows made of what is known: an id row, a tower over the entity's fields, or both, for each side.
 *
 *   sum      row = m · id + tower          m = 0 where the id is left out: at random in training with probability idDropout
 *   replace  row = m · id + (1 − m) · tower     (as DropoutNet, Volkovs et al. 2017, NeurIPS), always for nodes without an edge
 *
 * With coldStart.neighbours an id that is left out is made up for: + (1 − m) · Σ_j n_ij row_j, over the warm entities j of nearest
 * content with their whole rows (id + tower; the id alone under replace), n_ij their shares (ColdRec's KNN takes such a mean after
 * training; here it is trained).
 *
 * A node without a training edge has no id row worth having, so it is its tower's vector: a cold item is one like any other.
 * Users may be made of their items' rows (`history`): an unseen user of cold items works too.
 */
import * as tf from '@tensorflow/tfjs';
import { z } from 'zod';
import { drawCounterKey } from '../../../core/counter-rng.js';
import { ConfigError } from '../../../core/errors.js';
import { Rng } from '../../../core/rng.js';
import type { Side } from '../../../core/side.js';
import type { EncodedField } from '../../../data/fields/encoded-field.js';
import { initializationSchema, initialRows } from '../initialization.js';
import { defineRows, type RowsContext } from '../rows.js';
import { NORM_EPSILON } from './dense-layers.js';
import { JoinedRows } from './joined-rows.js';
import { createTowerVariables, Tower } from './tower.js';
import { fieldDimOf, towerSchema } from './tower-options.js';

const fieldsOption = (side: Side) =>
  z
    .union([z.literal('all'), z.array(z.string()).min(1)])
    .default('all')
    .describe(`columns of the ${side} features that the tower reads`);

const towerRowsSchema = z.strictObject({
  name: z.literal('tower'),
  users: z
    .enum(['history', 'history+tower', 'table', 'tower', 'table+tower'])
    .default('history')
    .describe(
      'what users are made of: their items’ rows (history), a row of their own (table), their fields (tower), or two of these',
    ),
  items: z.enum(['table+tower', 'tower', 'table']).default('table+tower').describe('the same of items'),
  join: z
    .enum(['sum', 'replace'])
    .default('sum')
    .describe('how id and tower meet: added up; or the tower stands in where the id is left out (DropoutNet)'),
  userFields: fieldsOption('user'),
  itemFields: fieldsOption('item'),
  initialization: initializationSchema,
  tower: towerSchema.prefault({}).describe('how fields become a vector; the same form for both sides'),
});
type TowerRowsOptions = z.infer<typeof towerRowsSchema>;

const idSides = ({ users, items }: TowerRowsOptions) => ({
  user: users.startsWith('table'),
  item: items.startsWith('table'),
});
const towerSides = ({ users, items }: TowerRowsOptions) => ({
  user: users.endsWith('tower'),
  item: items.endsWith('tower'),
});
const prefixOf = (side: Side): string => `${side}Tower/`;

/**
 * The towers of rows, for whoever computes them without tensors: how their variables begin, which columns they read, what is made
 * of those, and the id rows that stand beside them.
 */
export function towersIn(
  options: TowerRowsOptions,
  { embeddingDim, numUsers }: { readonly embeddingDim: number; readonly numUsers: number },
) {
  const { join, senet, layers, activation, norm } = options.tower;
  const normEpsilon = norm === 'layer' ? NORM_EPSILON : null;
  const form = { embeddingDim, fieldDim: fieldDimOf(options.tower, embeddingDim) };
  return sidesOf(options).map((side) => ({
    side,
    prefix: prefixOf(side),
    columns: side === 'user' ? options.userFields : options.itemFields,
    hasIds: idSides(options)[side],
    /** Of the side's first entity in the id table. */
    firstId: side === 'item' && idSides(options).user ? numUsers : 0,
    join: options.join,
    form: { ...form, join, senet, layers, activation, normEpsilon },
  }));
}

export const towerRows = defineRows({
  schema: towerRowsSchema,
  doc: {
    formula: 'layer 0 = id row + tower(fields), either or both a side; users also from their items’ rows',
    when: 'Something is known of items or users: text, brand, price, age. New items and users have vectors at once; those with few interactions borrow from what they are.',
    goesWrong:
      'Without coldStart.idDropout the id rows learn everything and the tower nothing; with ids never left in, popular items lose what only their clicks tell.',
    source: 'Covington et al. 2016, RecSys; Yi et al. 2019, RecSys; DropoutNet: Volkovs et al. 2017, NeurIPS',
  },
  hears: ({ users }) => users.startsWith('history'),
  createVariables(options, { numUsers, numItems, fields, embeddingDim, seed }) {
    const ids = idSides(options);
    const counts = { user: ids.user ? numUsers : 0, item: ids.item ? numItems : 0 };
    const numIds = counts.user + counts.item;
    const values = new Float32Array(numIds * embeddingDim);
    const rowsOf = (side: Side) =>
      initialRows(options.initialization, counts[side], embeddingDim, Rng.of(seed, 'init', `${side}s`));
    values.set(rowsOf('user'));
    values.set(rowsOf('item'), counts.user * embeddingDim);
    const table = numIds > 0 && {
      embedding: tf.tidy(() => tf.variable(tf.tensor2d(values, [numIds, embeddingDim]))),
    };
    const towers = sidesOf(options).map((side) =>
      createTowerVariables(prefixOf(side), chosenFields(options, side, fields), options.tower, { embeddingDim, seed }),
    );
    return Object.assign({}, table, ...towers);
  },
  create(variables, options, context) {
    const { numUsers, numItems, degrees, neighbours } = context;
    const towers = Object.fromEntries(
      sidesOf(options).map((side) => {
        const fields = chosenFields(options, side, context.fields);
        return [side, new Tower(prefixOf(side), fields, options.tower, variables)] as const;
      }),
    ) as Readonly<Partial<Record<Side, Tower>>>;
    const ids = idSides(options);
    return new JoinedRows({
      idTable: ids.user || ids.item ? variables.embedding : undefined,
      idNodes: { first: ids.user ? 0 : numUsers, end: ids.item ? numUsers + numItems : numUsers },
      towers,
      numUsers,
      numItems,
      degrees,
      neighbours,
      join: options.join,
      hears: options.users.startsWith('history'),
      towerDraw: (tower, side, { seed, step }) => ({
        dropoutKeys: tower.dropoutKeys(Rng.of(seed, 'tower', side, step)),
        mask: tower.valueMask(Rng.of(seed, 'tower-values', side, step)),
      }),
      maskKey: ({ seed, step }) => drawCounterKey(Rng.of(seed, 'id-dropout', step)),
    });
  },
});

/** Those that have a tower. */
function sidesOf(options: TowerRowsOptions): Side[] {
  const towers = towerSides(options);
  return (['user', 'item'] as const).filter((side) => towers[side]);
}

/** @throws ConfigError `ROWS_FIELDS` for a side without fields, or a field that it does not have */
function chosenFields(options: TowerRowsOptions, side: Side, known: RowsContext['fields']): readonly EncodedField[] {
  const all = known?.[side] ?? [];
  const names = all.map(({ name }) => name);
  const key = `encoder.rows.${side}Fields`;
  if (all.length === 0) {
    throw new ConfigError(
      'ROWS_FIELDS',
      `encoder.rows: a tower of ${side}s needs something to read, but the graph has no features of ${side}s; build it with data.${side}Features, or choose ${side}s without a tower`,
    );
  }
  const wanted = side === 'user' ? options.userFields : options.itemFields;
  if (wanted === 'all') return all;
  const absent = wanted.find((name) => !names.includes(name));
  if (absent !== undefined) {
    throw new ConfigError('ROWS_FIELDS', `${key}: there is no "${absent}"; the graph has ${names.join(', ')}`);
  }
  return all.filter(({ name }) => wanted.includes(name));
}
