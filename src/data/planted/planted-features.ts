/**
 * Attributes that follow the tastes, but not slavishly: a share of them is noise, as in real catalogues.
 */
import { Rng } from '../../core/rng.js';
import type { FeatureTable, MultiValuedColumn } from '../feature-table.js';
import type { PlantedOptions } from './planted-options.js';
import type { PlantedTruth } from './planted-truth.js';

/** Probability that a genre or segment is drawn at random instead of from the taste. */
const NOISE = 0.1;
const TAGS_PER_TASTE = 6;
const MIN_TAGS = 2;
const MAX_TAGS = 4;
/** Mean price of the cheapest taste, step to the next, and spread within a taste. */
const PRICE = Object.freeze({ base: 10, step: 5, spread: 3 });
const AGE = Object.freeze({ base: 20, step: 4, spread: 6 });

/** genre (categorical), tags (multi-valued), price (numeric), title (text). */
export function plantItemFeatures(
  { seed, numItems, numTastes }: PlantedOptions,
  { itemTaste }: PlantedTruth,
  ids: readonly string[],
): FeatureTable {
  const rng = Rng.of(seed, 'planted', 'item features');
  const genres = names('genre', numTastes);
  const tags = genres.flatMap((_, taste) => names(`tag${taste}-`, TAGS_PER_TASTE));
  const codes = new Int32Array(numItems);
  const price = new Float64Array(numItems);
  const tagLists: number[][] = [];
  const titles: string[] = [];
  for (let item = 0; item < numItems; item++) {
    const taste = itemTaste[item];
    codes[item] = noisy(taste, numTastes, rng);
    price[item] = cents(PRICE.base + PRICE.step * taste + PRICE.spread * rng.normal());
    const own = rng.permutation(TAGS_PER_TASTE).slice(0, MIN_TAGS + rng.integer(MAX_TAGS - MIN_TAGS + 1));
    const list = Array.from(own, (tag) => taste * TAGS_PER_TASTE + tag);
    if (rng.uniform() < NOISE) list.push(rng.integer(tags.length));
    tagLists.push([...new Set(list)]);
    titles.push(`Item ${ids[item]} (${genres[codes[item]]})`);
  }
  return {
    numRows: numItems,
    columns: {
      title: { kind: 'text', texts: titles },
      genre: { kind: 'categorical', codes, values: genres },
      tags: multiValued(tagLists, tags),
      price: { kind: 'numeric', numbers: price },
    },
  };
}

/** segment (categorical: the stronger taste), interests (multi-valued: both tastes), age (numeric). */
export function plantUserFeatures(
  { seed, numUsers, numTastes }: PlantedOptions,
  { userTastes }: PlantedTruth,
): FeatureTable {
  const rng = Rng.of(seed, 'planted', 'user features');
  const segment = new Int32Array(numUsers);
  const age = new Float64Array(numUsers);
  const interests: number[][] = [];
  for (let user = 0; user < numUsers; user++) {
    const shares = userTastes.subarray(user * numTastes, (user + 1) * numTastes);
    const own = Array.from(shares.keys()).filter((taste) => shares[taste] > 0);
    const strongest = own.reduce((best, taste) => (shares[taste] > shares[best] ? taste : best));
    segment[user] = noisy(strongest, numTastes, rng);
    age[user] = Math.round(AGE.base + AGE.step * strongest + AGE.spread * Math.abs(rng.normal()));
    interests.push(own);
  }
  return {
    numRows: numUsers,
    columns: {
      segment: { kind: 'categorical', codes: segment, values: names('segment', numTastes) },
      interests: multiValued(interests, names('interest', numTastes)),
      age: { kind: 'numeric', numbers: age },
    },
  };
}

const names = (stem: string, count: number): string[] => Array.from({ length: count }, (_, i) => `${stem}${i}`);
const cents = (value: number): number => Math.round(100 * Math.max(1, value)) / 100;

function noisy(taste: number, numTastes: number, rng: Rng): number {
  return rng.uniform() < NOISE ? rng.integer(numTastes) : taste;
}

function multiValued(lists: readonly (readonly number[])[], values: readonly string[]): MultiValuedColumn {
  const offsets = new Int32Array(lists.length + 1);
  for (const [row, list] of lists.entries()) offsets[row + 1] = offsets[row] + list.length;
  return { kind: 'multi-valued', offsets, codes: Int32Array.from(lists.flat()), values };
}
