/** How far the held-out items of all users get: into the list, to some rank below, or not into the ranking at all. */
import { type Ragged, selectRaggedRows } from '../../core/ragged.js';
import { Rng } from '../../core/rng.js';
import { positionsOf } from '../../evaluation/full-ranking.js';
import type { TrainedRun } from '../../runs/trained-run.js';

/** Users whose items are looked up at most, drawn without replacement: shares are then within one or two in a hundred. */
const MOST_USERS = 2000;
/** Users at a time. */
const BATCH = 256;
/** Ends of the stretches of ranks, in lengths of the list. */
const STRETCHES = [1, 5, 25];

export interface HeldOutStages {
  readonly numPairs: number;
  /** By rank, the list first (`1–20`), `none` for what is no candidate last; shares add up to 1. */
  readonly stages: readonly { readonly name: string; readonly share: number }[];
}

interface StagesQuestion {
  /** Evaluated users, `[numEvaluated]`. */
  readonly users: Int32Array;
  /** Length of the list. */
  readonly k: number;
  /** `[numUsers]` rows each. */
  readonly relevant: Ragged;
  readonly exclude: Ragged;
}

export async function heldOutStages(
  { recommender, embeddings }: Pick<TrainedRun, 'recommender' | 'embeddings'>,
  { users, k, relevant, exclude }: StagesQuestion,
): Promise<HeldOutStages> {
  const drawn = Rng.of(0, 'held-out-stages').permutation(users.length).subarray(0, MOST_USERS);
  const ends = STRETCHES.map((stretch) => stretch * k);
  const names = ends.map((end, i) => (i === 0 ? `1–${end}` : `${ends[i - 1] + 1}–${end}`));
  const counts = new Array<number>(ends.length + 2).fill(0);
  for (let first = 0; first < drawn.length; first += BATCH) {
    const batch = drawn.subarray(first, first + BATCH).map((at) => users[at]);
    const wanted = selectRaggedRows(relevant, batch);
    const { positions } = await positionsOf(recommender, batch, { wanted, exclude: selectRaggedRows(exclude, batch) });
    for (const [at, position] of positions.entries()) {
      const isSilent = embeddings !== undefined && !hasVector(embeddings, wanted.values[at]);
      const stretch = ends.findIndex((end) => position <= end);
      if (position === 0 || isSilent) counts[ends.length + 1]++;
      else counts[stretch < 0 ? ends.length : stretch]++;
    }
  }
  const numPairs = counts.reduce((sum, count) => sum + count, 0);
  const all = [...names, `${ends[ends.length - 1] + 1}+`, 'none'];
  return { numPairs, stages: all.map((name, i) => ({ name, share: counts[i] / numPairs })) };
}

function hasVector({ items, embeddingDim }: NonNullable<TrainedRun['embeddings']>, item: number): boolean {
  return items.subarray(item * embeddingDim, (item + 1) * embeddingDim).some((value) => value !== 0);
}
