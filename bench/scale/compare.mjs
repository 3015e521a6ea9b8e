/**
 * Time of training an interaction on a large graph against a small one: steps of both taken in turns in one process, so
 * that what else the machine does falls on both. See README.md. Needs `npm run build` (npm start does it).
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../dist/backend/index.js';
import { presetOf } from '../../dist/config/presets/registry.js';
import { resolveConfig } from '../../dist/config/resolve-config.js';
import { Model } from '../../dist/objective/model.js';
import { Objective } from '../../dist/objective/objective.js';
import { Adam } from '../../dist/ops/index.js';
import { EpochBatches } from '../../dist/training/batches.js';
import { generate, graphOf } from './generate.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const { values } = parseArgs({
  options: {
    millions: { type: 'string', default: '3,30' },
    steps: { type: 'string', default: '80' },
    backend: { type: 'string', default: 'auto' },
    tiny: { type: 'boolean', default: false },
  },
});
const millions = values.tiny ? [0.01, 0.03] : values.millions.split(',').map(Number);
const numSteps = values.tiny ? 3 : Number(values.steps);
await useBackend(values.backend);
const config = resolveConfig([presetOf('joint').config, { training: { propagation: 'sampled' } }], 'scale');

function training(size) {
  const [interactions, numUsers, numItems] = [size * 1e6, (size / 30) * 2e6, (size / 30) * 5e5].map(Math.round);
  const graph = graphOf(generate(interactions, numUsers, numItems, 1), numUsers, numItems).train;
  const model = new Model(config, graph);
  const objective = new Objective(config, graph, model);
  const adam = new Adam(model.variables, true);
  const batches = new EpochBatches(graph, { batchSize: config.training.batchSize, seed: config.seed });
  const times = [];
  const step = async (number) => {
    const start = performance.now();
    const { gradients, rows } = await objective.compute({
      batch: batches.batch({ epoch: 1, index: number - 1 }),
      epoch: 1,
      step: number,
    });
    adam.update(gradients, config.training.learningRate, rows);
    tf.dispose(Object.values(gradients));
    times.push(performance.now() - start);
  };
  return { millions: size, edges: graph.numEdges, batchesPerEpoch: batches.batchesPerEpoch, step, times };
}

const trainings = millions.map(training);
// ten steps of each a turn: the caches are then the training's own
for (let first = 1; first <= numSteps; first += 10) {
  for (const { step } of trainings) for (let i = first; i < first + 10 && i <= numSteps; i++) await step(i);
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const rows = trainings.map(({ millions: size, edges, batchesPerEpoch, times }) => {
  // the first steps draw the epoch's order and make the arrays that are used again
  const stepMs = median(times.slice(Math.min(5, numSteps - 1)));
  return {
    millions: size,
    edges,
    steps: numSteps,
    stepMs,
    microsecondsAnInteraction: (1000 * batchesPerEpoch * stepMs) / edges,
  };
});
for (const row of rows) {
  console.log(
    `${row.millions} million: ${row.stepMs.toFixed(1)} ms a step, ${row.microsecondsAnInteraction.toFixed(1)} µs an interaction`,
  );
}
const ratio = rows.at(-1).microsecondsAnInteraction / rows[0].microsecondsAnInteraction;
console.log(`ratio ${ratio.toFixed(2)}, peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB`);
if (!values.tiny) {
  const date = new Date().toISOString();
  const result = { date, cpu: cpus()[0].model, cores: cpus().length, node: process.version, rows, ratio };
  mkdirSync(join(HERE, 'results'), { recursive: true });
  const file = join(HERE, 'results', `${date.slice(0, 10)}-compare.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`filed in ${file}`);
}
