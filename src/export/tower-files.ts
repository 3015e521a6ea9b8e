/**
 * The files of a bundle from which vectors of new items and users are made: `item_tower.json` says how (encodings of the columns,
 * options, names and shapes of the arrays) and `item_tower.npy` holds the arrays, one after the other; the same for users. Where
 * new entities borrow rows, `item_content.npy` has the places of the content of those that lend them, `[2, numEntries]`: lender and
 * value number; its weights and the rows are among the arrays.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { writeNewFile } from '../core/disk/durable-write.js';
import { DataError, ShapeError } from '../core/errors.js';
import { ownValue } from '../core/outside/own-keys.js';
import { readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import type { Side } from '../core/side.js';
import type { ServedTower } from '../retrieval/serving/served-model.js';
import { ContentEncoder } from '../retrieval/towers/content-encoder.js';
import type { LenderRows } from '../retrieval/towers/lenders.js';
import { type TowerArray, type TowerArrays, towerArrayNames, towerFormSchema } from '../retrieval/towers/tower-form.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { encodeNpy } from './npy.js';

type TowerFacts = NonNullable<NonNullable<BundleManifest['towers']>[Side]>;

/** Names of the files of a side. */
export const TOWER_FILES = Object.freeze({
  item: { form: BUNDLE_FILES.itemTower, weights: BUNDLE_FILES.itemTowerWeights, content: BUNDLE_FILES.itemContent },
  user: { form: BUNDLE_FILES.userTower, weights: BUNDLE_FILES.userTowerWeights, content: BUNDLE_FILES.userContent },
} as const satisfies Record<Side, object>);

/** Arrays of what is lent. */
const LENT = Object.freeze({ rows: 'lenders/rows', weights: 'lenders/content' });

const count = z.int().min(0);
const towerFileSchema = z.looseObject({
  ownShare: z.number(),
  form: towerFormSchema,
  lenders: z
    .strictObject({ numNeighbors: z.int().min(1), power: z.number().min(0).default(1), numValues: count })
    .optional(),
  arrays: z.array(z.strictObject({ name: z.string(), shape: z.tuple([count, count]), first: count })),
});
type TowerFile = z.output<typeof towerFileSchema>;

export function writeTower(folder: string, side: Side, { encoder, ownShare }: ServedTower): void {
  const { form, lent } = encoder;
  const own = towerArrayNames(form).map((name): readonly [string, TowerArray] => [name, encoder.arrays[name]]);
  let first = 0;
  const arrays = [...own, ...(lent ? lentArrays(lent, form.embeddingDim) : [])].map(([name, { shape, values }]) => {
    const place = { name, shape, first };
    first += values.length;
    return { place, values };
  });
  const all = new Float32Array(first);
  for (const { place, values } of arrays) all.set(values, place.first);
  const lenders = lent && { ...lent.borrowing, numValues: lent.content.numValues };
  const facts = { side, ownShare, form, lenders, arrays: arrays.map(({ place }) => place) };
  writeNewFile(join(folder, TOWER_FILES[side].form), `${JSON.stringify(facts, null, 2)}\n`);
  writeNewFile(join(folder, TOWER_FILES[side].weights), encodeNpy(all, [first]));
  if (!lent) return;
  const { offsets, columns } = lent.content;
  const places = new BigInt64Array(2 * columns.length);
  for (let lender = 0; lender + 1 < offsets.length; lender++)
    places.fill(BigInt(lender), offsets[lender], offsets[lender + 1]);
  places.set(BigInt64Array.from(columns, BigInt), columns.length);
  writeNewFile(join(folder, TOWER_FILES[side].content), encodeNpy(places, [2, columns.length]));
}

function lentArrays({ content, rows }: LenderRows, embeddingDim: number): (readonly [string, TowerArray])[] {
  return [
    [LENT.rows, { shape: [rows.length / embeddingDim, embeddingDim], values: rows }],
    [LENT.weights, { shape: [1, content.values.length], values: content.values }],
  ];
}

export function towerFacts(side: Side, { encoder, ownShare }: ServedTower): TowerFacts {
  const { form, weights, content } = TOWER_FILES[side];
  const borrowed = encoder.lent ? ' + what its content neighbours lend' : '';
  return {
    form,
    weights,
    ...(encoder.lent && { content }),
    columns: encoder.columns,
    formula: `${side} = ${ownShare} * (tower(columns)${borrowed}), ${encoder.form.embeddingDim} numbers; divided by its length where the bundle is normalized`,
  };
}

export function towerFileNames(side: Side, facts: TowerFacts): string[] {
  const { form, weights, content } = TOWER_FILES[side];
  return [form, weights, ...(facts.content ? [content] : [])];
}

interface TowerNumbers {
  readonly weights: Float32Array;
  /** `[2, numEntries]`. */
  readonly content?: Float64Array;
}

/**
 * @param stored of the JSON file
 * @throws DataError `BUNDLE_DAMAGED` for files that do not go together
 */
export function towerOfBundle(
  stored: StoredFile,
  { weights, content }: TowerNumbers,
  embeddingDim: number,
): ServedTower {
  const file = readStoredJson(towerFileSchema, stored);
  const { ownShare, form } = file;
  try {
    if (form.embeddingDim !== embeddingDim) {
      throw new ShapeError(`expected ${embeddingDim} numbers a vector, got ${form.embeddingDim}`);
    }
    const arrays = arraysOf(file, weights);
    return { encoder: new ContentEncoder(form, arrays, lentOf(file, arrays, content)), ownShare };
  } catch (error) {
    const location = { file: join(stored.folder, stored.name) };
    throw new DataError(stored.code, `${(error as Error).message}; ${stored.remedy}`, { location, cause: error });
  }
}

function arraysOf({ arrays }: TowerFile, weights: Float32Array): TowerArrays {
  const named = arrays.map(({ name, shape, first }): readonly [string, TowerArray] => {
    const end = first + shape[0] * shape[1];
    if (end > weights.length) throw new ShapeError(`"${name}" ends at ${end} of ${weights.length} numbers`);
    return [name, { shape, values: weights.subarray(first, end) }];
  });
  return Object.fromEntries(named);
}

function lentOf({ lenders }: TowerFile, arrays: TowerArrays, places: Float64Array | undefined): LenderRows | undefined {
  if (!lenders) return undefined;
  const rows = ownValue(arrays, LENT.rows);
  const values = ownValue(arrays, LENT.weights)?.values;
  if (!rows || !values || places?.length !== 2 * values.length) throw new ShapeError('what is lent is not whole');
  const [numLenders] = rows.shape;
  const offsets = new Int32Array(numLenders + 1);
  let before = 0;
  for (const lender of places.subarray(0, values.length)) {
    if (!(lender >= before && lender < numLenders)) {
      throw new ShapeError(`lender ${lender}: expected ${before} … ${numLenders - 1}`);
    }
    before = lender;
    offsets[lender + 1]++;
  }
  for (let lender = 0; lender < numLenders; lender++) offsets[lender + 1] += offsets[lender];
  const columns = Int32Array.from(places.subarray(values.length));
  const content = { numValues: lenders.numValues, offsets, columns, values };
  const { numNeighbors, power } = lenders;
  return { borrowing: { numNeighbors, power }, content, rows: rows.values };
}
