/**
 * Counts of the real data sets, where they are at hand: TWINLIGHT_DATA, else ../shared/data beside the project.
 */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadDataset } from './load-dataset.js';

const folder = process.env.TWINLIGHT_DATA ?? resolve(import.meta.dirname, '../../../shared/data');
const at = (name: string): string => join(folder, name);
const has = (name: string): boolean => {
  const found = existsSync(at(name));
  if (!found) console.info(`${name} is not at hand (set TWINLIGHT_DATA to the folder that holds it): skipped`);
  return found;
};

describe.skipIf(!has('gowalla'))('gowalla', () => {
  test('has the published counts, with validation taken out of train', async () => {
    const data = await loadDataset(at('gowalla'));
    expect([data.users.size, data.items.size]).toEqual([29_858, 40_981]);
    expect(data.split.counts).toMatchObject({ train: 810_128 - 91_047, valid: 91_047, test: 217_242 });
    expect(data.notes.join('\n')).toContain('validation is a subset of train: 91047 of 91047');
    expect(data.source).toMatchObject({ name: 'gowalla', format: 'lightgcn' });
  });
});

describe.skipIf(!has('yelp2018'))('yelp2018', () => {
  test('has the published counts', async () => {
    const data = await loadDataset(at('yelp2018'));
    expect([data.users.size, data.items.size]).toEqual([31_668, 38_048]);
    expect(data.split.counts).toMatchObject({ train: 1_237_259 - 143_751, valid: 143_751, test: 324_147 });
  });
});

describe.skipIf(!has('ml-100k'))('ml-100k', () => {
  test('has the published counts', async () => {
    const data = await loadDataset(at('ml-100k'));
    expect([data.users.size, data.items.size]).toEqual([943, 1682]);
    const { train, valid, test } = data.split.counts;
    expect(train + valid + test).toBe(100_000);
    expect(data.split.resolved.name).toBe('global-time');
    expect(data.notes.join()).toContain('most test interactions are by users whom train never saw');
  });

  test('has its attributes', async () => {
    const { users, items, userFeatures, itemFeatures } = await loadDataset(at('ml-100k'));
    const { movie_title, release_year, class: genres } = itemFeatures!.columns;
    if (movie_title.kind !== 'text' || release_year.kind !== 'categorical' || genres.kind !== 'multi-valued') {
      throw new Error('unexpected kinds');
    }
    const toyStory = items.indexOf('1')!;
    expect(movie_title.texts[toyStory]).toBe('Toy Story');
    expect(release_year.values[release_year.codes[toyStory]]).toBe('1995');
    const codes = genres.codes.subarray(genres.offsets[toyStory], genres.offsets[toyStory + 1]);
    expect(Array.from(codes, (code) => genres.values[code])).toEqual(['Animation', "Children's", 'Comedy']);
    const { occupation, gender } = userFeatures!.columns;
    if (occupation.kind !== 'categorical' || gender.kind !== 'categorical') throw new Error('unexpected kinds');
    expect(occupation.values[occupation.codes[users.indexOf('1')!]]).toBe('technician');
    expect(gender.values).toHaveLength(2);
  });

  test('ratings of 4 and more are 55,375 positives', async () => {
    const data = await loadDataset(at('ml-100k'), { minRating: 4, split: { name: 'per-user-time' } });
    const { train, valid, test } = data.split.counts;
    expect(train + valid + test).toBe(55_375);
    expect([data.users.size, data.items.size]).toEqual([942, 1447]);
  });
});

describe.skipIf(!has('citeulike-a'))('citeulike-a', () => {
  test('is item-cold', async () => {
    const data = await loadDataset(at('citeulike-a'));
    expect([data.users.size, data.items.size]).toEqual([5551, 16_980]);
    expect(data.split.counts).toMatchObject({ train: 164_210, valid: 13_037, test: 27_739 });
    expect(data.split.cold.valid).toMatchObject({ items: 1018, pairsOfColdItems: 13_037 });
    expect(data.split.cold.test).toMatchObject({ items: 2378, pairsOfColdItems: 27_739 });
    const { tags } = data.itemFeatures!.columns;
    if (tags.kind !== 'multi-valued') throw new Error('unexpected kind');
    const withoutTags = tags.offsets.filter((offset, row) => row > 0 && offset === tags.offsets[row - 1]);
    expect(withoutTags).toHaveLength(3579);
  });
});
