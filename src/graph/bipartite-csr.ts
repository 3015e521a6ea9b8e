/**
 * The frozen form of the user-item graph that computing runs on: compressed sparse rows from both sides.
 * Edge e (0 … numEdges-1) is the e-th entry in user-major order, neighbours ascending; the item side points back to
 * edge numbers, so a mask over edges drops both directions at once.
 */
import { assertLength, DataError } from '../core/errors.js';
import type { Interactions } from '../data/interaction-set.js';

export interface BipartiteCsr {
  readonly numUsers: number;
  readonly numItems: number;
  /** Distinct user-item pairs. */
  readonly numEdges: number;
  /** Edges of user u are userOffsets[u] … userOffsets[u+1], `[numUsers + 1]`. */
  readonly userOffsets: Int32Array;
  /** Item index of each edge, ascending within a user, `[numEdges]`. */
  readonly userNeighbors: Int32Array;
  /** `[numItems + 1]`. */
  readonly itemOffsets: Int32Array;
  /** User index, ascending within an item, `[numEdges]`. */
  readonly itemNeighbors: Int32Array;
  /** Edge number (user-major) of each item-side entry, `[numEdges]`. */
  readonly itemEdges: Int32Array;
  /** Merged weight of each edge, user-major, `[numEdges]`; absent means all 1. */
  readonly weight?: Float32Array;
  /** Latest timestamp of each edge, user-major, `[numEdges]`. */
  readonly timestamp?: Float64Array;
}

/** Columns of parallel edge arrays: user and item index of each interaction, in any order, repeats allowed. */
export type EdgeColumns = Pick<Interactions, 'userIndex' | 'itemIndex' | 'timestamp' | 'weight'>;

/**
 * Builds the CSR by two counting sorts (item, then user: stable, so neighbours come out ascending), then merges
 * repeats: weights add up (1 each where the source has none), the latest timestamp stays.
 * Time and memory are linear in interactions plus nodes.
 *
 * @throws DataError `GRAPH_INDEX_RANGE` when an index is outside 0 … numUsers-1 / numItems-1; `GRAPH_WEIGHT` for a weight that
 * is not above 0.
 */
export function buildBipartiteCsr(
  edges: EdgeColumns,
  { numUsers, numItems }: Pick<BipartiteCsr, 'numUsers' | 'numItems'>,
): BipartiteCsr {
  const { userIndex, itemIndex } = edges;
  const length = userIndex.length;
  assertLength('itemIndex', itemIndex.length, length);
  if (edges.timestamp) assertLength('timestamp', edges.timestamp.length, length);
  if (edges.weight) assertLength('weight', edges.weight.length, length);
  const byItem = countingSortOrder(itemIndex, numItems, 'item', undefined);
  const order = countingSortOrder(userIndex, numUsers, 'user', byItem);

  const userNeighbors = new Int32Array(length);
  const userOffsets = new Int32Array(numUsers + 1);
  const timestamp = edges.timestamp && new Float64Array(length);
  const merged = new Float32Array(length);
  let numEdges = 0;
  let repeated = false;
  let previousUser = -1;
  for (let i = 0; i < length; i++) {
    const row = order[i];
    const user = userIndex[row];
    const item = itemIndex[row];
    const value = edges.weight ? edges.weight[row] : 1;
    if (!(value > 0 && value < Number.POSITIVE_INFINITY)) throw badWeight(value, user, item);
    if (user === previousUser && userNeighbors[numEdges - 1] === item) {
      repeated = true;
      merged[numEdges - 1] += value;
      if (timestamp) timestamp[numEdges - 1] = Math.max(timestamp[numEdges - 1], edges.timestamp![row]);
      continue;
    }
    previousUser = user;
    userNeighbors[numEdges] = item;
    merged[numEdges] = value;
    if (timestamp) timestamp[numEdges] = edges.timestamp![row];
    userOffsets[user + 1]++;
    numEdges++;
  }
  for (let user = 0; user < numUsers; user++) userOffsets[user + 1] += userOffsets[user];
  return withItemSide({
    numUsers,
    numItems,
    numEdges,
    userOffsets,
    userNeighbors: userNeighbors.slice(0, numEdges),
    weight: edges.weight || repeated ? merged.slice(0, numEdges) : undefined,
    timestamp: timestamp?.slice(0, numEdges),
  });
}

/** A node's messages are divided by the root of its weights' sum: one that is not above 0 makes nonsense of it. */
function badWeight(weight: number, user: number, item: number): DataError {
  return new DataError(
    'GRAPH_WEIGHT',
    `the weight of user index ${user} and item index ${item} is ${weight}, expected a number above 0; ` +
      'leave the interaction out, or make it an event that is not positive',
  );
}

/** Adds the item side to a user-major CSR whose neighbours ascend within each user. */
export function withItemSide(
  userSide: Omit<BipartiteCsr, 'itemOffsets' | 'itemNeighbors' | 'itemEdges'>,
): BipartiteCsr {
  const { numUsers, numItems, numEdges, userOffsets, userNeighbors } = userSide;
  const itemOffsets = new Int32Array(numItems + 1);
  for (let edge = 0; edge < numEdges; edge++) itemOffsets[userNeighbors[edge] + 1]++;
  for (let item = 0; item < numItems; item++) itemOffsets[item + 1] += itemOffsets[item];
  const next = itemOffsets.slice(0, numItems);
  const itemNeighbors = new Int32Array(numEdges);
  const itemEdges = new Int32Array(numEdges);
  for (let user = 0; user < numUsers; user++) {
    for (let edge = userOffsets[user]; edge < userOffsets[user + 1]; edge++) {
      const slot = next[userNeighbors[edge]]++;
      itemNeighbors[slot] = user;
      itemEdges[slot] = edge;
    }
  }
  return { ...userSide, itemOffsets, itemNeighbors, itemEdges };
}

/** Row order that sorts `keys` ascending, stable with respect to `start` (identity when absent). */
function countingSortOrder(keys: Int32Array, numKeys: number, side: string, start: Int32Array | undefined): Int32Array {
  const offsets = new Int32Array(numKeys + 1);
  for (let row = 0; row < keys.length; row++) {
    const key = keys[row];
    if (key < 0 || key >= numKeys) {
      throw new DataError('GRAPH_INDEX_RANGE', `${side} index ${key} in row ${row} is outside 0 … ${numKeys - 1}`);
    }
    offsets[key + 1]++;
  }
  for (let key = 0; key < numKeys; key++) offsets[key + 1] += offsets[key];
  const order = new Int32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const row = start ? start[i] : i;
    order[offsets[keys[row]]++] = row;
  }
  return order;
}

/** Whether the pair is an edge: binary search in the user's row. */
export function hasEdge(csr: BipartiteCsr, userIndex: number, itemIndex: number): boolean {
  let low = csr.userOffsets[userIndex];
  let high = csr.userOffsets[userIndex + 1];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (csr.userNeighbors[middle] < itemIndex) low = middle + 1;
    else high = middle;
  }
  return low < csr.userOffsets[userIndex + 1] && csr.userNeighbors[low] === itemIndex;
}

/** User index of every edge, user-major, `[numEdges]`. */
export function edgeUsers(csr: BipartiteCsr): Int32Array {
  const users = new Int32Array(csr.numEdges);
  for (let user = 0; user < csr.numUsers; user++) users.fill(user, csr.userOffsets[user], csr.userOffsets[user + 1]);
  return users;
}

/** Degree of every item, `[numItems]`. */
export function itemDegrees(csr: BipartiteCsr): Int32Array {
  return degreesOf(csr.itemOffsets);
}

/** Degree of every user, `[numUsers]`. */
export function userDegrees(csr: BipartiteCsr): Int32Array {
  return degreesOf(csr.userOffsets);
}

function degreesOf(offsets: Int32Array): Int32Array {
  const degrees = new Int32Array(offsets.length - 1);
  for (let i = 0; i < degrees.length; i++) degrees[i] = offsets[i + 1] - offsets[i];
  return degrees;
}
