/**
 * Keeps some rows of a log and drops users and items that no row names any more; the others move together, in their
 * old order.
 */
import { selectFeatureRows } from '../features/select-feature-rows.js';
import type { InteractionLog } from '../interaction-log.js';
import { selectInteractions } from '../interaction-set.js';
import { Vocabulary } from '../vocabulary.js';

/** @param rows rows of `log` to keep, ascending */
export function reindexLog(log: InteractionLog, rows: Int32Array): InteractionLog {
  const kept = selectInteractions(log, rows);
  const users = compact(log.users, kept.userIndex);
  const items = compact(log.items, kept.itemIndex);
  return {
    ...kept,
    userIndex: kept.userIndex.map((old) => users.newIndex[old]),
    itemIndex: kept.itemIndex.map((old) => items.newIndex[old]),
    users: users.vocabulary,
    items: items.vocabulary,
    userFeatures: log.userFeatures && selectFeatureRows(log.userFeatures, users.oldIndices),
    itemFeatures: log.itemFeatures && selectFeatureRows(log.itemFeatures, items.oldIndices),
    part: log.part && Uint8Array.from(rows, (row) => log.part![row]),
  };
}

interface Compacted {
  readonly vocabulary: Vocabulary;
  /** Old index → new index, -1 where dropped, `[old size]`. */
  readonly newIndex: Int32Array;
  /** New index → old index, ascending, `[new size]`. */
  readonly oldIndices: number[];
}

function compact(vocabulary: Vocabulary, used: Int32Array): Compacted {
  const newIndex = new Int32Array(vocabulary.size).fill(-1);
  for (const index of used) newIndex[index] = 0;
  const oldIndices: number[] = [];
  for (let old = 0; old < newIndex.length; old++) {
    if (newIndex[old] < 0) continue;
    newIndex[old] = oldIndices.length;
    oldIndices.push(old);
  }
  return { vocabulary: Vocabulary.from(oldIndices.map((old) => vocabulary.idOf(old))), newIndex, oldIndices };
}
