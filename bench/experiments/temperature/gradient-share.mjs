/**
 * How much of a softmax's gradient comes from the hardest negatives. Of an anchor with candidates of similarity s_j the
 * loss is −log p_positive, p = softmax(s / τ − log q), so |∂ loss / ∂ s_j| = p_j / τ for a negative j: the share of the
 * hardest ones is the sum of their p over that of all negatives, exactly, whatever the embeddings below.
 */
import { Rng } from '../../../dist/index.js';

const BATCHES = 4;
/** Parts of an anchor's negatives, by similarity, hardest first. */
export const PARTS = [0.01, 0.1];

/**
 * On the saved model of a run, over batches of training edges as the loss saw them: the other positives of the batch as
 * candidates with their logQ, copies of the own positive left out.
 *
 * @param temperatures the shares are computed for each, on this one model
 * @returns `hardest 1 % at 0.1` → mean share over anchors; `positive at 0.1` → mean probability of the positive
 */
export function gradientShares({ embeddings, graph }, batchSize, temperatures) {
  const { embeddingDim: dim, users, items, normalized } = embeddings;
  if (!normalized) throw new Error('the shares are those of cosines');
  const { numUsers, numEdges, userOffsets, userNeighbors } = graph.train;
  const edgeUser = new Int32Array(numEdges);
  for (let user = 0; user < numUsers; user++) edgeUser.fill(user, userOffsets[user], userOffsets[user + 1]);
  const degrees = new Int32Array(graph.train.numItems);
  for (const item of userNeighbors) degrees[item]++;
  const size = Math.min(batchSize, numEdges);
  const sums = temperatures.map(() => ({ parts: PARTS.map(() => 0), positive: 0 }));
  let anchors = 0;
  for (let at = 0; at < BATCHES; at++) {
    const edges = Rng.of(7, 'gradient share', at).permutation(numEdges).subarray(0, size);
    for (const edge of edges) {
      const user = edgeUser[edge];
      const own = userNeighbors[edge];
      const negatives = [];
      for (const other of edges) {
        const item = userNeighbors[other];
        if (item !== own) negatives.push({ item, score: dot(users, user, items, item, dim) });
      }
      negatives.sort((a, b) => b.score - a.score);
      const positive = dot(users, user, items, own, dim);
      for (const [t, temperature] of temperatures.entries()) {
        // relative to the positive's logit; log q up to a constant
        const weights = negatives.map(({ item, score }) =>
          Math.exp((score - positive) / temperature - Math.log(degrees[item] / degrees[own])),
        );
        const total = weights.reduce((sum, weight) => sum + weight, 0);
        sums[t].positive += 1 / (1 + total);
        for (const [i, part] of PARTS.entries()) {
          const hardest = weights.slice(0, Math.max(1, Math.round(part * weights.length)));
          sums[t].parts[i] += hardest.reduce((sum, weight) => sum + weight, 0) / total;
        }
      }
      anchors++;
    }
  }
  return Object.fromEntries(
    temperatures.flatMap((temperature, t) => [
      ...PARTS.map((part, i) => [`hardest ${100 * part} % at ${temperature}`, sums[t].parts[i] / anchors]),
      [`positive at ${temperature}`, sums[t].positive / anchors],
    ]),
  );
}

function dot(a, rowA, b, rowB, dim) {
  let sum = 0;
  for (let d = 0; d < dim; d++) sum += a[rowA * dim + d] * b[rowB * dim + d];
  return sum;
}
