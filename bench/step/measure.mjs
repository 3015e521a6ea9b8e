/** One preset on one backend: `measure.mjs GRAPH PRESET BACKEND STEPS` prints { stepMs, firstStepMs, peakRssMB }. */
import * as tf from '@tensorflow/tfjs';
import { useBackend } from '../../dist/backend/index.js';
import { loadGraph } from '../../dist/graph/index.js';
import { Adam } from '../../dist/ops/index.js';
import { EpochBatches } from '../../dist/training/batches.js';
import { resolveConfig } from '../../dist/training/config.js';
import { Model } from '../../dist/training/model.js';
import { Objective } from '../../dist/training/objective.js';
import { presetOf } from '../../dist/training/presets/registry.js';

const [folder, preset, backend, steps] = process.argv.slice(2);
await useBackend(backend);
const { train } = await loadGraph(folder);
const config = resolveConfig([presetOf(preset).config], preset);
const model = new Model(config, train);
const objective = new Objective(config, train, model);
const batches = new EpochBatches(train, config.training.batchSize, config.seed);
const adam = new Adam(model.variables);
const times = [];
for (let step = 1; step <= Number(steps) + 1; step++) {
  const start = performance.now();
  const { gradients } = objective.compute(batches.batch(1, (step - 1) % batches.batchesPerEpoch), 1, step);
  adam.update(gradients, config.training.learningRate);
  tf.dispose(Object.values(gradients));
  times.push(performance.now() - start);
}
// the first step warms up: views are drawn, code is compiled
const [firstStepMs, ...rest] = times;
rest.sort((a, b) => a - b);
const peakRssMB = Math.round(process.resourceUsage().maxRSS / 1024);
console.log(JSON.stringify({ stepMs: rest[rest.length >> 1], firstStepMs, peakRssMB }));
