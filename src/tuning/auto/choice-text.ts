/** What auto says of the data, of what it chose, and of how that stands against what needs no training: a line each. */
import type { Choice, Standing } from './choice-record.js';
import type { DataFacts } from './data-facts.js';

export function factsText({ users, items, pairs, pairsPerUser, pairsPerItem, gini, ...facts }: DataFacts): string {
  const count = (number: number): string => number.toLocaleString('en-US');
  return [
    `${count(pairs)} pairs of ${count(users)} users and ${count(items)} items`,
    `${pairsPerUser} a user, ${pairsPerItem} an item (medians)`,
    `Gini ${gini.toFixed(2)}`,
    `${(100 * facts.coldShare).toFixed(0)} % of the validation pairs with new items`,
    facts.hasItemFields ? 'items have fields' : 'nothing known of items',
  ].join('; ');
}

/** What was chosen, and against what. */
export function choiceText({ tried, baselines, monitor }: Choice): string {
  const [best, second] = tried;
  const shown = (value: number | null): string => value?.toFixed(4) ?? 'diverged';
  const others = second ? `; next ${second.name}, ${shown(second.value)}` : '';
  const { popularity, itemKnn } = baselines;
  const knn = itemKnn === undefined ? '' : `, item-kNN ${itemKnn.toFixed(4)}`;
  return `chosen: ${best.name} (${monitor} ${shown(best.value)} on validation after ${best.epochs} epochs${others}; popularity ${popularity.toFixed(4)}${knn})`;
}

const NAMES = { 'item-knn': 'item-kNN', ease: 'EASE', popularity: 'popularity' };

/** How what was trained stands against what needs no training and was better on validation. */
export function standingText(standing: Standing, monitor: string): string {
  const { trained, rival, ofRival, isClear, vectors, standIn } = standing;
  const shown = (value: number): string => value.toFixed(4);
  const name = NAMES[rival];
  const figures = `${monitor} on validation: ${name} ${shown(ofRival)}, what was trained ${shown(trained)}`;
  const toTrain = `train it with --preset ${rival}`;
  if (standIn !== undefined) {
    const value = standInValue(standing);
    const by = NAMES[vectors[0].by];
    const what = standIn === 'vectors' ? `${by} as vectors` : `fused with vectors of ${by}, 1 : ${standIn},`;
    const still = ofRival > value ? `; ${name} without vectors is better still: ${toTrain}` : '';
    return `${what} is better than what was trained, and stands in for it (${figures}, the stand-in ${shown(value)})${still}`;
  }
  if (!isClear) return `${name} is better, but by no more than chance (${figures}): ${toTrain}`;
  const why =
    vectors.length === 0 ? 'has no vectors of new items, which this has' : 'is not as vectors, alone or fused';
  return `${name} is better, but ${why} (${figures}): ${toTrain}`;
}

/** Of the monitored metric on validation. */
function standInValue({ vectors, fused, standIn, trained }: Standing): number {
  const found = standIn === 'vectors' ? vectors[0].value : fused.find(({ weight }) => weight === standIn)?.value;
  return found ?? trained;
}
