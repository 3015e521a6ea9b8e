/**
 * Vectors of items and users that the model does not have, as it serves them: what its encoder makes of a node without an
 * edge, ownShare · tower(features), at length 1 where it ranks by cosine.
 */
import { ConfigError } from '../../core/errors.js';
import type { Side } from '../../core/side.js';
import type { EncodedField } from '../../data/fields/encoded-field.js';
import { unitRows } from '../similar-items.js';
import type { FeatureRow } from '../towers/feature-row.js';
import { makeUser, type UserKnowledge } from './make-user.js';
import { needTower } from './need-tower.js';
import type { Servable, ServedModel, ServedTower } from './served-model.js';

/**
 * @param rows a column that a row lacks is missing there
 * @returns `[rows.length, embeddingDim]`
 * @throws ConfigError `NO_TOWER`, `UNKNOWN_COLUMN`; DataError `DATA_FEATURE_CELL`
 */
export async function encodeItems({ serving }: Servable, rows: readonly FeatureRow[]): Promise<Float32Array> {
  const { encoder } = await needTower(serving, 'item');
  return encodeServed(serving, 'item', encoder.fieldsOf(rows));
}

/**
 * @returns `[embeddingDim]`
 * @throws ConfigError `NOTHING_KNOWN` where neither history nor features hold anything that training has seen; `NO_TOWER`,
 * `NO_HISTORY`, `UNKNOWN_COLUMN`; DataError `DATA_FEATURE_CELL`
 */
export async function encodeUser({ serving }: Servable, known: UserKnowledge): Promise<Float32Array> {
  const { vector } = await makeUser(serving, known);
  if (vector) return vector;
  const message = `nothing is known of this user that ${serving.title} has seen in training: no item of its history, no value of its features`;
  throw new ConfigError('NOTHING_KNOWN', message);
}

/**
 * @param fields of the tower's columns, `[numRows]` rows each
 * @returns `[numRows, embeddingDim]`
 * @throws ConfigError `NO_TOWER`
 */
export async function encodeServed(
  model: ServedModel,
  side: Side,
  fields: readonly EncodedField[],
): Promise<Float32Array> {
  const tower = await needTower(model, side);
  refuseSilentRows(model, side, tower);
  const vectors = tower.encoder.encodeFields(fields).map((value) => tower.ownShare * value);
  return model.space!.normalized ? unitRows(vectors, tower.encoder.form.embeddingDim) : vectors;
}

function refuseSilentRows({ title }: ServedModel, side: Side, { ownShare }: ServedTower): void {
  if (ownShare !== 0) return;
  const message = `${title} makes ${side}s of their neighbours alone (layer 0 has no weight), so that a new one has no vector; train with encoder.propagation.layerCombination mean`;
  throw new ConfigError('NO_TOWER', message);
}
