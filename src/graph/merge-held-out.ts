/**
 * Puts held-out pairs back into the training edges: for the last fit, after everything was selected on validation.
 */
import { emptyRagged, pairsWhere, type Ragged } from '../core/ragged.js';
import { type BipartiteCsr, buildBipartiteCsr, edgeUsers } from './bipartite-csr.js';
import { fieldInformationOf } from './fields/field-information.js';
import { fieldsOf } from './fields/fields-of.js';
import { sealGraph } from './seal-graph.js';
import type { HeldOutColumns, StoredGraph } from './stored-graph.js';

/**
 * A new graph (its own id and hash, not stored anywhere) in which the pairs of `part` are edges and no longer held
 * out. Weights and timestamps come along; where one side has none they count as 1 and NaN. What the users of these pairs had as
 * input (fold-in) becomes edges with them, weight 1. What is known of users and items is encoded as before.
 */
export function mergeHeldOut(graph: StoredGraph, part: 'valid' | 'test'): StoredGraph {
  const { manifest, folder: _folder, validColumns, testColumns, ...rest } = graph;
  const columns = part === 'valid' ? validColumns : testColumns;
  const { offsets, values } = graph[part];
  const users = usersOf(graph[part]);
  const isMerged = (user: number): boolean => offsets[user + 1] > offsets[user];
  const input = graph.foldIn && pairsWhere(graph.foldIn, isMerged);
  const foldIn = graph.foldIn && pairsWhere(graph.foldIn, (user) => !isMerged(user));
  const { train } = graph;
  const merged = buildBipartiteCsr(
    {
      userIndex: concat(Int32Array, edgeUsers(train), users, input ? usersOf(input) : NO_PAIRS),
      itemIndex: concat(Int32Array, train.userNeighbors, values, input?.values ?? NO_PAIRS),
      ...mergedColumns(train, columns ?? {}, values.length, input?.values.length ?? 0),
    },
    { numUsers: train.numUsers, numItems: train.numItems },
  );
  const keptColumns = part === 'valid' ? { testColumns } : { validColumns };
  return sealGraph(
    {
      ...rest,
      ...keptColumns,
      ...(foldIn && { foldIn }),
      // frozen: a run fitted to more reads what is known as one fitted to less
      ...(hasFeatures(graph) && { fields: fieldsOf(graph), fieldInformation: fieldInformationOf(graph) }),
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

const hasFeatures = ({ userFeatures, itemFeatures }: StoredGraph): boolean =>
  userFeatures !== undefined || itemFeatures !== undefined;

const NO_PAIRS = new Int32Array(0);

/** The row of every value, `[numPairs]`. */
function usersOf({ offsets, values }: Ragged): Int32Array {
  const users = new Int32Array(values.length);
  for (let user = 0; user + 1 < offsets.length; user++) users.fill(user, offsets[user], offsets[user + 1]);
  return users;
}

/** @param numInput pairs after the added ones, without columns of their own */
function mergedColumns(train: BipartiteCsr, added: HeldOutColumns, numAdded: number, numInput: number): HeldOutColumns {
  const weighted = train.weight || added.weight;
  const timed = train.timestamp || added.timestamp;
  return {
    ...(weighted && {
      weight: concat(
        Float32Array,
        train.weight ?? new Float32Array(train.numEdges).fill(1),
        added.weight ?? new Float32Array(numAdded).fill(1),
        new Float32Array(numInput).fill(1),
      ),
    }),
    ...(timed && {
      timestamp: concat(
        Float64Array,
        train.timestamp ?? new Float64Array(train.numEdges).fill(Number.NaN),
        added.timestamp ?? new Float64Array(numAdded).fill(Number.NaN),
        new Float64Array(numInput).fill(Number.NaN),
      ),
    }),
  };
}

function concat<Numbers extends Int32Array | Float32Array | Float64Array>(
  ArrayType: new (length: number) => Numbers,
  ...parts: readonly Numbers[]
): Numbers {
  const whole = new ArrayType(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
