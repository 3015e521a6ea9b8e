/** Small worlds as plain matrices: scores that rank, and labels that say what was trained on and what is held out. */
import { type Ragged, raggedFromPairs, raggedLengths } from '../src/core/ragged.js';
import { selectTopK } from '../src/core/select-top-k.js';
import type { Recommender } from '../src/retrieval/recommender.js';

/** Ranks by a given score matrix, `[numUsers][numItems]`; -Infinity is "no score". */
export function matrixRecommender(scores: readonly (readonly number[])[], isExact = true): Recommender {
  return {
    numUsers: scores.length,
    numItems: scores[0].length,
    isExact,
    async recommend(users, k, exclude) {
      const rows = Array.from(users, (user, query) =>
        selectTopK(
          Float32Array.from(scores[user]),
          k,
          exclude?.values.subarray(exclude.offsets[query], exclude.offsets[query + 1]),
        ),
      );
      return {
        k,
        ids: Int32Array.from(rows.flatMap((row) => [...row.ids])),
        scores: Float32Array.from(rows.flatMap((row) => [...row.scores])),
      };
    },
  };
}

/** A label for every user-item pair: 0 = nothing, 1 = trained on, 2 = held out. */
export type Labels = readonly (readonly number[])[];

function raggedOf(labels: Labels, label: number): Ragged {
  const pairs = labels.flatMap((row, user) => row.flatMap((value, item) => (value === label ? [[user, item]] : [])));
  return raggedFromPairs(
    Int32Array.from(pairs, (pair) => pair[0]),
    Int32Array.from(pairs, (pair) => pair[1]),
    labels.length,
  );
}

export function inputsOf(labels: Labels) {
  const exclude = raggedOf(labels, 1);
  const itemDegrees = new Int32Array(labels[0].length);
  for (const item of exclude.values) itemDegrees[item]++;
  return { relevant: raggedOf(labels, 2), exclude, itemDegrees, userDegrees: raggedLengths(exclude) };
}
