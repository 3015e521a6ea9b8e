/**
 * Negatives from a window of a model's ranking.
 *
 * - `rank-window` (EBR: Huang et al. 2020, arXiv 2006.11632, section 6.1): ranks 101 … 500 of a previous model over the whole
 *   catalogue. Nearer the top most "negatives" are items that the user would take; further down they are easy. Fixed, or
 *   with refreshEvery taken over by the ranking of the model in training.
 * - `ann` (ANCE: Xiong et al. 2021, arXiv 2007.00808): the top of the ranking of the model in training itself, by an
 *   approximate index that a worker thread rebuilds; until there is one, of a model without training.
 *
 * Drawn uniformly from the window of the row's user; training items are never in it.
 */
import { z } from 'zod';
import { ConfigError } from '../../core/errors.js';
import type { Rng } from '../../core/rng.js';
import { EmbeddingRecommender } from '../../retrieval/embedding-recommender.js';
import { ItemKnn } from '../../retrieval/item-knn.js';
import { popularityEmbeddings } from '../../retrieval/popularity.js';
import type { Recommender } from '../../retrieval/recommender.js';
import type { Snapshot } from '../negative-source.js';
import {
  NO_ITEM,
  type OwnSource,
  type PositiveBatch,
  type SourceContext,
  type SourceState,
} from '../negative-source.js';
import { hardShape } from '../source-options.js';
import { type RankWindow, rankListsBy } from './rank-lists.js';
import { RefreshedLists } from './refreshed-lists.js';

const numProbes = z
  .number()
  .int()
  .min(1)
  .default(8)
  .describe('clusters that the approximate search looks into. Few: misses the nearest items; many: slower rebuilds');

export const rankWindowSchema = z.strictObject({
  name: z.literal('rank-window'),
  ...hardShape,
  from: z.number().int().min(1).default(101).describe('first rank. Too small: most of the window is false negatives'),
  to: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(500)
    .describe('last rank. Too large: the window is as easy as uniform'),
  model: z
    .string()
    .min(1)
    .default('item-knn')
    .describe('whose ranking: item-knn, popularity, or the folder of a run over the same users and items'),
  refreshEvery: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('0: fixed. n: from 2n steps on the window is that of the model in training, rebuilt every n steps'),
  numProbes,
});

export const annSchema = z.strictObject({
  name: z.literal('ann'),
  ...hardShape,
  from: z.number().int().min(1).default(1).describe('first rank. 1 has the hardest items and the most false negatives'),
  to: z
    .number()
    .int()
    .min(1)
    .max(10_000)
    .default(200)
    .describe('last rank. Too small: false negatives; too large: easy'),
  warmUp: z
    .enum(['popularity', 'item-knn'])
    .default('item-knn')
    .describe('whose ranking serves before the first index does'),
  refreshEvery: z
    .number()
    .int()
    .min(1)
    .default(1000)
    .describe(
      'steps between rebuilds; an index serves from n steps after its snapshot. Too small: training waits for the worker; too large: stale negatives',
    ),
  numProbes,
});

interface RankOptions extends RankWindow {
  readonly model: string;
  readonly refreshEvery: number;
  readonly numProbes: number;
}

/** @throws ConfigError `NEGATIVES_WINDOW` when the window is empty or lies beyond the catalogue */
export function rankSource(context: SourceContext, name: string, options: RankOptions): OwnSource {
  const { graph, seed } = context;
  const { from, to } = options;
  if (from > to || from > graph.numItems) {
    throw new ConfigError(
      'NEGATIVES_WINDOW',
      `negatives.sources: ${name}: ranks ${from} … ${to} of ${graph.numItems} items are none`,
    );
  }
  const window = { from, to: Math.min(to, graph.numItems) };
  const width = window.to - window.from + 1;
  const { numUsers, numItems, userOffsets, userNeighbors } = graph;
  const known = { numUsers, numItems, userOffsets, userNeighbors };
  const { refreshEvery, numProbes: probes } = options;
  const refreshed =
    refreshEvery > 0
      ? new RefreshedLists({ known, window, options: { seed, numProbes: probes } }, refreshEvery)
      : undefined;
  let start: Promise<Int32Array> | undefined;
  let lists: Int32Array | undefined;
  return {
    kind: 'own',
    async prepare(done: number, snapshot: () => Snapshot | Promise<Snapshot>): Promise<void> {
      const own = await refreshed?.prepare(done, snapshot);
      if (own === undefined)
        start ??= startModel(context, options.model).then((model) => rankListsBy(model, known, window));
      lists = own ?? (await start);
    },
    draw(batch: PositiveBatch, perQuery: number, rng: Rng): Int32Array {
      const ids = new Int32Array(batch.userIndex.length * perQuery).fill(NO_ITEM);
      if (lists === undefined) return ids;
      for (let slot = 0; slot < ids.length; slot++) {
        const row = batch.userIndex[Math.floor(slot / perQuery)] * width;
        // a ranking that is shorter than the window is empty from some place on
        let length = width;
        while (length > 0 && lists[row + length - 1] === NO_ITEM) length--;
        if (length > 0) ids[slot] = lists[row + rng.integer(length)];
      }
      return ids;
    },
    state: (): SourceState => refreshed?.state() ?? {},
    restore: (state: SourceState, done: number): void => refreshed?.restore(state, done),
    dispose: (): void => refreshed?.dispose(),
  };
}

async function startModel({ graph, previousRun }: SourceContext, model: string): Promise<Recommender> {
  if (model === 'item-knn') return new ItemKnn(graph);
  if (model === 'popularity') return new EmbeddingRecommender(popularityEmbeddings(graph));
  if (previousRun) return previousRun(model);
  throw new ConfigError('NEGATIVES_RUN', `negatives.sources: rank-window: no run can be opened here (${model})`);
}
