/** `measure.mjs GRAPH PRESET BACKEND STEPS` prints what one backend takes for a step. */
import * as tf from '@tensorflow/tfjs';
import { recordKernelTimes, useBackend } from '../../dist/backend/index.js';
import { loadGraph } from '../../dist/graph/index.js';
import { Adam } from '../../dist/ops/index.js';
import { EpochBatches } from '../../dist/training/batches.js';
import { resolveConfig } from '../../dist/training/config.js';
import { Model } from '../../dist/training/model.js';
import { Objective } from '../../dist/training/objective.js';
import { presetOf } from '../../dist/training/presets/registry.js';

const [folder, preset, backend, steps] = process.argv.slice(2);
const { detail, device } = await useBackend(backend);
const { train } = await loadGraph(folder);
const config = resolveConfig([presetOf(preset).config], preset);
const model = new Model(config, train);
const objective = new Objective(config, train, model);
const batches = new EpochBatches(train, config.training.batchSize, config.seed);
const adam = new Adam(model.variables);
const times = new Map();
const stepTimes = [];
let firstStepMs = 0;
for (let step = 1; step <= Number(steps) + 1; step++) {
  // the first step warms up: views are drawn, code is compiled, sparse matrices are converted
  if (step === 2) recordKernelTimes(times);
  const start = performance.now();
  const { gradients } = objective.compute(batches.batch(1, (step - 1) % batches.batchesPerEpoch), 1, step);
  adam.update(gradients, config.training.learningRate);
  // what is still under way on a device belongs to this step
  Object.values(model.variables)[0].slice([0, 0], [1, 1]).dataSync();
  tf.dispose(Object.values(gradients));
  if (step === 1) firstStepMs = performance.now() - start;
  else stepTimes.push(performance.now() - start);
}
const mean = stepTimes.reduce((sum, time) => sum + time, 0) / stepTimes.length;
const kernels = Object.fromEntries(
  [...times].map(([name, { milliseconds }]) => [name, milliseconds / stepTimes.length / mean]),
);
stepTimes.sort((a, b) => a - b);
const stepMs = stepTimes[stepTimes.length >> 1];
const peakRssMB = Math.round(process.resourceUsage().maxRSS / 1024);
const { batchesPerEpoch: stepsPerEpoch } = batches;
console.log(JSON.stringify({ detail, device, stepMs, stepsPerEpoch, firstStepMs, peakRssMB, kernels }));
