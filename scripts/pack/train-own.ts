/** Trains a run of extensions alone and opens it again; throws where that does not work. */
import {
  buildGraph,
  ConfigError,
  createPlantedWorld,
  loadRun,
  type TrainOptions,
  type TrainReport,
  train,
} from 'twinlight';
import { extensions } from './own-rows.js';

const { interactions } = createPlantedWorld({ numUsers: 60, numItems: 50, meanInteractions: 12, seed: 3 });
const graph = await buildGraph(interactions, { name: 'planted', graphsDir: 'graphs' });
const report: TrainReport = await train({
  source: graph,
  preset: 'lightgcn',
  extensions,
  config: {
    encoder: { embeddingDim: 8, rows: { name: 'level', height: 0.1 }, propagation: { name: 'lightgcn', numLayers: 1 } },
    views: { first: { name: 'combed', period: 4 }, second: { name: 'combed' } },
    losses: { main: { name: 'logistic', width: 0.3 }, contrastive: { name: 'agreement', weight: 0.1 } },
    negatives: { sources: [{ name: 'in-turn' }] },
    training: { epochs: 2, batchSize: 128 },
  },
  run: 'own',
  backend: 'wasm',
});
const { 'missed@20': missed, 'recall@20': recall } = report.test;
if (!(Math.abs(missed + recall - 1) < 1e-6)) throw new Error(`missed ${missed}, recall ${recall}`);

const { embeddings } = await loadRun('own', { extensions });
if (embeddings?.items.length !== 50 * 8) throw new Error('the run does not open');
const code = await loadRun('own').catch((error: unknown) => (error instanceof ConfigError ? error.code : error));
if (code !== 'EXTENSION_MISSING') throw new Error(`opened without its extensions: ${code}`);

export const wrong: TrainOptions<typeof extensions>['config'] = {
  // @ts-expect-error an option that the own loss does not have
  losses: { main: { name: 'logistic', breadth: 1 } },
};
