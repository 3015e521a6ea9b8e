/** One size: `measure.mjs INTERACTIONS USERS ITEMS STEPS BACKEND FOLDER` prints the times (ms) and the peak memory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '../../dist/backend/index.js';
import { presetOf } from '../../dist/config/presets/registry.js';
import { resolveConfig } from '../../dist/config/resolve-config.js';
import { exportRun } from '../../dist/export/index.js';
import { saveGraph } from '../../dist/graph/index.js';
import { EmbeddingRecommender } from '../../dist/retrieval/index.js';
import { rankHeldOut } from '../../dist/runs/held-out.js';
import { loadRun } from '../../dist/runs/load-run.js';
import { RunFolder } from '../../dist/runs/run-folder.js';
import { newRunManifest } from '../../dist/runs/run-identity.js';
import { Trainer } from '../../dist/training/trainer.js';
import { generate, graphOf } from './generate.mjs';

const [count, numUsers, numItems, steps] = process.argv.slice(2, 6).map(Number);
const [backend, folder] = process.argv.slice(6);
const { name } = await useBackend(backend);
const times = {};
async function timed(key, work) {
  const start = performance.now();
  const result = await work();
  times[key] = performance.now() - start;
  return result;
}

const columns = generate(count, numUsers, numItems, 1);
const graph = await timed('buildMs', async () =>
  saveGraph(graphOf(columns, numUsers, numItems), join(folder, 'graphs')),
);

const settings = { training: { propagation: 'sampled', maxSteps: steps, epochs: 1 }, evaluation: { topK: [20] } };
const config = resolveConfig([presetOf('joint').config, settings], 'scale');
const path = join(folder, 'run');
mkdirSync(path, { recursive: true });
const run = new RunFolder(path);
run.create(config, newRunManifest('scale', 'joint', graph, graph.folder, name, config));
const silent = () => {};
const reporter = {
  info: (line) => console.error(line),
  warn: (line) => console.error(line),
  progress: () => ({ update: silent, finish: silent }),
};
const trainer = await timed('setUpMs', () => new Trainer(config, graph, run, { reporter }));
// steps, then validation with embedding generation, then both checkpoints
await timed('trainMs', () => trainer.run());
times.stepMs = trainer.stepMs;
await timed('embedMs', () => trainer.learner.model.embeddings(trainer.learner.objective.adjacency));
trainer.dispose();
const trained = await timed('loadMs', () => loadRun(path, { graphFolder: graph.folder }));
const report = await timed('evaluateMs', () =>
  rankHeldOut(new EmbeddingRecommender(trained.embeddings), graph, {
    part: 'test',
    topK: [20],
    tasks: [],
    maxUsers: 'auto',
    reporter,
  }),
);
await timed('exportMs', () => exportRun(trained, { out: join(folder, 'export'), reporter }));
const batches = Math.ceil(graph.train.numEdges / config.training.batchSize);
console.log(
  JSON.stringify({
    interactions: count,
    users: numUsers,
    items: numItems,
    trainEdges: graph.train.numEdges,
    steps,
    ...times,
    epochMsExtrapolated: batches * times.stepMs,
    epochUsAnInteraction: (1000 * batches * times.stepMs) / graph.train.numEdges,
    usersEvaluated: report.numUsersEvaluated,
    peakRssMB: Math.round(process.resourceUsage().maxRSS / 1024),
  }),
);
