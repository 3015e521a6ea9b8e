/**
 * The split that came as files. Some publish a validation file whose pairs all stand in train too (LightGCN++ cuts
 * gowalla and yelp2018 so): those pairs are taken out of train. Where there is no validation file, one is cut from
 * train in the manner of the test file: by items where test has only unknown items, by users where it has only unknown
 * users, else per user (by time where there are times).
 */
import { DataError } from '../../core/errors.js';
import { PARTS } from '../interaction-log.js';
import { selectInteractions } from '../interaction-set.js';
import type { Assignment, Positives } from './assignment.js';
import { splitColdItem, splitColdUser } from './cold-split.js';
import { rowsOfPart } from './disjoint.js';
import { splitPerUserTime } from './per-user-time-split.js';
import { splitRandom } from './random-split.js';
import { coldCounts } from './split-summary.js';

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
  const trainRows = rowsOfPart(filePart, PARTS.train);
  const test = selectInteractions(positives, rowsOfPart(filePart, PARTS.test));
  if (trainRows.length === 0) throw new DataError('DATA_NO_TRAIN', 'the training file has no usable interaction');
  const train: Positives = { ...positives, ...selectInteractions(positives, trainRows) };
  const cold = coldCounts({ train, heldOut: test, numUsers: positives.users.size, numItems: positives.items.size });
  const numTest = test.userIndex.length;
  const hasOnlyNewUsers = numTest > 0 && cold.pairsOfColdUsers === numTest;
  const hasOnlyNewItems = numTest > 0 && cold.pairsOfColdItems === numTest;
  if (hasOnlyNewUsers && hasOnlyNewItems) {
    const message =
      'train and test share neither a user nor an item: do both files use the same ids, and the same column order?';
    throw new DataError('DATA_NO_OVERLAP', message);
  }
  if (filePart.includes(PARTS.valid)) return { part: filePart, notes: [], validBeforeTrain: true };

  const ratios = { validRatio: options.validRatio, testRatio: 0 };
  const [manner, cut] = hasOnlyNewItems
    ? (['by items, as test has only items that train does not know', splitColdItem(train, ratios, seed)] as const)
    : hasOnlyNewUsers
      ? (['by users, as test has only users that train does not know', splitColdUser(train, ratios, seed)] as const)
      : train.timestamp
        ? (['the last of each user', splitPerUserTime(train, ratios)] as const)
        : (['at random from each user', splitRandom(train, ratios, seed)] as const);
  const part = filePart.slice();
  for (let i = 0; i < trainRows.length; i++) part[trainRows[i]] = cut.part[i];
  const share = Number((100 * options.validRatio).toPrecision(3));
  return { part, notes: [`no validation file: ${share} % of train was cut off as validation (${manner})`] };
}
