/**
 * The content of a graph folder: which part of a graph is in which file. The item side of the CSR is not stored; it
 * is derived from the user side in milliseconds and so can never disagree with it.
 */
import { DataError } from '../core/errors.js';
import type { Ragged } from '../core/ragged.js';
import { EVENT_CODES, type Interactions } from '../data/interaction-set.js';
import { Vocabulary } from '../data/vocabulary.js';
import {
  areBelow,
  areStrings,
  type FileBytes,
  needArray,
  needJson,
  putArray,
  putStrings,
  takeArray,
} from './array-files.js';
import { type BipartiteCsr, withItemSide } from './bipartite-csr.js';
import { putFeatures, takeFeatures } from './feature-files.js';
import { putFields, takeFields } from './fields/field-files.js';
import type { HeldOutColumns, StoredGraph } from './stored-graph.js';

/** A graph without the manifest that describes it. */
export type GraphContent = Omit<StoredGraph, 'manifest' | 'folder'>;

/** The files of the graph's content; array bytes are views of the graph's arrays. */
export function encodeGraph(graph: GraphContent): FileBytes {
  const files: FileBytes = new Map();
  putStrings(files, 'users.json', graph.users.ids);
  putStrings(files, 'items.json', graph.items.ids);
  putRows(files, 'train', graph.train.userOffsets, graph.train.userNeighbors, graph.train);
  putRows(files, 'valid', graph.valid.offsets, graph.valid.values, graph.validColumns);
  putRows(files, 'test', graph.test.offsets, graph.test.values, graph.testColumns);
  if (graph.foldIn) putRows(files, 'fold_in', graph.foldIn.offsets, graph.foldIn.values, undefined);
  putFeatures(files, 'user_features', graph.userFeatures);
  putFeatures(files, 'item_features', graph.itemFeatures);
  const other = graph.otherEvents;
  if (other) {
    putArray(files, 'other.users', 'i32', other.userIndex);
    putArray(files, 'other.items', 'i32', other.itemIndex);
    putArray(files, 'other.event', 'u8', other.event);
    putArray(files, 'other.weight', 'f32', other.weight);
    putArray(files, 'other.timestamp', 'f64', other.timestamp);
  }
  return files;
}

/** The files that follow from the content, so that nobody has to compute them again. */
export function encodeDerived(graph: GraphContent): FileBytes {
  const files: FileBytes = new Map();
  putFields(files, graph);
  return files;
}

function putRows(
  files: FileBytes,
  stem: string,
  offsets: Int32Array,
  items: Int32Array,
  columns: HeldOutColumns | undefined,
): void {
  putArray(files, `${stem}.offsets`, 'i32', offsets);
  putArray(files, `${stem}.items`, 'i32', items);
  putArray(files, `${stem}.weight`, 'f32', columns?.weight);
  putArray(files, `${stem}.timestamp`, 'f64', columns?.timestamp);
}

/** The graph in `files`. @throws DataError `GRAPH_DAMAGED` when sizes do not fit together. */
export function decodeGraph(files: FileBytes): GraphContent {
  const users = Vocabulary.from(needStrings(files, 'users.json'));
  const items = Vocabulary.from(needStrings(files, 'items.json'));
  const train = takeTrain(files, users.size, items.size);
  const valid = takeHeldOut(files, 'valid', users.size, items.size);
  const test = takeHeldOut(files, 'test', users.size, items.size);
  const foldIn = files.has('fold_in.offsets.i32') ? takeRagged(files, 'fold_in', users.size, items.size) : undefined;
  const userFeatures = takeFeatures(files, 'user_features');
  const itemFeatures = takeFeatures(files, 'item_features');
  const described = takeFields(files, { user: userFeatures, item: itemFeatures });
  const otherEvents = takeOtherEvents(files, users.size, items.size);
  return {
    users,
    items,
    train,
    valid: valid.pairs,
    test: test.pairs,
    ...(foldIn && { foldIn }),
    ...(valid.columns && { validColumns: valid.columns }),
    ...(test.columns && { testColumns: test.columns }),
    ...(userFeatures && { userFeatures }),
    ...(itemFeatures && { itemFeatures }),
    ...described,
    ...(otherEvents && { otherEvents }),
  };
}

const needStrings = (files: FileBytes, name: string): string[] => needJson(files, name, areStrings, 'a list of texts');

function takeTrain(files: FileBytes, numUsers: number, numItems: number): BipartiteCsr {
  const { offsets, values } = takeRagged(files, 'train', numUsers, numItems);
  return withItemSide({
    numUsers,
    numItems,
    numEdges: values.length,
    userOffsets: offsets,
    userNeighbors: values,
    weight: takeColumn(files, 'train.weight', 'f32', values.length),
    timestamp: takeColumn(files, 'train.timestamp', 'f64', values.length),
  });
}

function takeHeldOut(files: FileBytes, stem: string, numUsers: number, numItems: number) {
  const pairs = takeRagged(files, stem, numUsers, numItems);
  const weight = takeColumn(files, `${stem}.weight`, 'f32', pairs.values.length);
  const timestamp = takeColumn(files, `${stem}.timestamp`, 'f64', pairs.values.length);
  return { pairs, columns: heldOutColumns({ weight, timestamp }) };
}

/** The columns that exist, or undefined when none does. */
export function heldOutColumns({ weight, timestamp }: HeldOutColumns): HeldOutColumns | undefined {
  return weight || timestamp ? { ...(weight && { weight }), ...(timestamp && { timestamp }) } : undefined;
}

/** Offsets must rise from 0 to the number of values, and values be item indices ascending within a row. */
function takeRagged(files: FileBytes, stem: string, numRows: number, numItems: number): Ragged {
  const offsets = needArray(files, `${stem}.offsets`, 'i32');
  const values = needArray(files, `${stem}.items`, 'i32');
  let fits = offsets.length === numRows + 1 && offsets[0] === 0 && offsets[numRows] === values.length;
  for (let row = 0; fits && row < numRows; row++) {
    fits = offsets[row] <= offsets[row + 1];
    for (let at = offsets[row]; fits && at < offsets[row + 1]; at++) {
      fits = values[at] > (at === offsets[row] ? -1 : values[at - 1]) && values[at] < numItems;
    }
  }
  if (!fits) {
    throw new DataError('GRAPH_DAMAGED', `${stem}.offsets.i32 and ${stem}.items.i32 are not ${numRows} rows of items`);
  }
  return { offsets, values };
}

function takeColumn<Type extends 'f32' | 'f64'>(files: FileBytes, stem: string, type: Type, length: number) {
  const column = takeArray(files, stem, type);
  if (column && column.length !== length) {
    throw new DataError('GRAPH_DAMAGED', `${stem}.${type}: expected ${length} values, got ${column.length}`);
  }
  return column;
}

function takeOtherEvents(files: FileBytes, numUsers: number, numItems: number): Interactions | undefined {
  const userIndex = takeArray(files, 'other.users', 'i32');
  if (!userIndex) return undefined;
  const itemIndex = needArray(files, 'other.items', 'i32');
  const event = needArray(files, 'other.event', 'u8');
  const fits =
    itemIndex.length === userIndex.length &&
    event.length === userIndex.length &&
    areBelow(userIndex, numUsers) &&
    areBelow(itemIndex, numItems) &&
    areBelow(event, Object.keys(EVENT_CODES).length);
  if (!fits) {
    throw new DataError('GRAPH_DAMAGED', 'other.users.i32, other.items.i32 and other.event.u8 are not rows of events');
  }
  return {
    userIndex,
    itemIndex,
    event,
    weight: takeColumn(files, 'other.weight', 'f32', userIndex.length),
    timestamp: takeColumn(files, 'other.timestamp', 'f64', userIndex.length),
  };
}
