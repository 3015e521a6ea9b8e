/** Popularity and item-kNN on MovieLens 100k: the whole way from file to report, where the data are at hand. */
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import '@tensorflow/tfjs-backend-wasm';
import { beforeAll, describe, expect, it } from 'vitest';
import { raggedFromPairs, unionRagged } from '../core/ragged.js';
import type { Interactions } from '../data/interaction-set.js';
import { loadDataset } from '../data/load-dataset.js';
import { buildBipartiteCsr, itemDegrees, userDegrees } from '../graph/bipartite-csr.js';
import { EmbeddingRecommender } from '../retrieval/embedding-recommender.js';
import { ItemKnn } from '../retrieval/item-knn.js';
import { popularityEmbeddings } from '../retrieval/popularity.js';
import { compareReports } from './compare-reports.js';
import { evaluateRecommender } from './evaluate-recommender.js';

const folder = join(process.env.TWINLIGHT_DATA ?? resolve(import.meta.dirname, '../../../shared/data'), 'ml-100k');
if (!existsSync(folder))
  console.info('ml-100k is not at hand (set TWINLIGHT_DATA to the folder that holds it): skipped');

describe.skipIf(!existsSync(folder))('ml-100k, rating 4 and more, per-user time split', () => {
  beforeAll(async () => {
    await tf.setBackend('wasm');
  });

  it('item-kNN beats popularity in accuracy, coverage and novelty', async () => {
    const data = await loadDataset(folder, { minRating: 4, split: { name: 'per-user-time' } });
    const numUsers = data.users.size;
    const ragged = (part: Interactions) => raggedFromPairs(part.userIndex, part.itemIndex, numUsers);
    const train = buildBipartiteCsr({ ...data.train, weight: undefined }, { numUsers, numItems: data.items.size });
    const options = {
      relevant: ragged(data.test),
      exclude: unionRagged(ragged(data.train), ragged(data.valid)),
      itemDegrees: itemDegrees(train),
      userDegrees: userDegrees(train),
    };
    const popularity = await evaluateRecommender(new EmbeddingRecommender(popularityEmbeddings(train)), options);
    const itemKnn = await evaluateRecommender(new ItemKnn(train), options);
    const { perUserMetrics } = compareReports({ a: popularity, b: itemKnn });
    for (const metric of ['recall@20', 'ndcg@20']) {
      expect(perUserMetrics.find((comparison) => comparison.metric === metric)).toMatchObject({ better: 'b' });
    }
    expect(popularity.metrics['recall@20']).toBeGreaterThan(0.05);
    expect(itemKnn.metrics['coverage@20']).toBeGreaterThan(popularity.metrics['coverage@20']);
    expect(itemKnn.metrics['novelty@20']).toBeGreaterThan(popularity.metrics['novelty@20']);
    expect(itemKnn.metrics['gini@20']).toBeLessThan(popularity.metrics['gini@20']);
    const head = popularity.cohorts.find(({ name }) => name === 'items:head');
    expect(head?.metrics['recall@20']).toBeGreaterThan(popularity.metrics['recall@20']);
  });
});
