/**
 * Puts held-out pairs back into the training edges: for the last fit, after everything was selected on validation.
 */
import { emptyRagged } from '../core/ragged.js';
import { type BipartiteCsr, buildBipartiteCsr, edgeUsers } from './bipartite-csr.js';
import { describeFields } from './fields/describe-fields.js';
import { sealGraph } from './seal-graph.js';
import type { HeldOutColumns, StoredGraph } from './stored-graph.js';

/**
 * A new graph (its own id and hash, not stored anywhere) in which the pairs of `part` are edges and no longer held
 * out. Weights and timestamps come along; where one side has none they count as 1 and NaN. Encodings of features are fitted anew.
 */
export function mergeHeldOut(graph: StoredGraph, part: 'valid' | 'test'): StoredGraph {
  const { manifest, folder: _folder, validColumns, testColumns, ...rest } = graph;
  const columns = part === 'valid' ? validColumns : testColumns;
  const { offsets, values } = graph[part];
  const users = new Int32Array(values.length);
  for (let user = 0; user + 1 < offsets.length; user++) users.fill(user, offsets[user], offsets[user + 1]);
  const { train } = graph;
  const merged = buildBipartiteCsr(
    {
      userIndex: concat(Int32Array, edgeUsers(train), users),
      itemIndex: concat(Int32Array, train.userNeighbors, values),
      ...mergedColumns(train, columns ?? {}, values.length),
    },
    { numUsers: train.numUsers, numItems: train.numItems },
  );
  const keptColumns = part === 'valid' ? { testColumns } : { validColumns };
  return sealGraph(
    {
      ...rest,
      ...keptColumns,
      ...describeFields({ ...rest, train: merged }),
      train: merged,
      [part]: emptyRagged(train.numUsers),
    },
    {
      name: manifest.name,
      split: `train-and-${part}`,
      source: manifest.source,
      data: manifest.data,
      notes: [...manifest.notes, `The ${values.length} ${part} pairs of graph ${manifest.id} are training edges here.`],
    },
  );
}

function mergedColumns(train: BipartiteCsr, added: HeldOutColumns, numAdded: number): HeldOutColumns {
  const weighted = train.weight || added.weight;
  const timed = train.timestamp || added.timestamp;
  return {
    ...(weighted && {
      weight: concat(
        Float32Array,
        train.weight ?? new Float32Array(train.numEdges).fill(1),
        added.weight ?? new Float32Array(numAdded).fill(1),
      ),
    }),
    ...(timed && {
      timestamp: concat(
        Float64Array,
        train.timestamp ?? new Float64Array(train.numEdges).fill(Number.NaN),
        added.timestamp ?? new Float64Array(numAdded).fill(Number.NaN),
      ),
    }),
  };
}

function concat<Numbers extends Int32Array | Float32Array | Float64Array>(
  ArrayType: new (length: number) => Numbers,
  a: Numbers,
  b: Numbers,
): Numbers {
  const both = new ArrayType(a.length + b.length);
  both.set(a);
  both.set(b, a.length);
  return both;
}
