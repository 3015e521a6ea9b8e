/**
 * Which exposures, rejections and ranker cuts belong to the training period: none that training could not have known, and
 * none of a pair that is a positive in train, as what led to a positive is no negative. Pairs that become positives later
 * stay: to leave them out would tell training which items the user is going to take. Only where no time says which of a pair's
 * events came first (pairs drawn at random) are those of held-out pairs left out too.
 */
import { PARTS } from '../interaction-log.js';
import { type Interactions, selectInteractions } from '../interaction-set.js';
import { PairTable } from '../pair-table.js';
import type { SplitName } from '../split-config.js';

/**
 * @param others the events that are no positives
 * @param filePart PARTS by file of `others`; absent where the source was one log
 * @param positives all positives, with `part` saying where each went
 * @returns rows of `others`, ascending
 */
export function trainingRowsOfOthers(
  others: Interactions,
  filePart: Uint8Array | undefined,
  positives: Interactions,
  part: Uint8Array,
  split: SplitName,
): number[] {
  if (others.userIndex.length === 0) return [];
  const positivePairs = PairTable.of(foretells(split, positives) ? positives : inTrain(positives, part));
  const isHidden = hiddenBy(split, positives, part);
  const rows: number[] = [];
  for (let row = 0; row < others.userIndex.length; row++) {
    if (split === 'given' && filePart && filePart[row] !== PARTS.train) continue;
    const user = others.userIndex[row];
    const item = others.itemIndex[row];
    if (positivePairs.has(user, item)) continue;
    if (!isHidden(user, item, others.timestamp?.[row])) rows.push(row);
  }
  return rows;
}

/** Whether leaving out the events of held-out pairs is all that keeps what led to these positives from training. */
export function foretells(split: SplitName, { timestamp }: Interactions): boolean {
  return split === 'random' || split === 'warm-cold-item' || (!timestamp && split !== 'given');
}

function inTrain(positives: Interactions, part: Uint8Array): Interactions {
  const rows: number[] = [];
  for (let row = 0; row < part.length; row++) if (part[row] === PARTS.train) rows.push(row);
  return selectInteractions(positives, Int32Array.from(rows));
}

type Hidden = (user: number, item: number, timestamp: number | undefined) => boolean;

/** What the split keeps from training: later times, or the cold users or items. */
function hiddenBy(split: SplitName, positives: Interactions, part: Uint8Array): Hidden {
  const { userIndex, itemIndex, timestamp } = positives;
  const heldOut: number[] = [];
  for (let row = 0; row < part.length; row++) if (part[row] !== PARTS.train) heldOut.push(row);
  if (split === 'cold-item') {
    const cold = new Set(heldOut.map((row) => itemIndex[row]));
    return (_user, item) => cold.has(item);
  }
  if (split === 'warm-cold-item') {
    const warm = new Set(inTrain(positives, part).itemIndex);
    return (_user, item) => !warm.has(item);
  }
  if (split === 'cold-user' || split === 'strong-generalisation') {
    const cold = new Set(heldOut.map((row) => userIndex[row]));
    return (user) => cold.has(user);
  }
  if (!timestamp || split === 'random' || split === 'given') return () => false;
  if (split === 'global-time') {
    const cut = heldOut.reduce((earliest, row) => Math.min(earliest, timestamp[row]), Number.POSITIVE_INFINITY);
    return (_user, _item, time) => time !== undefined && time >= cut;
  }
  const cutOf = new Map<number, number>();
  for (const row of heldOut) {
    const user = userIndex[row];
    cutOf.set(user, Math.min(cutOf.get(user) ?? Number.POSITIVE_INFINITY, timestamp[row]));
  }
  return (user, _item, time) => time !== undefined && time >= (cutOf.get(user) ?? Number.POSITIVE_INFINITY);
}
