/**
 * A user that the model does not have, out of what is known of it:
 *
 *   user = ownShare · tower(features) + Σ of its history (`history-vectors.ts`), at length 1 where the model ranks by cosine
 *
 * Without features, a model whose users have a tower takes them all for missing, as it does for such a user in its graph.
 */
import { ConfigError } from '../../core/errors.js';
import { countHistory, encodeHistory, type HistoryVectors, isSilent } from '../history-vectors.js';
import { unitRows } from '../similar-items.js';
import { type FeatureRow, factsOfColumns, isKnownRow } from '../towers/feature-row.js';
import { needTower } from './need-tower.js';
import type { ServedModel } from './served-model.js';

export interface UserKnowledge {
  /** Ids of items that the user had; one that is repeated counts again where the graph's edges have weights. */
  readonly history?: readonly string[];
  readonly features?: FeatureRow;
}

export interface MadeUser {
  /** `[embeddingDim]`; undefined where nothing is known that training has seen. */
  readonly vector?: Float32Array;
  /** Items that the user was made of, and those it had that say nothing. */
  readonly used: readonly number[];
  readonly silent: readonly number[];
  /** Ids of the history that the model does not have. */
  readonly unknown: readonly string[];
  /** Columns that the user was made of, and those whose value training did not see. */
  readonly columns: readonly string[];
  readonly unseen: readonly string[];
  /** False where trained users have a row of their own that this one lacks. */
  readonly isWholeModel: boolean;
}

/** @throws ConfigError `NO_HISTORY`, `NO_TOWER`, `UNKNOWN_COLUMN`; DataError `DATA_FEATURE_CELL` */
export async function makeUser(model: ServedModel, { history = [], features }: UserKnowledge): Promise<MadeUser> {
  const heard = await readHistory(model, history);
  const own = await readFeatures(model, features);
  return {
    ...heard.facts,
    columns: own?.columns ?? [],
    unseen: own?.unseen ?? [],
    isWholeModel: heard.vectors?.isWholeModel ?? true,
    vector: vectorOf(model, heard, own?.columns.length ? own.vector : undefined),
  };
}

interface Heard {
  /** Where there is a history. */
  readonly vectors?: HistoryVectors;
  /** How often each item counts. */
  readonly counts: ReadonlyMap<number, number>;
  readonly facts: Pick<MadeUser, 'used' | 'silent' | 'unknown'>;
}

async function readHistory(model: ServedModel, ids: readonly string[]): Promise<Heard> {
  if (ids.length === 0) return { counts: new Map(), facts: { used: [], silent: [], unknown: [] } };
  if (!model.history || !model.space) {
    throw new ConfigError(
      'NO_HISTORY',
      `${model.title} has no way to make a user of items; train one that has: preset history, or rows tower (of a lightgcn encoder the run has, its bundle not)`,
    );
  }
  const had = ids.map((id) => model.items.indexOf(id));
  const vectors = await model.history();
  const counts = countHistory(
    vectors,
    had.filter((item) => item !== undefined),
  );
  const silent = [...counts.keys()].filter((item) => isSilent(vectors, item));
  for (const item of silent) counts.delete(item);
  const unknown = [...new Set(ids.filter((_, i) => had[i] === undefined))];
  return { vectors, counts, facts: { used: [...counts.keys()], silent, unknown } };
}

interface Own {
  /** `[embeddingDim]`. */
  readonly vector: Float32Array;
  /** Those that training knows the value of, and those it doesn't. */
  readonly columns: readonly string[];
  readonly unseen: readonly string[];
}

async function readFeatures(model: ServedModel, features: FeatureRow | undefined): Promise<Own | undefined> {
  if (features === undefined) return undefined;
  const { encoder, ownShare } = await needTower(model, 'user');
  const fields = encoder.fieldsOf([features]);
  const vector = encoder.encodeFields(fields).map((value) => ownShare * value);
  const facts = factsOfColumns(fields);
  const unseen = facts.filter(({ numUnseen }) => numUnseen > 0).map(({ name }) => name);
  if (!isKnownRow(fields, 0)) return { vector, columns: [], unseen };
  const columns = facts.filter(({ numMissing, numUnseen }) => numMissing + numUnseen === 0).map(({ name }) => name);
  return { vector, columns, unseen };
}

function vectorOf(
  { space }: ServedModel,
  { vectors, counts }: Heard,
  own: Float32Array | undefined,
): Float32Array | undefined {
  const made =
    vectors && counts.size > 0
      ? encodeHistory(vectors, Int32Array.from(counts.keys()), Float32Array.from(counts.values()), own)
      : own && (space!.normalized ? unitRows(own, own.length) : own);
  return made?.some((value) => value !== 0) ? made : undefined;
}
