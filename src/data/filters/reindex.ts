/**
 * Keeps some rows of a log and drops users and items that no row names any more; the others move together, in their
 * old order.
 */
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
    part: log.part && Uint8Array.from(rows, (row) => log.part![row]),
  };
}

interface Compacted {
  readonly vocabulary: Vocabulary;
  /** Old index → new index, -1 where dropped, `[old size]`. */
  readonly newIndex: Int32Array;
}

function compact(vocabulary: Vocabulary, used: Int32Array): Compacted {
  const newIndex = new Int32Array(vocabulary.size).fill(-1);
  for (const index of used) newIndex[index] = 0;
  const ids: string[] = [];
  for (let old = 0; old < newIndex.length; old++) {
    if (newIndex[old] < 0) continue;
    newIndex[old] = ids.length;
    ids.push(vocabulary.idOf(old));
  }
  return { vocabulary: Vocabulary.from(ids), newIndex };
}
