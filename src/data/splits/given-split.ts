/**
 * The split that came as files. Some publish a validation file whose pairs all stand in train too (LightGCN++ cuts
 * gowalla and yelp2018 so): those pairs are taken out of train. Where there is no validation file, one is cut from
 * train in the manner of the test file: by items where test has only unknown items, by users where it has only unknown
 * users, else per user (by time where there are times).
 */
import { DataError } from '../../core/errors.js';
import { PARTS } from '../interaction-log.js';
import { selectInteractions } from '../interaction-set.js';
import { PairTable } from '../pair-table.js';
import type { Assignment, Positives } from './assignment.js';
import { splitColdItem, splitColdUser } from './cold-split.js';
import { splitPerUserTime } from './per-user-time-split.js';
import { splitRandom } from './random-split.js';

/** Too small to take anything: the cut is for validation only. */
const NO_TEST = 0;

/**
 * @param filePart PARTS by file, `[numInteractions]`
 * @throws DataError `DATA_NO_TRAIN` when no interaction is in train, `DATA_NO_OVERLAP` when test and train share
 * neither users nor items
 */
export function splitGiven(
  positives: Positives,
  filePart: Uint8Array,
  options: { validRatio: number },
  seed: number,
): Assignment {
  const part = filePart.slice();
  const rows = [PARTS.train, PARTS.valid, PARTS.test].map((code) => rowsOf(filePart, code));
  const [trainRows, validRows, testRows] = rows;
  if (trainRows.length === 0) throw new DataError('DATA_NO_TRAIN', 'the training file has no usable interaction');
  const train: Positives = { ...positives, ...selectInteractions(positives, trainRows) };
  const knownShare = shareKnown(train, positives, testRows);
  if (testRows.length > 0 && knownShare.users === 0 && knownShare.items === 0) {
    const message =
      'train and test share neither a user nor an item: do both files use the same ids, and the same column order?';
    throw new DataError('DATA_NO_OVERLAP', message);
  }
  if (validRows.length > 0) return { part, notes: takeOutOfTrain(positives, part, trainRows, validRows) };

  const ratios = { validRatio: options.validRatio, testRatio: NO_TEST };
  const [manner, cut] =
    testRows.length > 0 && knownShare.items === 0
      ? (['by items, as test has only items that train does not know', splitColdItem(train, ratios, seed)] as const)
      : testRows.length > 0 && knownShare.users === 0
        ? (['by users, as test has only users that train does not know', splitColdUser(train, ratios, seed)] as const)
        : train.timestamp
          ? (['the last of each user', splitPerUserTime(train, ratios)] as const)
          : (['at random from each user', splitRandom(train, ratios, seed)] as const);
  for (let i = 0; i < trainRows.length; i++) part[trainRows[i]] = cut.part[i];
  const share = Math.round(100 * options.validRatio);
  return { part, notes: [`no validation file: ${share} % of train was cut off as validation (${manner})`] };
}

/** Moves training rows whose pair is in validation to validation, where the repeat disappears. */
function takeOutOfTrain(
  positives: Positives,
  part: Uint8Array,
  trainRows: Int32Array,
  validRows: Int32Array,
): string[] {
  const valid = PairTable.of(selectInteractions(positives, validRows));
  let overlap = 0;
  for (const row of trainRows) {
    if (!valid.has(positives.userIndex[row], positives.itemIndex[row])) continue;
    part[row] = PARTS.valid;
    overlap++;
  }
  if (overlap === 0) return [];
  const which = overlap === validRows.length ? 'validation is a subset of train' : 'validation and train overlap';
  return [`${which}: ${overlap} of ${validRows.length} validation pairs were taken out of train`];
}

/** Which share of the users and items of `rows` occurs in `train`. */
function shareKnown(train: Positives, all: Positives, rows: Int32Array): { users: number; items: number } {
  const share = (known: Int32Array, column: Int32Array): number => {
    const knownSet = new Set(known);
    const wanted = new Set(Array.from(rows, (row) => column[row]));
    let found = 0;
    for (const index of wanted) if (knownSet.has(index)) found++;
    return wanted.size === 0 ? 0 : found / wanted.size;
  };
  return { users: share(train.userIndex, all.userIndex), items: share(train.itemIndex, all.itemIndex) };
}

function rowsOf(part: Uint8Array, code: number): Int32Array {
  const rows = new Int32Array(part.length);
  let length = 0;
  for (let row = 0; row < part.length; row++) if (part[row] === code) rows[length++] = row;
  return rows.slice(0, length);
}
