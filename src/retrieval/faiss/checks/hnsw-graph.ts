/**
 * The graph of an HNSW index: every vector is a node of the ground level and, ever more rarely, of the levels above.
 *
 *   uint64 count · float64 level probabilities     uint64 count · int32 neighbours a node up to each level, summed
 *   uint64 count · int32 levels of each node       uint64 count · uint64 offsets of each node's neighbours
 *   uint64 count · int32 neighbours, -1 for none   int32 × 5: entry point, top level, efConstruction, efSearch, beam
 *
 * Holds, for m neighbours a node (2 m on the ground):
 *   - the sums are 0, 2 m, 3 m, 4 m, … and there is one probability between any two, in 0 … 1;
 *   - each node has at least one level, and no more than there are sums for;
 *   - offsets begin at 0, each is the one before plus the sum for the node's levels, the last is the number of neighbours;
 *   - a neighbour on a level is -1 or a node that reaches that level (FAISS reads the neighbour's own list there);
 *   - the entry point is a node of the top level, which is the highest of all; both are -1 without nodes;
 *   - efConstruction and efSearch are positive and bounded (FAISS allocates efSearch entries); the beam is 1, which is
 *     all that FAISS writes by itself.
 *
 * Reference: Malkov, Yashunin 2018, "Efficient and robust approximate nearest neighbor search using HNSW graphs".
 */
import type { FaissCursor, FaissSetting, FaissVector } from '../faiss-cursor.js';
import { MOST_EF_SEARCH } from '../faiss-factory.js';

interface HnswGraph {
  /** Neighbours a node, m: twice as many on the ground. */
  readonly neighbors: number;
  readonly efSearch: FaissSetting;
}

/**
 * @param size number of nodes
 * @throws DataError `FAISS_DAMAGED`
 */
export function readHnswGraph(cursor: FaissCursor, size: number): HnswGraph {
  const probabilities = cursor.vector(8, 'the level probabilities');
  const sums = readSums(cursor);
  readProbabilities(cursor, probabilities, sums.length - 1);
  const levels = readLevels(cursor, { size, most: sums.length - 1 });
  const offsets = cursor.vector(8, 'the offsets');
  const neighbors = cursor.vector(4, 'the neighbours');
  assertOffsets(cursor, { offsets, levels, sums, numNeighbors: neighbors.count });
  assertNeighbors(cursor, { neighbors, levels, sums });

  const entryPoint = cursor.int32('the entry point');
  const topLevel = cursor.int32('the top level');
  assertEntry(cursor, { entryPoint, topLevel, levels });
  cursor.assertRange('efConstruction', cursor.int32('efConstruction'), [1, MOST_EF_SEARCH]);
  const efSearch = { offset: cursor.offset, value: cursor.int32('efSearch') };
  cursor.assertRange('efSearch', efSearch.value, [1, MOST_EF_SEARCH]);
  cursor.assertEqual('the beam above the ground', cursor.int32('the beam above the ground'), 1);
  return { neighbors: sums[1] / 2, efSearch };
}

/** `[levels + 1]`: how many neighbours a node with so many levels has. */
function readSums(cursor: FaissCursor): Int32Array {
  const sums = cursor.int32s(cursor.vector(4, 'the neighbour counts'));
  if (sums.length < 2) throw cursor.damaged('its graph has no levels');
  const m = sums[1] / 2;
  if (!Number.isInteger(m) || m < 2) {
    throw cursor.damaged(`its nodes have ${sums[1]} neighbours on the ground, expected an even number from 4 on`);
  }
  for (let level = 0; level < sums.length; level++) {
    const expected = level === 0 ? 0 : (level + 1) * m;
    cursor.assertEqual(`the number of neighbours up to level ${level}`, sums[level], expected);
  }
  return sums;
}

function readProbabilities(cursor: FaissCursor, { offset, count }: FaissVector, expected: number): void {
  cursor.assertEqual('the number of level probabilities', count, expected);
  for (let level = 0; level < count; level++) {
    cursor.assertRange('a level probability', cursor.view.getFloat64(offset + 8 * level, true), [0, 1]);
  }
}

/** `[size]`: levels of each node, the ground counted. */
function readLevels(cursor: FaissCursor, { size, most }: { size: number; most: number }): Int32Array {
  const levels = cursor.int32s(cursor.vector(4, 'the levels'));
  if (levels.length !== size) throw cursor.damaged(`its graph has ${levels.length} nodes for ${size} vectors`);
  for (const level of levels) cursor.assertRange('the number of levels of a node', level, [1, most]);
  return levels;
}

function assertOffsets(
  cursor: FaissCursor,
  {
    offsets,
    levels,
    sums,
    numNeighbors,
  }: { offsets: FaissVector; levels: Int32Array; sums: Int32Array; numNeighbors: number },
): void {
  if (offsets.count !== levels.length + 1) {
    throw cursor.damaged(`its graph has ${offsets.count} offsets for ${levels.length} nodes`);
  }
  const stored = cursor.from(offsets.offset);
  let expected = 0;
  for (let node = 0; node <= levels.length; node++) {
    const offset = stored.size('an offset');
    cursor.assertEqual('an offset of the graph', offset, expected);
    if (node < levels.length) expected += sums[levels[node]];
  }
  cursor.assertEqual('the number of neighbours', numNeighbors, expected);
}

/** Offsets were checked: the neighbours of a node follow those of the node before it. */
function assertNeighbors(
  cursor: FaissCursor,
  { neighbors, levels, sums }: { neighbors: FaissVector; levels: Int32Array; sums: Int32Array },
): void {
  const { view } = cursor;
  const size = levels.length;
  let at = neighbors.offset;
  for (let node = 0; node < size; node++) {
    for (let level = 0; level < levels[node]; level++) {
      const end = at + 4 * (sums[level + 1] - sums[level]);
      for (; at < end; at += 4) {
        const neighbor = view.getInt32(at, true);
        if (neighbor === -1) continue;
        if (neighbor < 0 || neighbor >= size) {
          throw cursor.damaged(`node ${node} has the neighbour ${neighbor}, expected -1 … ${size - 1}`);
        }
        // every node reaches the ground: no look-up for most of the neighbours
        if (level > 0 && levels[neighbor] <= level) {
          throw cursor.damaged(`node ${node} has on level ${level} the neighbour ${neighbor}, which does not reach it`);
        }
      }
    }
  }
}

function assertEntry(
  cursor: FaissCursor,
  { entryPoint, topLevel, levels }: { entryPoint: number; topLevel: number; levels: Int32Array },
): void {
  let top = -1;
  for (const level of levels) top = Math.max(top, level - 1);
  cursor.assertEqual('the top level of its graph', topLevel, top);
  if (levels.length === 0) {
    cursor.assertEqual('the entry point of an empty graph', entryPoint, -1);
    return;
  }
  cursor.assertRange('the entry point of its graph', entryPoint, [0, levels.length - 1]);
  if (levels[entryPoint] - 1 !== top) {
    throw cursor.damaged(
      `its entry point, node ${entryPoint}, is on level ${levels[entryPoint] - 1}, expected the top level ${top}`,
    );
  }
}
