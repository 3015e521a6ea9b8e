/**
 * The files of a bundle from which vectors of new items and users are made: `item_tower.json` says how (encodings of the columns,
 * options, names and shapes of the arrays) and `item_tower.npy` holds the arrays, one after the other; the same for users.
 */
import { join } from 'node:path';
import { z } from 'zod';
import { writeNewFile } from '../core/disk/durable-write.js';
import { DataError } from '../core/errors.js';
import { readStoredJson, type StoredFile } from '../core/outside/stored-file.js';
import type { Side } from '../core/side.js';
import type { ServedTower } from '../retrieval/serving/served-model.js';
import { ContentEncoder } from '../retrieval/towers/content-encoder.js';
import { type TowerArray, towerArrayNames, towerFormSchema } from '../retrieval/towers/tower-form.js';
import { BUNDLE_FILES, type BundleManifest } from './bundle-manifest.js';
import { encodeNpy } from './npy.js';

/** Names of the two files of a side. */
export const TOWER_FILES = Object.freeze({
  item: { form: BUNDLE_FILES.itemTower, weights: BUNDLE_FILES.itemTowerWeights },
  user: { form: BUNDLE_FILES.userTower, weights: BUNDLE_FILES.userTowerWeights },
} as const satisfies Record<Side, object>);

const count = z.int().min(0);
const towerFileSchema = z.looseObject({
  ownShare: z.number(),
  form: towerFormSchema,
  arrays: z.array(z.strictObject({ name: z.string(), shape: z.tuple([count, count]), first: count })),
});

export function writeTower(folder: string, side: Side, { encoder, ownShare }: ServedTower): void {
  let first = 0;
  const arrays = towerArrayNames(encoder.form).map((name) => {
    const { shape, values } = encoder.arrays[name];
    const place = { name, shape, first };
    first += values.length;
    return { place, values };
  });
  const all = new Float32Array(first);
  for (const { place, values } of arrays) all.set(values, place.first);
  const facts = { side, ownShare, form: encoder.form, arrays: arrays.map(({ place }) => place) };
  writeNewFile(join(folder, TOWER_FILES[side].form), `${JSON.stringify(facts, null, 2)}\n`);
  writeNewFile(join(folder, TOWER_FILES[side].weights), encodeNpy(all, [first]));
}

export function towerFacts(
  side: Side,
  { encoder, ownShare }: ServedTower,
): NonNullable<NonNullable<BundleManifest['towers']>[Side]> {
  const length = encoder.form.embeddingDim;
  return {
    ...TOWER_FILES[side],
    columns: encoder.columns,
    formula: `${side} = ${ownShare} * tower(columns), ${length} numbers; divided by its length where the bundle is normalized`,
  };
}

/**
 * @param stored of the JSON file
 * @param weights all numbers of the other one
 * @throws DataError `BUNDLE_DAMAGED` for files that do not go together
 */
export function towerOfBundle(stored: StoredFile, weights: Float32Array, embeddingDim: number): ServedTower {
  const { ownShare, form, arrays } = readStoredJson(towerFileSchema, stored);
  const refuse = (problem: string): never => {
    const location = { file: join(stored.folder, stored.name) };
    throw new DataError(stored.code, `${problem}; ${stored.remedy}`, { location });
  };
  if (form.embeddingDim !== embeddingDim) refuse(`expected ${embeddingDim} numbers a vector, got ${form.embeddingDim}`);
  const named = arrays.map(({ name, shape, first }): readonly [string, TowerArray] => {
    const end = first + shape[0] * shape[1];
    if (end > weights.length) refuse(`"${name}" ends at ${end} of ${weights.length} numbers`);
    return [name, { shape, values: weights.subarray(first, end) }];
  });
  try {
    return { encoder: new ContentEncoder(form, Object.fromEntries(named)), ownShare };
  } catch (error) {
    return refuse((error as Error).message);
  }
}
