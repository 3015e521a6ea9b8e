/** One size: `measure.mjs INTERACTIONS USERS ITEMS STEPS BACKEND FOLDER` prints the times (ms) and the peak memory. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '../../dist/backend/index.js';
import { raggedFromPairs } from '../../dist/core/ragged.js';
import { Vocabulary } from '../../dist/data/vocabulary.js';
import { exportRun } from '../../dist/export/index.js';
import { buildBipartiteCsr } from '../../dist/graph/bipartite-csr.js';
import { saveGraph } from '../../dist/graph/index.js';
import { sealGraph } from '../../dist/graph/seal-graph.js';
import { EmbeddingRecommender } from '../../dist/retrieval/index.js';
import { resolveConfig } from '../../dist/training/config.js';
import { rankHeldOut } from '../../dist/training/held-out.js';
import { loadRun } from '../../dist/training/load-run.js';
import { presetOf } from '../../dist/training/presets/registry.js';
import { RunFolder } from '../../dist/training/run-folder.js';
import { newRunManifest } from '../../dist/training/run-identity.js';
import { Trainer } from '../../dist/training/trainer.js';
import { generate } from './generate.mjs';

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
const names = (prefix, length) => Vocabulary.from(Array.from({ length }, (_, i) => prefix + i));
const graph = await timed('buildMs', async () => {
  const whole = buildBipartiteCsr(columns, numUsers, numItems);
  // one pair in twenty of those behind a user's first is held out
  const held = new Uint8Array(whole.numEdges);
  for (let user = 0; user < numUsers; user++) {
    for (let edge = whole.userOffsets[user] + 1; edge < whole.userOffsets[user + 1]; edge++) {
      held[edge] = edge % 20 === 0 ? 1 + ((edge / 20) % 2) : 0;
    }
  }
  const pairs = (part) => {
    const length = held.reduce((sum, value) => sum + (value === part ? 1 : 0), 0);
    const userIndex = new Int32Array(length);
    const itemIndex = new Int32Array(length);
    let at = 0;
    for (let user = 0; user < numUsers; user++) {
      for (let edge = whole.userOffsets[user]; edge < whole.userOffsets[user + 1]; edge++) {
        if (held[edge] !== part) continue;
        userIndex[at] = user;
        itemIndex[at++] = whole.userNeighbors[edge];
      }
    }
    return { userIndex, itemIndex };
  };
  const ragged = (part) => {
    const { userIndex, itemIndex } = pairs(part);
    return raggedFromPairs(userIndex, itemIndex, numUsers);
  };
  const content = {
    users: names('u', numUsers),
    items: names('i', numItems),
    train: buildBipartiteCsr(pairs(0), numUsers, numItems),
    valid: ragged(1),
    test: ragged(2),
  };
  const origin = { name: 'scale', split: 'given', source: { kind: 'generated' }, data: {}, notes: [] };
  return saveGraph(sealGraph(content, origin), join(folder, 'graphs'));
});

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
await timed('embedMs', () => trainer.model.embeddings(trainer.objective.adjacency));
trainer.dispose();
const trained = await timed('loadMs', () => loadRun(path, { graphFolder: graph.folder }));
const report = await timed('evaluateMs', () =>
  rankHeldOut(new EmbeddingRecommender(trained.embeddings), graph, 'test', [20], false, 'auto', { reporter }),
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
