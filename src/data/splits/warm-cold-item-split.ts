/**
 * Item cold start as GAR (Chen et al. 2022, SIGIR), ALDI (Huang et al. 2023, RecSys) and ColdRec measure it: a share of the items
 * is drawn as cold and halved into validation and test with all of their interactions; of the interactions of the warm items
 * a share goes to validation and test at random (80 % of items warm, warm pairs 8:1:1). So one graph has an overall, a cold and a
 * warm task. Held-out warm pairs whose user or item would be left without a training pair go back to train.
 *
 * Items are drawn by a number named by their id, pairs by one named by both ids. Different from the published code: the counts
 * of warm validation and test pairs are exact before pairs go back, where it rounds down.
 */
import { Rng } from '../../core/rng.js';
import { PARTS } from '../interaction-log.js';
import { type Assignment, heldOutCounts, type Positives } from './assignment.js';

interface WarmColdRatios {
  /** Share of the items that are cold. */
  readonly coldRatio: number;
  /** Shares of the warm items' interactions. */
  readonly warmValidRatio: number;
  readonly warmTestRatio: number;
}

export function splitWarmColdItem(positives: Positives, ratios: WarmColdRatios, seed: number): Assignment {
  const { userIndex, itemIndex, items } = positives;
  const { partOfItem, numValid, numTest } = coldItems(itemIndex, items.ids, ratios.coldRatio, seed);
  const part = Uint8Array.from(itemIndex, (item) => partOfItem[item]);
  const warmRows = Int32Array.from(userIndex.keys()).filter((row) => part[row] === PARTS.train);
  const drawn = drawPairs(positives, warmRows, seed);
  const order = warmRows.toSorted((a, b) => drawn[a] - drawn[b] || a - b);
  const [warmValid, warmTest] = heldOutCounts(order.length, {
    validRatio: ratios.warmValidRatio,
    testRatio: ratios.warmTestRatio,
  });
  for (const [rank, row] of order.subarray(0, warmTest + warmValid).entries()) {
    part[row] = rank < warmTest ? PARTS.test : PARTS.valid;
  }
  const numBack = returnToTrain(positives, warmRows, part);
  const cold = `${numValid + numTest} items are cold: ${numValid} in validation only, ${numTest} in test only`;
  const back = `${numBack} held-out pairs of warm items went back to train, as their user or item had nothing else there`;
  return { part, notes: numBack > 0 ? [cold, back] : [cold] };
}

/** PARTS of every item, warm ones in train, `[numItems]`; items without a positive interaction are nobody's. */
function coldItems(itemIndex: Int32Array, ids: readonly string[], coldRatio: number, seed: number) {
  const drawn = ids.map((id) => Rng.of(seed, 'split', 'warm-cold', 'item', id).uniform());
  const present = [...new Set(itemIndex)].sort((a, b) => drawn[a] - drawn[b] || a - b);
  const numCold = Math.min(Math.round(present.length * coldRatio), Math.max(0, present.length - 1));
  const numTest = Math.ceil(numCold / 2);
  const partOfItem = new Uint8Array(ids.length);
  for (const [rank, item] of present.slice(0, numCold).entries()) {
    partOfItem[item] = rank < numTest ? PARTS.test : PARTS.valid;
  }
  return { partOfItem, numTest, numValid: numCold - numTest };
}

/** A number for each of the rows, equal for equal pairs, `[numInteractions]`. */
function drawPairs({ userIndex, itemIndex, users, items }: Positives, rows: Int32Array, seed: number): Float64Array {
  const drawn = new Float64Array(userIndex.length);
  for (const row of rows) {
    drawn[row] = Rng.of(seed, 'split', 'warm-cold', users.idOf(userIndex[row]), items.idOf(itemIndex[row])).uniform();
  }
  return drawn;
}

/** Row by row, so that a row that went back stands for those after it. @returns how many went */
function returnToTrain({ userIndex, itemIndex, users, items }: Positives, rows: Int32Array, part: Uint8Array): number {
  const knowsUser = new Uint8Array(users.size);
  const knowsItem = new Uint8Array(items.size);
  const learn = (row: number): void => {
    knowsUser[userIndex[row]] = 1;
    knowsItem[itemIndex[row]] = 1;
  };
  for (const row of rows) if (part[row] === PARTS.train) learn(row);
  let numBack = 0;
  for (const row of rows) {
    if (part[row] === PARTS.train || (knowsUser[userIndex[row]] && knowsItem[itemIndex[row]])) continue;
    part[row] = PARTS.train;
    learn(row);
    numBack++;
  }
  return numBack;
}
